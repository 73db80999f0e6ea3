"""Pictures handed in from elsewhere: one slot, the newest wins, losses and silence are told."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from studio.media.errors import CameraBusy, CameraMissing, SourceError, SourceLost
from studio.media.frame import Pixels
from studio.media.sources import pushed
from studio.media.sources.pushed import PictureSlot, PushedSource, bgr_of, draw_pointer
from tests.fakes.media_clock import JumpingClock


def grey(shade: int) -> Pixels:
    return np.full((4, 6, 3), shade, np.uint8)


class HandFeed:
    """A feed that puts `begins` when begun, and what the test puts."""

    def __init__(self, *begins: int, error: SourceError | None = None) -> None:
        self.begins = begins
        self.error = error
        self.slot: PictureSlot | None = None
        self.ended = 0

    def begin(self, slot: PictureSlot) -> None:
        if self.error is not None:
            raise self.error
        self.slot = slot
        for shade in self.begins:
            slot.put(lambda shade=shade: grey(shade))  # type: ignore[misc]

    def end(self) -> None:
        self.ended += 1


def test_the_newest_wins_and_only_it_is_made() -> None:
    feed = HandFeed(1, 2, 3)
    source = PushedSource("Screen", "screen:", feed, clock=JumpingClock())
    source.open()
    assert (source.size, source.replaced) == ((6, 4), 2)
    first = source.read()
    assert first is not None
    assert first.array[0, 0, 0] == 3
    made: list[int] = []

    def making(shade: int) -> Pixels:
        made.append(shade)
        return grey(shade)

    assert feed.slot is not None
    feed.slot.put(lambda: making(8))
    feed.slot.put(lambda: making(9))
    second = source.read()
    assert second is not None
    assert made == [9]
    source.close()
    source.close()
    assert feed.ended == 1
    with pytest.raises(SourceLost, match="not open"):
        source.read()


def test_it_gives_no_more_than_it_was_asked_for() -> None:
    clock = JumpingClock()
    feed = HandFeed(1)
    source = PushedSource("Screen", "screen:", feed, most_fps=30, clock=clock)
    source.open()
    assert feed.slot is not None
    times = []
    for shade in range(31):
        frame = source.read()
        assert frame is not None
        times.append(frame.pts_ns)
        feed.slot.put(lambda shade=shade: grey(shade))  # type: ignore[misc]
    assert (times[-1] - times[0]) / 1e9 == pytest.approx(1.0, abs=0.01)


def test_losses_are_told_and_opening_again_forgets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushed, "_FIRST_S", 0.05)
    missing = HandFeed(error=CameraMissing("The window is not open."))
    with pytest.raises(CameraMissing):
        PushedSource("Notes", "window:Notes", missing).open()
    silent = HandFeed()
    with pytest.raises(CameraBusy, match="Allow it"):
        PushedSource("Notes", "window:Notes", silent, refused="Allow it.").open()
    assert silent.ended == 1
    feed = HandFeed(5)
    source = PushedSource("Notes", "window:Notes", feed, clock=JumpingClock())
    source.open()
    source.read()
    assert feed.slot is not None
    feed.slot.fail(SourceLost("It was closed."))
    with pytest.raises(SourceLost, match="closed"):
        source.read()
    source.open()
    assert source.read() is not None
    source.close()


def test_interrupt_ends_the_wait() -> None:
    feed = HandFeed(5)
    source = PushedSource("Notes", "window:Notes", feed)
    source.open()
    source.read()
    threading.Timer(0.1, source.interrupt).start()
    assert source.read() is None
    assert feed.slot is not None
    feed.slot.put(lambda: grey(7))
    assert source.read() is not None, "one interrupt ends one read"
    source.close()


def test_pixels_and_pointer() -> None:
    four = np.zeros((30, 40, 4), np.uint8)
    four[:] = (10, 20, 30, 255)
    assert bgr_of(four)[0, 0].tolist() == [10, 20, 30]
    picture = bgr_of(four, red_first=True)
    assert picture[0, 0].tolist() == [30, 20, 10]
    draw_pointer(picture, 10, 5, 1.0)
    assert picture[12, 13].tolist() == [255, 255, 255]
    assert picture[5, 30].tolist() == [30, 20, 10]
    draw_pointer(picture, 39, 29, 4.0)  # reaches over the edge
    draw_pointer(picture, -50, 200, 1.0)
