"""The output queue's policy: bounded in media time, drops to keyframes, never hands out the undecodable."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.outputs import OutputQueue
from studio.media.packet import Packet

FRAME_US = 33_333


def packet(number: int, *, key: bool = False) -> Packet:
    return Packet(b"x", number * FRAME_US, number * FRAME_US, FRAME_US, key, None)


def numbers(queue: OutputQueue) -> list[int]:
    found = []
    while (item := queue.pop(0)) is not None:
        found.append(item.pts_us // FRAME_US)
    return found


def test_it_begins_with_a_keyframe() -> None:
    queue = OutputQueue()
    for number in range(4):
        queue.push(packet(number, key=number == 2))
    assert numbers(queue) == [2, 3]
    assert queue.dropped == 2


def test_full_it_drops_up_to_the_next_keyframe() -> None:
    queue = OutputQueue(1000)  # 30 packets
    for number in range(31):
        queue.push(packet(number, key=number % 10 == 0))
    assert queue.dropped == 10
    assert numbers(queue) == list(range(10, 31))


def test_full_without_a_keyframe_it_waits_for_one_and_asks_once() -> None:
    asked: list[int] = []
    queue = OutputQueue(1000, request_keyframe=lambda: asked.append(1))
    queue.push(packet(0, key=True))
    for number in range(1, 35):
        queue.push(packet(number))
    assert queue.waiting
    assert (len(asked), queue.queued_ms) == (1, 0)
    queue.push(packet(35, key=True))
    queue.push(packet(36))
    assert not queue.waiting
    assert numbers(queue) == [35, 36]
    assert queue.dropped == 35


def test_a_keyframe_that_does_not_fit_is_kept_itself() -> None:
    queue = OutputQueue(100)
    for number in (0, 1, 2, 3):
        queue.push(packet(number, key=number in (0, 3)))
    assert numbers(queue) == [3]


@given(st.integers(1, 40), st.lists(st.sampled_from(["key", "delta", "lost", "pop"]), max_size=150))
def test_whatever_happens_it_stays_bounded_counted_and_decodable(frames: int, steps: list[str]) -> None:
    capacity_ms = frames * FRAME_US // 1000 + 1
    queue = OutputQueue(capacity_ms)
    pushed = popped = 0
    decodable_until: int | None = None
    by_number: dict[int, bool] = {}

    def check(item: Packet) -> None:
        nonlocal decodable_until
        index = list(by_number).index(item.pts_us)
        assert item.is_key or decodable_until == index - 1, "a predecessor is missing"
        decodable_until = index

    for number, step in enumerate(steps):
        if step == "pop":
            item = queue.pop(0)
            if item is not None:
                popped += 1
                check(item)
        elif step != "lost":  # a gap in time, as after skipped frames
            item = packet(number, key=step == "key")
            by_number[item.pts_us] = item.is_key
            pushed += 1
            queue.push(item)
        assert queue.queued_ms <= capacity_ms
    while (item := queue.pop(0)) is not None:
        popped += 1
        check(item)
    assert pushed == popped + queue.dropped


def test_ready_comes_at_the_first_packet_and_at_the_end() -> None:
    ready: list[str] = []
    queue = OutputQueue(on_ready=lambda: ready.append("ready"))
    queue.push(packet(0, key=True))
    queue.push(packet(1))
    assert len(ready) == 1
    assert numbers(queue) == [0, 1]
    queue.push(packet(2))
    assert len(ready) == 2
    queue.close()
    assert len(ready) == 3
    queue.push(packet(3))
    assert numbers(queue) == [2]


def test_clear_asks_for_a_keyframe_and_counts() -> None:
    asked: list[int] = []
    queue = OutputQueue(request_keyframe=lambda: asked.append(1))
    queue.push(packet(0, key=True))
    queue.push(packet(1))
    queue.clear()
    queue.push(packet(2))
    assert numbers(queue) == []
    assert (queue.dropped, asked) == (3, [1])


def test_close_wakes_a_waiting_consumer() -> None:
    queue = OutputQueue()
    got: list[Packet | None] = []
    consumer = threading.Thread(target=lambda: got.append(queue.pop()))
    consumer.start()
    queue.close()
    consumer.join(30)
    assert got == [None]


def test_a_queue_needs_time() -> None:
    with pytest.raises(ValueError, match="millisecond"):
        OutputQueue(0)
