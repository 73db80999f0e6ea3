"""A drawn, moving test picture: works without camera and file, and shows every dropped picture.

Thread: belongs to its capture thread; `interrupt` from any. Must not import: Qt, net.
"""

from __future__ import annotations

import threading

import numpy as np

from studio.media.clock import Clock, MonotonicClock
from studio.media.cv2_import import cv2
from studio.media.frame import Frame, Pixels
from studio.media.sources.source import NamedSource

#: 75 % colour bars, BGR, left to right as broadcast knows them.
_BARS = (
    (191, 191, 191),
    (0, 191, 191),
    (191, 191, 0),
    (0, 191, 0),
    (191, 0, 191),
    (0, 0, 191),
    (191, 0, 0),
    (24, 24, 24),
)
_LAP_S = 4.0  # once around the circle


class TestPatternSource(NamedSource):
    """Colour bars that slide, a ball that circles, and the seconds since it was opened."""

    __test__ = False  # the name begins like a test's; pytest should not collect it

    def __init__(
        self, width: int = 720, height: int = 1280, fps: float = 30.0, *, clock: Clock | None = None
    ) -> None:
        if not (16 <= width <= 8192 and 16 <= height <= 8192 and 0 < fps <= 240):
            raise ValueError("a test pattern is 16 to 8192 pixels a side at up to 240 fps")
        super().__init__("Test pattern", f"pattern:{id(self)}")
        self._size = (width, height)
        self._fps = fps
        self._clock: Clock = clock or MonotonicClock()
        self._wake = threading.Event()
        self._started_ns = 0
        self._number = 0
        row = np.array([_BARS[x * len(_BARS) // width] for x in range(width)], dtype=np.uint8)
        self._row: Pixels = np.concatenate([row, row])

    def open(self) -> None:
        self._wake.clear()
        self._started_ns = self._clock.now_ns()
        self._number = 0

    def read(self) -> Frame | None:
        due_ns = self._started_ns + round(self._number * 1e9 / self._fps)
        late = int((self._clock.now_ns() - due_ns) * self._fps / 1e9)
        if late > 0:  # skip pictures instead of hurrying
            self._number += late
            due_ns = self._started_ns + round(self._number * 1e9 / self._fps)
        array = self.picture(self._number)
        if self._clock.wait_until(due_ns, self._wake):
            return None
        self._number += 1
        return Frame(array, self._clock.now_ns())

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None:
        """Nothing is held open."""

    def picture(self, number: int) -> Pixels:
        """The picture of that number, drawn now: height x width x 3, BGR."""
        width, height = self._size
        seconds = number / self._fps
        shift = int(seconds * width / 16) % width
        array: Pixels = np.empty((height, width, 3), dtype=np.uint8)
        array[:] = self._row[shift : shift + width]
        angle = 2 * np.pi * seconds / _LAP_S
        radius = min(self._size) // 4
        ball = (int(width / 2 + radius * np.sin(angle)), int(height / 2 - radius * np.cos(angle)))
        cv2.circle(array, ball, max(2, radius // 5), (255, 255, 255), thickness=-1)
        scale = min(self._size) / 400
        place = (width // 2 - int(60 * scale), height // 2 + int(10 * scale))
        cv2.putText(array, f"{seconds:07.2f}", place, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 2)
        return array
