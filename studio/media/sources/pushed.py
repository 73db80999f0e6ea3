"""A source whose pictures are handed in from elsewhere: the system's own screen capture, which needs Qt.

One slot, the newest wins (counter `replaced`); what is not taken is never converted. Thread: the source
belongs to its capture thread; the slot is filled from any. Must not import: Qt, net.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np

from studio.media.clock import Clock, MonotonicClock
from studio.media.cv2_import import cv2
from studio.media.errors import CameraBusy, SourceError, SourceLost
from studio.media.frame import Frame, Pixels
from studio.media.sources.source import NamedSource

#: So long a capture may take to give its first picture, and to give another one later.
_FIRST_S = 6.0
_SILENT_S = 5.0

#: Makes the picture (BGR) of what was handed in, on the capture thread; None if it can no longer be read.
Making = Callable[[], Pixels | None]


class PictureSlot:
    """Where pictures are put. Invariant: holds at most one; `put` and `fail` never block."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._making: Making | None = None
        self._error: SourceError | None = None
        self._interrupted = False
        self.replaced = 0

    def put(self, making: Making) -> None:
        with self._changed:
            self.replaced += self._making is not None
            self._making = making
            self._changed.notify_all()

    def fail(self, error: SourceError) -> None:
        """The capture ended; whoever reads gets `error`."""
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def interrupt(self) -> None:
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._making = self._error = None

    def take(self, timeout_s: float) -> tuple[Making | None, bool]:
        """What was put, and whether it was interrupted; neither after `timeout_s`. Raises what failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._making or self._error or self._interrupted, timeout_s)
            interrupted, self._interrupted = self._interrupted, False
            if interrupted:
                return None, True
            if self._error is not None:
                raise self._error
            making, self._making = self._making, None
            return making, False


class Feed(Protocol):
    """Who puts pictures into the slot. Both are called on the capture thread and may take a moment."""

    def begin(self, slot: PictureSlot) -> None:
        """Raises a `SourceError` when there is nothing to capture."""
        ...

    def end(self) -> None:
        """Nothing is put afterwards. Harmless when not begun."""
        ...


class PushedSource(NamedSource):
    """Shows what a feed puts, at most `most_fps` times a second; it promises none: a screen may
    stand still.
    """

    def __init__(
        self,
        name: str,
        key: str,
        feed: Feed,
        *,
        refused: str = "",
        most_fps: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        """`refused`: the sentence when no picture comes at all."""
        super().__init__(name, key)
        self._feed = feed
        self._refused = refused or f"“{name}” gives no picture. Choose it again, or another one."
        self._step_ns = round(1e9 / most_fps)
        self._clock: Clock = clock or MonotonicClock()
        self._slot = PictureSlot()
        self._wake = threading.Event()
        self._first: Frame | None = None
        self._due_ns = 0
        self._is_open = False

    @property
    def replaced(self) -> int:
        """Pictures that came faster than they were wanted."""
        return self._slot.replaced

    def open(self) -> None:
        """Raises what the feed raises, CameraBusy when no picture comes, SourceLost when interrupted."""
        self.close()
        self._slot.clear()
        self._is_open = True
        try:
            self._feed.begin(self._slot)
            self._first = self._next(_FIRST_S)
        except SourceError:
            self.close()
            raise
        if self._first is None:
            self.close()
            raise SourceLost(f"Opening “{self._name}” was given up.")

    def read(self) -> Frame | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        if not self._is_open:
            raise SourceLost(f"“{self._name}” is not open.")
        if self._clock.wait_until(self._due_ns, self._wake):
            self._wake.clear()
            self._slot.take(0)  # it was told, too
            return None
        return self._next(_SILENT_S)

    def interrupt(self) -> None:
        self._wake.set()
        self._slot.interrupt()

    def close(self) -> None:
        was_open, self._is_open = self._is_open, False
        self._first = None
        if was_open:
            self._feed.end()

    def _next(self, limit_s: float) -> Frame | None:
        while True:
            making, interrupted = self._slot.take(limit_s)
            if interrupted:
                self._wake.clear()
                return None
            if making is None:
                raise CameraBusy(self._refused)
            array = making()
            if array is not None:
                self._size = (array.shape[1], array.shape[0])
                now_ns = self._clock.now_ns()
                # From the time it was due, so that waiting for the next one to come does not add up.
                late = now_ns - self._due_ns > self._step_ns
                self._due_ns = (now_ns if late else self._due_ns) + self._step_ns
                return Frame(array, now_ns)


def bgr_of(four: Pixels, *, red_first: bool = False) -> Pixels:
    """A picture of its own, height x width x 3, of height x width x 4 whose fourth plane means nothing."""
    code = cv2.COLOR_RGBA2BGR if red_first else cv2.COLOR_BGRA2BGR
    return cv2.cvtColor(four, code)  # type: ignore[return-value]  # uint8 stays uint8


#: An arrow as every system draws it, its tip at the origin, 12 wide and 19 high.
_ARROW = ((0, 0), (0, 16), (4, 12), (7, 19), (10, 18), (7, 11), (12, 11))


def draw_pointer(array: Pixels, x: int, y: int, scale: float) -> None:
    """Draws a mouse pointer with its tip at (x, y), in place; what lies outside is left out."""
    shape = np.array(_ARROW, dtype=np.float64) * scale + (x, y)
    points = [shape.round().astype(np.int32)]
    cv2.fillPoly(array, points, (255, 255, 255), lineType=cv2.LINE_AA)
    cv2.polylines(array, points, True, (0, 0, 0), thickness=max(1, round(scale)), lineType=cv2.LINE_AA)
