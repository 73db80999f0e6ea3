"""The backend's clock from pings; commands that end in exactly one way."""

import asyncio
import time

import pytest

from studio.net import command_tracker
from studio.net.backoff import Backoff
from studio.net.clock import ServerClock
from studio.net.command_tracker import CommandTracker
from studio.net.errors import Disconnected, Rejected
from studio.protocol.codec import raw
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Comment, GetBalance, Posted
from studio.protocol.frames import Response

COMMENT = Comment(room_id="r1", text="hello")


def test_the_shortest_round_trip_tells_the_offset() -> None:
    clock = ServerClock()
    clock.learn(sent_ms=1000, server_ms=6300, received_ms=1400)  # slow way back: says 5100
    clock.learn(sent_ms=2000, server_ms=7005, received_ms=2010)
    assert clock.offset_ms == 5000
    assert clock.round_trip_ms == 10
    clock.learn(sent_ms=9000, server_ms=1, received_ms=8000)  # the wall clock was set back
    assert clock.offset_ms == 5000


def test_a_capture_time_becomes_the_servers() -> None:
    clock = ServerClock()
    clock.learn(0, 60_000, 0)
    captured = time.monotonic_ns() - 250_000_000
    assert abs(clock.at_monotonic_ns(captured) - (time.time() * 1000 + 60_000 - 250)) < 50


async def test_an_unanswered_command_is_sent_again_with_its_id() -> None:
    tracker = CommandTracker()
    request_id, answer = tracker.take(COMMENT)
    tracker.connection_lost()
    assert not answer.done()
    assert tracker.unknown() == [(request_id, COMMENT)]
    assert tracker.resent == 1
    tracker.answered(Response(id=request_id, ok=True, result=raw(Posted(item_id="c1", seq=4))))
    assert await answer == Posted(item_id="c1", seq=4)
    assert tracker.unknown() == []


async def test_a_question_ends_with_the_connection() -> None:
    tracker = CommandTracker()
    _, answer = tracker.take(GetBalance())
    tracker.connection_lost()
    with pytest.raises(Disconnected):
        await answer
    assert tracker.unknown() == []


async def test_a_refusal_carries_code_and_sentence() -> None:
    tracker = CommandTracker()
    request_id, answer = tracker.take(COMMENT)
    refusal = Response(id=request_id, ok=False, code=int(ErrorCode.MUTED), message="You are muted.")
    assert tracker.answered(refusal) is None
    with pytest.raises(Rejected, match="muted") as caught:
        await answer
    assert caught.value.code == ErrorCode.MUTED
    assert tracker.answered(refusal) is None  # a late repeat is nobody's


async def test_an_answer_that_is_no_answer_does_not_hang() -> None:
    tracker = CommandTracker()
    request_id, answer = tracker.take(COMMENT)
    tracker.answered(Response(id=request_id, ok=True))
    with pytest.raises(Disconnected, match="cannot be read"):
        await answer


async def test_the_queue_is_bounded_and_everything_ends() -> None:
    tracker = CommandTracker()
    taken = [tracker.take(COMMENT)[1] for _ in range(command_tracker.CAPACITY)]
    with pytest.raises(Disconnected, match="Too much"):
        tracker.take(COMMENT)
    taken[0].cancel()
    assert len(tracker.unknown()) == command_tracker.CAPACITY - 1  # nobody waits for the cancelled one
    tracker.give_up("Signed out.")
    for answer in taken[1:]:
        with pytest.raises(Disconnected, match="Signed out"):
            await answer


async def test_waiting_ends_at_once_when_told() -> None:
    backoff = Backoff(first_s=60, last_s=60)
    ticks: list[float] = []
    waiting = asyncio.ensure_future(backoff.wait(ticks.append))
    await asyncio.sleep(0)
    backoff.now()
    await asyncio.wait_for(waiting, 5)
    assert 48 <= ticks[0] <= 72  # jitter of a fifth
