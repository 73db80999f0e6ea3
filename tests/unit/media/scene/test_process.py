"""The look of an input: changed while it runs, and taken off when it fails."""

from __future__ import annotations

from collections.abc import Callable

from studio.media.frame import Frame
from studio.media.scene.process import ProcessSlot
from tests.fakes.sources import plain


def brighter(frame: Frame) -> Frame:
    return Frame(frame.array + 1, frame.pts_ns)


def test_without_a_process_the_picture_goes_through_untouched() -> None:
    frame = Frame(plain(4, 4, 1), 5)
    slot = ProcessSlot("camera")
    assert slot(frame) is frame
    slot.set(brighter)
    assert slot(frame).array[0, 0, 0] == 2
    slot.set(None)
    assert slot(frame) is frame


def test_one_that_raises_is_taken_off_and_counted(expected_errors: Callable[..., None]) -> None:
    expected_errors("the look of input 'camera' failed")
    calls: list[int] = []

    def broken(frame: Frame) -> Frame:
        calls.append(1)
        raise RuntimeError("no such table")

    frame = Frame(plain(4, 4, 1), 5)
    slot = ProcessSlot("camera")
    slot.set(broken)
    assert slot(frame) is frame
    assert slot(frame) is frame
    assert (slot.failed, len(calls)) == (1, 1)
    slot.set(brighter)
    assert slot(frame).array[0, 0, 0] == 2


def test_a_process_set_while_another_fails_stays(expected_errors: Callable[..., None]) -> None:
    expected_errors("failed")
    slot = ProcessSlot("camera")

    def replaced_meanwhile(frame: Frame) -> Frame:
        slot.set(brighter)
        raise RuntimeError("late")

    slot.set(replaced_meanwhile)
    frame = Frame(plain(4, 4, 1), 5)
    slot(frame)
    assert slot(frame).array[0, 0, 0] == 2
