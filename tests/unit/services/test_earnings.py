"""The panel's figures are the ledger's; our own count of the events stands beside them."""

from studio.model.room import RoomTotals
from studio.protocol.commands import Resumed
from studio.protocol.events import RoomClosed, RoomOpened
from studio.protocol.frames import BalanceChanged, Notice
from studio.protocol.session import RoomCursor, RoomResumed
from studio.services.earnings import BalanceView, EarningsService
from studio.services.link import LinkService
from studio.services.router import EventRouter
from tests.unit.services.conftest import ANA, LEO, ROOM, Send, gift


def test_gifts_add_up_by_person_and_minute(earnings: EarningsService, send: Send) -> None:
    send(RoomOpened(room=ROOM, at_ms=1_000_000))
    send(gift(ANA, 1, 3, 3, 3), gift(ANA, 1, 10, 7, 10, at_ms=1_030_000), gift(ANA, 1, 10, 0, 10, ended=True))
    send(gift(LEO, 2, 1, 1, 30_009, at_ms=1_130_000))
    assert (earnings.diamonds, earnings.feed_diamonds, earnings.gifts) == (30_009, 30_009, 11)
    assert earnings.micro_dollars == 30_009 * 5_000
    assert earnings.per_minute[:3] == (10, 0, 29_999)
    assert [(s.person.handle, s.diamonds, s.gifts) for s in earnings.supporters] == [
        ("leo_k", 29_999, 1),
        ("ana.lopez", 10, 10),
    ]
    assert earnings.gifters == 2 and earnings.verified


def test_a_difference_is_shown_not_hidden(earnings: EarningsService, send: Send) -> None:
    send(gift(ANA, 1, 3, 3, 5))  # the ledger has two more than the feed has seen
    assert (earnings.difference, earnings.verified) == (-2, False)


def test_while_catching_up_it_is_not_verified(
    earnings: EarningsService, link: LinkService, router: EventRouter
) -> None:
    link.cursor = RoomCursor("r1", last_seq=10, recover_until=14)
    router.route(RoomResumed(Resumed(room=ROOM, after_seq=10, seq=14)))
    assert (earnings.missed, earnings.verified) == (4, False)
    link.cursor.last_seq = 14
    assert earnings.verified


def test_the_ledger_has_the_last_word(earnings: EarningsService, send: Send) -> None:
    send(RoomOpened(room=ROOM, at_ms=1_000_000), gift(ANA, 1, 3, 3, 3))
    send(RoomClosed(totals=RoomTotals(diamonds=4), at_ms=1_001_000))
    assert earnings.diamonds == 4 and earnings.difference == -1


def test_balances_come_from_the_backend_alone(
    earnings: EarningsService, router: EventRouter, send: Send
) -> None:
    assert earnings.balance is None
    router.route(
        Notice(
            balance=BalanceChanged(
                coins=0,
                diamonds=84_112,
                micro_dollars=420_560_000,
                pending=112,
                available=84_000,
                reserved=500,
            )
        )
    )
    send(gift(ANA, 1, 3, 3, 3))
    assert earnings.balance == BalanceView(0, 84_112, 420_560_000, 112, 84_000, 500)
    earnings.reset()
    assert earnings.balance is not None and earnings.diamonds == 0 and earnings.supporters == ()
