"""The output queue's policy: bounded in media time, drops to keyframes, never hands out the undecodable."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.outputs.output import SOUND_FACTOR, OutputQueue
from studio.media.packet import AudioPacket, MediaPacket, Packet

FRAME_US = 33_333


def packet(number: int, *, key: bool = False) -> Packet:
    return Packet(b"x", number * FRAME_US, number * FRAME_US, FRAME_US, key, None)


def sound(number: int) -> AudioPacket:
    return AudioPacket(b"s", number * FRAME_US, FRAME_US)


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


def test_sound_stays_while_pictures_are_dropped() -> None:
    asked: list[int] = []
    queue = OutputQueue(1000, request_keyframe=lambda: asked.append(1))
    for number in range(45):
        queue.push(packet(number, key=number in (0, 20)))
        queue.push(sound(number))
    left: list[MediaPacket] = list(iter(lambda: queue.pop(0), None))
    assert [p.pts_us // FRAME_US for p in left if isinstance(p, AudioPacket)] == list(range(45))
    assert [p.pts_us // FRAME_US for p in left if isinstance(p, Packet)] == list(range(20, 45))
    assert (queue.dropped, queue.sound_dropped, asked) == (20, 0, [])


def test_sound_goes_on_while_a_keyframe_is_waited_for() -> None:
    queue = OutputQueue(1000)
    queue.push(packet(0, key=True))
    for number in range(1, 40):
        queue.push(packet(number))
        queue.push(sound(number))
    assert queue.waiting
    assert numbers(queue) == list(range(1, 40)), "nothing but sound is left"
    assert (queue.dropped, queue.sound_dropped) == (40, 0)


def test_sound_is_bounded_when_nobody_takes_it() -> None:
    queue = OutputQueue(1000)  # 30 pictures
    queue.push(packet(0, key=True))
    for number in range(90):
        queue.push(sound(number))
        assert queue.queued_ms <= SOUND_FACTOR * 1000
    assert queue.sound_dropped == 90 - 60
    assert numbers(queue) == [0, *range(30, 90)], "the oldest sound went, the picture stayed"


def test_a_consumer_begins_with_a_picture() -> None:
    queue = OutputQueue(1000)
    queue.push(sound(0))
    queue.push(packet(1, key=True))
    queue.push(sound(1))
    queue.clear()
    queue.push(sound(2))
    assert numbers(queue) == []
    assert (queue.dropped, queue.sound_dropped) == (1, 3)
    queue.push(packet(3, key=True))
    queue.push(sound(3))
    assert numbers(queue) == [3, 3]


STEPS = ["key", "delta", "lost", "pop", "sound", "clear"]


@given(st.integers(1, 40), st.lists(st.sampled_from(STEPS), max_size=150))
def test_whatever_happens_it_stays_bounded_counted_and_decodable(frames: int, steps: list[str]) -> None:
    capacity_ms = frames * FRAME_US // 1000 + 1
    queue = OutputQueue(capacity_ms)
    pushed = popped = sounds = sounds_popped = 0
    decodable_until: int | None = None
    by_number: dict[int, bool] = {}

    def take() -> bool:
        nonlocal decodable_until, popped, sounds_popped
        item = queue.pop(0)
        if isinstance(item, AudioPacket):
            sounds_popped += 1
        elif item is not None:
            popped += 1
            index = list(by_number).index(item.pts_us)
            assert item.is_key or decodable_until == index - 1, "a predecessor is missing"
            decodable_until = index
        return item is not None

    for number, step in enumerate(steps):
        if step == "pop":
            take()
        elif step == "clear":
            queue.clear()
        elif step == "sound":
            sounds += 1
            queue.push(sound(number))
        elif step != "lost":  # a gap in time, as after skipped frames
            item = packet(number, key=step == "key")
            by_number[item.pts_us] = item.is_key
            pushed += 1
            queue.push(item)
        assert queue.queued_ms <= (SOUND_FACTOR if sounds else 1) * capacity_ms
    while take():
        pass
    assert pushed == popped + queue.dropped
    assert sounds == sounds_popped + queue.sound_dropped


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
    got: list[MediaPacket | None] = []
    consumer = threading.Thread(target=lambda: got.append(queue.pop()))
    consumer.start()
    queue.close()
    consumer.join(30)
    assert got == [None]


def test_a_queue_needs_time() -> None:
    with pytest.raises(ValueError, match="millisecond"):
        OutputQueue(0)
