"""Services fed with events by hand: no socket, no server, the real objects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studio.model.gift import Gift, GiftCatalogue
from studio.model.room import Person, Room
from studio.net.connection import EventConnection
from studio.protocol.events import Event, GiftSent
from studio.protocol.session import RoomEvents
from studio.services.earnings import EarningsService
from studio.services.feed import FeedService
from studio.services.link import LinkService
from studio.services.router import EventRouter

ANA = Person(id="a1", handle="ana.lopez", name="Ana")
LEO = Person(id="a2", handle="leo_k")
HOST = Person(id="h1", handle="rin")
ROOM = Room(room_id="r1", host=HOST, title="Sketching", topic="Art & drawing", started_ms=1_000_000)
CATALOGUE = GiftCatalogue(
    (
        Gift(id=1, name="Rose", coins=1, streakable=True, tier=1),
        Gift(id=2, name="Lion", coins=29_999, tier=5),
    )
)

Send = Callable[..., None]


def gift(
    person: Person, gift_id: int, count: int, added: int, room_diamonds: int, **more: object
) -> GiftSent:
    known = CATALOGUE.get(gift_id)
    assert known is not None
    fields = {
        "streak_id": f"s-{person.id}-{gift_id}",
        "transfer_id": f"t{room_diamonds}",
        "ended": not known.streakable,
        "at_ms": 1_000_000,
        **more,
    }
    return GiftSent(
        person=person,
        gift_id=gift_id,
        gift_name=known.name,
        coins_each=known.coins,
        count=count,
        added=added,
        coins=added * known.coins,
        diamonds=added * known.coins,
        room_diamonds=room_diamonds,
        **fields,
    )


def _no_connection(*_: object) -> EventConnection:
    raise AssertionError("these tests have no socket")


@pytest.fixture
def router() -> EventRouter:
    return EventRouter()


@pytest.fixture
def link(qapp: object, router: EventRouter) -> LinkService:
    return LinkService(router, _no_connection)


@pytest.fixture
def feed(link: LinkService, router: EventRouter) -> FeedService:
    service = FeedService(link, CATALOGUE)
    service.own_id = HOST.id
    router.add(service)
    return service


@pytest.fixture
def earnings(link: LinkService, router: EventRouter) -> EarningsService:
    service = EarningsService(link)
    router.add(service)
    return service


@pytest.fixture
def send(router: EventRouter) -> Send:
    """Hands events to the services as the connection would."""

    def _send(*events: Event) -> None:
        router.route(RoomEvents("r1", events, 0))

    return _send
