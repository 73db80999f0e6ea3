"""Nothing is lost and nothing counted twice: sockets cut, backends killed, both in a gift storm."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app import Studio
from studio.backend.money.audit import audit
from studio.backend.storage.database import open_engine
from studio.net.connection import LinkState
from studio.protocol.commands import GiftAccepted
from studio.protocol.events import GiftSent
from studio.protocol.session import RoomEvents
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.router import Listener
from studio.services.rows import FeedTab
from tests.studio_parts import Run, until
from tests.viewer_client import TestViewer

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone


async def go_live(studio: Studio) -> str:
    services = studio.services
    await services.account.sign_up(THIS_COMPUTER, "rin", "Rin", "a long password")
    services.broadcast.source.choose("pattern")
    await services.live.go_live(LiveSetup("Storm"))
    assert services.live.room is not None
    return services.live.room.room_id


class Storm:
    """Viewers that give without pause; remembers every gift that was answered."""

    def __init__(self, studio: Studio, room_id: str) -> None:
        address = studio.services.link.address
        assert address is not None
        self.viewers = [TestViewer(address, f"giver{n}") for n in range(4)]
        self.answered: list[GiftAccepted] = []
        self._room_id = room_id
        self._dice = random.Random(7)
        self._on = True
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        for viewer in self.viewers:
            await viewer.enter(self._room_id, *["coins-17500"] * 6)
            self._tasks.append(
                asyncio.ensure_future(
                    viewer.give_on(self._room_id, self._dice, self.answered, lambda: self._on)
                )
            )

    async def end(self) -> None:
        self._on = False
        await asyncio.wait_for(asyncio.gather(*self._tasks), 40)
        for viewer in self.viewers:
            await viewer.leave()


class Ear(Listener):
    """Remembers every transfer it heard of."""

    def __init__(self) -> None:
        self.transfers: set[str] = set()

    def on_events(self, batch: RoomEvents) -> None:
        self.transfers.update(event.transfer_id for event in batch.events if isinstance(event, GiftSent))


def audited(folder: Path) -> list[str]:
    """What the backend's own audit finds wrong in its database."""
    engine = open_engine(folder)
    try:
        with engine.connect() as connection:
            report = audit(connection)
    finally:
        engine.dispose()
    assert report.transfers > 0
    return report.problems


async def settle(studio: Studio) -> None:
    """All that the ledger has is in the feed."""
    services = studio.services
    await until(lambda: services.link.state is LinkState.CONNECTED, "connected again", 40)
    await until(lambda: services.earnings.verified, "feed and ledger agree", 40)


@pytest.mark.timeout(180)
def test_a_hundred_cuts_in_a_gift_storm(
    build: Callable[..., Studio], on_qt_loop: Run, tmp_path: Path
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        link = studio.services.link
        storm = Storm(studio, await go_live(studio))
        await storm.begin()
        dice = random.Random(11)
        for _ in range(100):
            await until(lambda: link.state is LinkState.CONNECTED, "connected again", 40)
            await asyncio.sleep(dice.uniform(0, 0.06))
            link.cut()
            await until(lambda: link.state is not LinkState.CONNECTED, "the cut is noticed")
            link.retry_now()
        await settle(studio)
        await storm.end()
        await studio.services.live.end_live()
        summary = studio.services.live.summary
        assert summary is not None and studio.services.live.phase is Phase.SUMMARY
        assert (summary.missed, summary.duplicates) == (0, 0)
        assert summary.feed_diamonds == summary.totals.diamonds > 0
        assert summary.recovered > 0
        assert len({answer.transfer_id for answer in storm.answered}) == len(storm.answered)
        rows = studio.services.feed.rows(FeedTab.GIFTS)
        assert len(rows) == studio.services.feed.count(FeedTab.GIFTS), "the ring holds them all in this test"
        assert sum(row.diamonds for row in rows) == summary.totals.diamonds
        await studio.stop()
        assert audited(tmp_path / "backend") == []

    on_qt_loop(story())


@pytest.mark.timeout(180)
@pytest.mark.expected_errors("the backend on this computer ended unexpectedly")
def test_the_backend_is_killed_in_mid_storm(
    build: Callable[..., Studio], on_qt_loop: Run, tmp_path: Path
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        services = studio.services
        ear = Ear()
        studio.router.add(ear)
        room_id = await go_live(studio)
        storm = Storm(studio, room_id)
        await storm.begin()
        for kill in range(2):
            seen = services.link.seq
            await until(lambda seen=seen: services.link.seq > seen + 40, "the storm blows")  # type: ignore[misc]
            studio.embedded.kill()
            await until(lambda kill=kill: studio.embedded.restarts > kill, "started again", 40)  # type: ignore[misc]
            await until(lambda: services.link.state is LinkState.CONNECTED, "connected again", 40)
        await storm.end()
        await settle(studio)
        assert services.live.phase is Phase.LIVE
        assert services.live.room is not None and services.live.room.room_id == room_id
        await services.live.end_live()
        summary = services.live.summary
        assert summary is not None
        assert (summary.missed, summary.duplicates) == (0, 0)
        assert summary.feed_diamonds == summary.totals.diamonds
        # Every gift that was answered is in the ledger and was heard of.
        assert {answer.transfer_id for answer in storm.answered} <= ear.transfers
        await studio.stop()
        assert audited(tmp_path / "backend") == []

    on_qt_loop(story())
