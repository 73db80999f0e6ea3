"""Policies of the one-slot mailbox and the drop-oldest queue."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.mailbox import Mailbox
from studio.media.queues import DropOldestQueue


def test_newest_wins_and_replaced_ones_are_counted() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.take() is None
    assert [box.put(1), box.put(2), box.put(3)] == [True, False, False]
    assert box.take() == 3
    assert box.take() is None
    assert box.replaced == 2
    assert box.put(4)


@given(st.lists(st.booleans(), max_size=60))
def test_everything_put_is_taken_or_counted(steps: list[bool]) -> None:
    box: Mailbox[int] = Mailbox()
    put = taken = 0
    for is_put in steps:
        if is_put:
            put += 1
            box.put(put)
        elif (item := box.take()) is not None:
            assert item == put
            taken += 1
    assert put == taken + box.replaced + (box.take() is not None)


def test_one_ready_for_each_emptying_under_two_threads() -> None:
    box: Mailbox[int] = Mailbox()
    ready = threading.Semaphore(0)
    taken: list[int] = []

    def consume() -> None:
        while not taken or taken[-1] != 2000:
            ready.acquire()
            item = box.take()
            assert item is not None, "ready without an item"
            taken.append(item)

    consumer = threading.Thread(target=consume)
    consumer.start()
    for number in range(1, 2001):
        if box.put(number):
            ready.release()
    consumer.join(30)
    assert not consumer.is_alive()
    assert taken == sorted(taken)
    assert len(taken) + box.replaced == 2000


@given(st.integers(1, 6), st.lists(st.booleans(), max_size=60))
def test_queue_keeps_the_newest_in_order(capacity: int, steps: list[bool]) -> None:
    queue: DropOldestQueue[int] = DropOldestQueue(capacity)
    model: list[int] = []
    skipped = 0
    for number, is_put in enumerate(steps, start=1):
        if is_put:
            if len(model) == capacity:
                model.pop(0)
                skipped += 1
            model.append(number)
            queue.put(number)
        else:
            assert queue.get(0) == (model.pop(0) if model else None)
        assert len(queue) == len(model)
    assert queue.skipped == skipped


def test_closed_queue_gives_what_it_has_then_none() -> None:
    queue: DropOldestQueue[int] = DropOldestQueue()
    queue.put(1)
    queue.close()
    queue.put(2)
    assert queue.get() == 1
    assert queue.get() is None


def test_close_wakes_a_waiting_consumer() -> None:
    queue: DropOldestQueue[int] = DropOldestQueue()
    got: list[int | None] = []
    consumer = threading.Thread(target=lambda: got.append(queue.get()))
    consumer.start()
    queue.close()
    consumer.join(30)
    assert got == [None]


def test_a_queue_needs_room() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DropOldestQueue(0)
