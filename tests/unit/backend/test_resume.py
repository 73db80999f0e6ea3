"""After a cut: every event exactly once, in order, whatever goes on meanwhile."""

from __future__ import annotations

import asyncio
import random

import pytest

from studio.backend.settings import BackendSettings
from studio.protocol.codec import decode_event
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import CloseRoom, Comment, EnterRoom, Like, Resume, SendGift
from studio.protocol.events import Commented, Joined, RoomClosed
from tests.unit.backend.conftest import ROSE, Person, Stage


def _seqs(person: Person) -> list[int]:
    return [one.seq for one in person.events]


async def test_entering_starts_after_the_snapshot(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    for number in range(40):
        await ana.ask(Comment(room_id=room_id, text=f"number {number}"))
    ben = await stage.viewer("ben")
    entered = await ben.ask(EnterRoom(room_id=room_id))
    texts = [decode_event(one).text for one in entered.recent]
    assert texts == [f"number {number}" for number in range(10, 40)]
    await ben.until_event(Joined)
    await ana.ask(Comment(room_id=room_id, text="now"))
    await ben.until_event(Commented, text="now")
    assert _seqs(ben) == list(range(entered.seq + 1, ben.events[-1].seq + 1))


@pytest.mark.parametrize("ring_events", [8, 4_096])
async def test_the_seam_between_backlog_and_live(staged, settings: BackendSettings, ring_events: int) -> None:
    """Clients that resume again and again while 1,500 events are made: from memory, and (small ring) from
    the disk.
    """
    async with staged(settings, ring_events=ring_events, tick_s=0.002) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        chance = random.Random(7)
        finished = asyncio.Event()

        async def storm() -> None:
            started = [ana.start(Like(room_id=room_id, count=1)) for _ in range(1_500)]
            for text, _ in started:
                await ana.socket.send(text)
            for _, future in started:
                assert (await asyncio.wait_for(future, 60)).ok
            finished.set()

        async def restless(last_seq: int = 0) -> list[int]:
            seen: list[int] = []
            while True:
                over = finished.is_set()
                person = await stage.stranger()
                resumed = await person.ask(Resume(room_id=room_id, after_seq=last_seq))
                assert resumed.after_seq == last_seq
                target = resumed.seq if over else max(resumed.seq, last_seq + chance.randrange(1, 200))
                if not over:
                    target = min(target, 1_400)
                if target > last_seq:
                    await person.until(lambda p=person, t=target: p.events and p.events[-1].seq >= t)
                await person.close()
                seen += _seqs(person)
                last_seq = seen[-1] if seen else 0
                if over:
                    return seen

        results = await asyncio.gather(storm(), *(restless() for _ in range(3)))
        last = stage.backend.hub.rooms[room_id].seq
        await host.until(lambda: host.events[-1].seq == last)
        assert _seqs(host) == list(range(1, last + 1))
        for seen in results[1:]:
            assert seen == list(range(1, len(seen) + 1))
            assert len(seen) >= 1_500


async def test_a_large_resume_comes_in_parts(staged, settings: BackendSettings) -> None:
    async with staged(settings, ring_events=100) as stage:
        _, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana", packs=1)
        started = [ana.start(SendGift(room_id=room_id, gift_id=ROSE)) for _ in range(2_000)]
        for text, _ in started:
            await ana.socket.send(text)
        for _, future in started:
            await asyncio.wait_for(future, 60)
        ben = await stage.stranger()
        resumed = await ben.ask(Resume(room_id=room_id, after_seq=0))
        await ben.until(lambda: ben.events and ben.events[-1].seq >= resumed.seq)
        assert _seqs(ben) == list(range(1, len(ben.events) + 1))
        assert max(len(one.events) for one in ben.frames) <= 500


async def test_resume_of_what_is_over_ahead_or_unknown(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    ahead = await ana.ask(Resume(room_id=room_id, after_seq=10_000))
    assert ahead.after_seq == ahead.seq < 10_000
    closed = await host.ask(CloseRoom(room_id=room_id))
    await host.until_event(RoomClosed)
    ben = await stage.stranger()
    resumed = await ben.ask(Resume(room_id=room_id, after_seq=1))
    assert not resumed.room.live
    await ben.until_event(RoomClosed)
    assert _seqs(ben) == list(range(2, closed.seq + 1))
    assert (await ben.refused(Resume(room_id="nowhere", after_seq=0))).code is ErrorCode.NO_SUCH_ROOM


async def test_resuming_again_on_the_same_connection_repeats_only_what_was_asked(stage: Stage) -> None:
    _, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await ana.ask(Comment(room_id=room_id, text="one"))
    await ana.until_event(Commented)
    last = ana.events[-1].seq
    ana.events.clear()
    await ana.ask(Resume(room_id=room_id, after_seq=0))
    await ana.until(lambda: ana.events and ana.events[-1].seq >= last)
    await ana.ask(Comment(room_id=room_id, text="two"))
    await ana.until_event(Commented, text="two")
    assert _seqs(ana) == list(range(1, ana.events[-1].seq + 1))
