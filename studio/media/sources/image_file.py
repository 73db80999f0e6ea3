"""An image file as a source: shown once, and again when the file changes on disk.

Thread: belongs to its capture thread; `interrupt` from any. Must not import: Qt, net.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from studio.media.clock import Clock, MonotonicClock
from studio.media.cv2_import import cv2
from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.frame import Frame, Pixels
from studio.media.sources.disk import read_chosen
from studio.media.sources.source import NamedSource
from studio.media.sources.still import Still, still_from_bgra

#: Twice the largest canvas, so that a zoom stays sharp; more would only cost memory and time.
LONGEST_SIDE = 3840
#: An image of 8K in PNG has 130 MB at most; what is larger is not an image for a picture.
_MOST_BYTES = 200_000_000
#: How often the file is asked whether it changed. One `stat` costs 2 us.
_LOOK_NS = 500_000_000
_JPEG = b"\xff\xd8\xff"

_Stamp = tuple[int, int, int]


def read_image(path: Path) -> Still:
    """Reads PNG, JPEG (turned upright), WebP and whatever else OpenCV reads; large ones are scaled down.

    Raises SourceUnreadable with the reason: missing, not allowed, empty, too large, not an image.
    """
    name = path.name
    data = read_chosen(path, _MOST_BYTES + 1, what="an image", other="image")
    if len(data) > _MOST_BYTES:
        raise SourceUnreadable(f"“{name}” is larger than {_MOST_BYTES // 1_000_000} MB. Save it smaller.")
    still = _decoded(data)
    if still is None:
        raise SourceUnreadable(f"“{name}” is not an image this app can read. Try a PNG or JPEG.")
    return still


def _decoded(data: bytes) -> Still | None:
    coded = np.frombuffer(data, np.uint8)
    try:
        if not data.startswith(_JPEG):
            array = cv2.imdecode(coded, cv2.IMREAD_UNCHANGED)
            if array is not None and array.ndim == 3 and array.shape[2] == 4:
                return still_from_bgra(_fitting(_eight_bits(array)))
        # Asked for colour OpenCV also turns a JPEG the way its camera was held.
        array = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    except cv2.error:  # also: more pixels than cv2_import allows
        return None
    if array is None or array.ndim != 3 or array.shape[2] != 3:
        return None
    return Still(_fitting(_eight_bits(array)))


def _eight_bits(array: np.ndarray[Any, Any]) -> Pixels:
    if array.dtype == np.uint16:
        array = array >> 8
    eight: Pixels = array.astype(np.uint8, copy=False)
    return eight


def _fitting(array: Pixels) -> Pixels:
    height, width = array.shape[:2]
    longest = max(height, width)
    if longest <= LONGEST_SIDE:
        return array
    size = (max(1, width * LONGEST_SIDE // longest), max(1, height * LONGEST_SIDE // longest))
    return cv2.resize(array, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]  # uint8 stays


class ImageSource(NamedSource):
    """Shows an image file. While the file is away or half written the picture that was read stays."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        super().__init__(path.name, f"image:{path}")
        self._path = path
        self._clock: Clock = clock or MonotonicClock()
        self._wake = threading.Event()
        self._pending: Still | None = None
        self._stamp: _Stamp | None = None
        self._is_open = False

    def open(self) -> None:
        """Raises SourceUnreadable with the reason."""
        self._wake.clear()
        self._stamp = self._look()
        self._take(read_image(self._path))
        self._is_open = True

    def read(self) -> Frame | None:
        """The image, once; then waits until the file is another one."""
        if not self._is_open:
            raise SourceLost(f"“{self.name}” is not open.")
        while (pending := self._pending) is None:
            if self._clock.wait_until(self._clock.now_ns() + _LOOK_NS, self._wake):
                self._wake.clear()
                return None
            self._look_again()
        self._pending = None
        return pending.frame()

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None:
        self._is_open = False
        self._pending = None

    def _look_again(self) -> None:
        stamp = self._look()
        if stamp is None or stamp == self._stamp:
            return
        try:
            self._take(read_image(self._path))
        except SourceUnreadable:  # being written just now: the next look finds it grown, or as broken as this
            pass
        self._stamp = stamp

    def _take(self, still: Still) -> None:
        self._pending = still
        self._size = (still.array.shape[1], still.array.shape[0])

    def _look(self) -> _Stamp | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
