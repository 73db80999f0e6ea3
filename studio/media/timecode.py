"""A machine-readable time code in the picture, to measure glass to glass.

Purpose: write milliseconds into pixels so that they survive H.264 and can be read from a web page.
Thread: any. Must not import: Qt, net.

Geometry. Everything is relative to the 9:16 crop: the largest centred 9:16 rectangle of the picture (the
part the portrait canvas keeps; a 720x1280 picture is its own crop). With that crop at (left, 0) and `width`
wide, the code is a grid of 16 columns and 3 rows in its top left corner. A cell is width/16 wide and
width/32 high: 45 x 22.5 pixels on 720x1280. White (235) is 1, black (16) is 0, at the cell's centre.

    row 0: 1 0 1 1 0 0 1 0 (sync), then 8 bits of CRC-8 (polynomial 0x07, start 0) over the 4 value bytes
    row 1: bits 31..16 of the value in Gray code, highest first
    row 2: bits 15..0

The value is milliseconds modulo 2**32, before Gray coding (`g = v ^ (v >> 1)`); the CRC is over the plain
value, big-endian. A page reads it from a 720x1280 video drawn on a canvas as in
`tests/unit/media/timecode.js`, which a test runs against this module.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from studio.media.fit import crop_to_aspect
from studio.media.frame import Frame, Pixels
from studio.media.sources.source import VideoSource

COLUMNS = 16
ROWS = 3
MODULO = 1 << 32
_SYNC = 0b10110010
_WHITE, _BLACK, _THRESHOLD = 235, 16, 128
#: Below this crop width cells are under 4 x 2 pixels and would not survive the encoder.
MIN_CROP_WIDTH = 64


def wall_clock_ms() -> int:
    """Milliseconds since 1970, as `Date.now()` gives in a page on the same machine."""
    return time.time_ns() // 1_000_000


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc


def _edges(crop: Pixels) -> tuple[list[int], list[int]]:
    """The pixel borders of columns and rows in a 9:16 crop."""
    width = crop.shape[1]
    return (
        [round(column * width / COLUMNS) for column in range(COLUMNS + 1)],
        [round(row * width / (2 * COLUMNS)) for row in range(ROWS + 1)],
    )


def draw_timecode(array: Pixels, ms: int) -> None:
    """Draws `ms` modulo 2**32 into `array` (height x width x 3, writable) in place.

    Raises ValueError when the picture's 9:16 crop is narrower than `MIN_CROP_WIDTH`.
    """
    crop = crop_to_aspect(array, 9, 16)
    if crop.shape[1] < MIN_CROP_WIDTH:
        raise ValueError(f"a time code needs a picture of at least {MIN_CROP_WIDTH} pixels in its 9:16 crop")
    value = ms % MODULO
    crc = _crc8(value.to_bytes(4, "big"))
    bits = (_SYNC << 40) | (crc << 32) | (value ^ (value >> 1))
    columns, rows = _edges(crop)
    for index in range(ROWS * COLUMNS):
        row, column = divmod(index, COLUMNS)
        shade = _WHITE if bits >> (ROWS * COLUMNS - 1 - index) & 1 else _BLACK
        crop[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = shade


def read_timecode(array: Pixels) -> int | None:
    """The value in a picture (BGR or grey, any size), or None when there is none or it is damaged."""
    crop = crop_to_aspect(array, 9, 16)
    if crop.shape[1] < MIN_CROP_WIDTH:
        return None
    columns, rows = _edges(crop)
    bits = 0
    for index in range(ROWS * COLUMNS):
        row, column = divmod(index, COLUMNS)
        bits = bits << 1 | (_middle(crop, rows[row : row + 2], columns[column : column + 2]) >= _THRESHOLD)
    value = bits & (MODULO - 1)
    for shift in (1, 2, 4, 8, 16):  # Gray to binary
        value ^= value >> shift
    if bits >> 40 != _SYNC or bits >> 32 & 0xFF != _crc8(value.to_bytes(4, "big")):
        return None
    return value


def _middle(crop: Pixels, ys: list[int], xs: list[int]) -> float:
    """The mean of the middle half of a cell: borders blur first."""
    dy, dx = (ys[1] - ys[0]) // 4, (xs[1] - xs[0]) // 4
    return float(np.mean(crop[ys[0] + dy : ys[1] - dy, xs[0] + dx : xs[1] - dx]))


class TimecodeSource:
    """Wraps another source and draws the time of capture into each of its pictures."""

    def __init__(self, inner: VideoSource, now_ms: Callable[[], int] = wall_clock_ms) -> None:
        self._inner = inner
        self._now_ms = now_ms

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def key(self) -> str:
        return self._inner.key

    @property
    def size(self) -> tuple[int, int]:
        return self._inner.size

    @property
    def fps(self) -> float:
        return self._inner.fps

    def open(self) -> None:
        self._inner.open()

    def read(self) -> Frame | None:
        frame = self._inner.read()
        if frame is None:
            return None
        array = frame.array.copy()
        draw_timecode(array, self._now_ms())
        return Frame(array, frame.pts_ns)

    def interrupt(self) -> None:
        self._inner.interrupt()

    def close(self) -> None:
        self._inner.close()
