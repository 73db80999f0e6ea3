"""The capture thread: newest picture, losses, reopening, and an end even when a driver hangs."""

from __future__ import annotations

import queue
import threading

from studio.media.capture import CaptureState, CaptureThread, RetryDelays
from studio.media.errors import CameraBusy, SourceError, SourceLost, SourceUnreadable
from studio.media.frame import Frame
from studio.media.mailbox import Mailbox
from tests.fakes.media_clock import JumpingClock
from tests.fakes.sources import FakeSource, plain

OPENING, RUNNING, LOST, STOPPED = CaptureState


class Watcher:
    """Collects states in order and lets a test wait for the next."""

    def __init__(self) -> None:
        self._states: queue.Queue[tuple[CaptureState, SourceError | None]] = queue.Queue()

    def __call__(self, state: CaptureState, error: SourceError | None) -> None:
        self._states.put((state, error))

    def next(self) -> tuple[CaptureState, SourceError | None]:
        return self._states.get(timeout=30)

    def expect(self, *states: CaptureState) -> None:
        assert [self.next()[0] for _ in states] == list(states)


def test_newest_picture_lands_in_the_mailbox() -> None:
    source, box, watcher = FakeSource(), Mailbox[Frame](), Watcher()
    capture = CaptureThread(source, box, on_state=watcher)
    assert capture.silent_ms is None
    capture.start()
    source.give(plain(64, 48, 1), plain(64, 48, 2), plain(64, 48, 3))
    watcher.expect(OPENING, RUNNING)
    assert capture.stop(30)
    watcher.expect(STOPPED)
    newest = box.take()
    assert newest is not None
    assert newest.array[0, 0, 0] == 3
    assert (capture.captured, box.replaced, capture.state) == (3, 2, STOPPED)
    assert capture.silent_ms is not None
    assert source.closed == 1


def test_lost_source_is_reopened_and_the_error_is_told() -> None:
    source, watcher = FakeSource(), Watcher()
    capture = CaptureThread(source, Mailbox(), on_state=watcher, clock=JumpingClock())
    capture.start()
    source.give(plain(8, 8))
    watcher.expect(OPENING, RUNNING)
    lost = SourceLost("unplugged")
    source.fail(lost)
    assert watcher.next() == (LOST, lost)
    source.give(plain(8, 8))
    watcher.expect(RUNNING)
    assert source.opened == 2
    assert capture.stop(30)


def test_waits_double_up_to_the_longest_and_start_over_after_success() -> None:
    source, watcher, clock = FakeSource(), Watcher(), JumpingClock()
    source.open_errors = [CameraBusy("busy") for _ in range(5)]
    source.give(plain(8, 8))
    source.fail(SourceLost("gone"))
    source.give(plain(8, 8))
    capture = CaptureThread(source, Mailbox(), on_state=watcher, clock=clock, retry=RetryDelays(1.0, 5.0))
    capture.start()
    watcher.expect(OPENING, LOST, LOST, LOST, LOST, LOST, RUNNING, LOST, RUNNING)
    assert [wait / 1e9 for wait in clock.waits] == [1, 2, 4, 5, 5, 1]
    assert capture.stop(30)


def test_an_unreadable_source_ends_with_its_error_and_without_retries() -> None:
    source, watcher = FakeSource(), Watcher()
    error = SourceUnreadable("not a video")
    source.open_errors = [error]
    capture = CaptureThread(source, Mailbox(), on_state=watcher)
    capture.start()
    watcher.expect(OPENING)
    assert watcher.next() == (STOPPED, error)
    assert capture.join(30)
    assert source.opened == 1


def test_stop_does_not_wait_for_a_driver_that_hangs() -> None:
    source = FakeSource(deaf=True)
    capture = CaptureThread(source, Mailbox())
    capture.start()
    assert source.reading.wait(30)
    assert capture.stop(0.01) is False
    assert source.closed == 0, "never closed under the driver's feet"
    source.release()
    assert capture.join(30)
    assert source.closed == 1


def test_stop_ends_a_wait_for_the_next_attempt() -> None:
    source, watcher = FakeSource(), Watcher()
    source.open_errors = [CameraBusy("busy")]
    capture = CaptureThread(source, Mailbox(), on_state=watcher, retry=RetryDelays(3600, 3600))
    capture.start()
    watcher.expect(OPENING, LOST)
    assert capture.stop(30)
    watcher.expect(STOPPED)


def test_the_same_device_is_given_back_before_it_is_opened_again() -> None:
    old, new = FakeSource("camera"), FakeSource("camera")
    opened_while_open: list[bool] = []
    plain_open = new.open

    def open_and_note() -> None:
        opened_while_open.append(old.is_open.is_set())
        plain_open()

    new.open = open_and_note  # type: ignore[method-assign]
    first = CaptureThread(old, Mailbox())
    first.start()
    assert old.reading.wait(30)
    second = CaptureThread(new, Mailbox(), after=first)
    first.request_stop()
    second.start()
    assert new.reading.wait(30)
    assert opened_while_open == [False]
    assert second.stop(30)


def test_the_thread_is_named() -> None:
    source = FakeSource()
    capture = CaptureThread(source, Mailbox())
    capture.start()
    assert source.reading.wait(30)
    assert "capture" in [thread.name for thread in threading.enumerate()]
    assert capture.stop(30)
