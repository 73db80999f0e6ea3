"""A colour table, made ready for pictures.

Purpose: applies a `Cube` to every picture in 2 ms for 1280x720. FFmpeg's `lut3d`, as PyAV ships it, takes
23 ms there and numpy 20 ms: more than encoding. So the pixel's colour, rounded to 5, 6 and 5 bits, finds in
one table not the new colour but how far to move, and that is added to the exact old one. A fixed pattern,
added before rounding, spreads the error over neighbours (ordered dithering, Bayer 1973), or skies would show
bands; it does not change from picture to picture, so it costs the encoder nothing.
Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.media.look.cube import Cube
from studio.media.look.scratch import Scratch
from studio.media.look.wide_table import SIZE, Table, look_up, table_of

#: What a byte of the table says when the colour stays.
_STAYS = 128


@lru_cache(maxsize=1)
def _node_colours() -> npt.NDArray[np.float32]:
    """The RGB colour, 0 to 1, that each of the 65,536 entries is for.

    The last of each channel is white's, so that black and white come out exactly.
    """
    index = np.arange(SIZE)
    red, green, blue = (index >> 11) * 8, (index >> 5 & 63) * 4, (index & 31) * 8
    red[red == 248], green[green == 252], blue[blue == 248] = 255, 255, 255
    return np.column_stack([red, green, blue]).astype(np.float32) / np.float32(255)


class ReadyLut:
    """Immutable; of one cube, for any strength."""

    def __init__(self, cube: Cube) -> None:
        """Takes 30 ms: not on the GUI thread."""
        colours = _node_colours()
        moved = (cube.colours(colours) - colours) * np.float32(255)
        self._moved_bgr = moved[:, ::-1]

    def at(self, strength: float) -> LutPass:
        """The pass for pictures; 0 to 1. Takes a millisecond."""
        moved = self._moved_bgr * np.float32(strength)
        # A byte holds moves up to 127; tables that go further (a negative) move in steps of two.
        step = 1 if np.abs(moved).max() <= 127 else 2
        entries = np.zeros((SIZE, 4), np.uint8)
        entries[:, :3] = np.clip(np.rint(moved / step) + _STAYS, 0, 255)
        return LutPass(table_of(entries), step)


class LutPass:
    """For one thread: it keeps arrays to work in, and the pattern for the last size of picture."""

    def __init__(self, table: Table, step: int) -> None:
        self._table, self._step = table, step
        self._pattern: Pixels = np.zeros((0, 0, 3), np.uint8)
        self._scratch = Scratch()

    def __call__(self, array: Pixels, into: Pixels) -> None:
        """`array` (height x width x 3, BGR) with its new colours, into another as large."""
        height, width = array.shape[:2]
        if self._pattern.shape != array.shape:
            self._pattern = _pattern(height, width)
        spread = self._scratch.array("spread", height, width, 3)
        rounded = self._scratch.array("rounded", height, width, 2)
        found = self._scratch.array("found", height, width, 4)
        cv2.add(array, self._pattern, dst=spread)
        cv2.cvtColor(spread, cv2.COLOR_BGR2BGR565, dst=rounded)
        look_up(rounded, self._table, found)
        moves = spread
        cv2.cvtColor(found, cv2.COLOR_BGRA2BGR, dst=moves)
        cv2.addWeighted(array, 1, moves, self._step, -_STAYS * self._step, dst=into)


def _pattern(height: int, width: int) -> Pixels:
    """Bayer's 4x4 thresholds as parts of what is rounded away: 0 to 7 for red and blue, 0 to 3 for green."""
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
    # Each channel its own way round: one way for all would be a pattern of brightness.
    tile = np.dstack([bayer // 2, np.roll(bayer, (1, 2), (0, 1)) // 4, np.roll(bayer.T, (2, 1), (0, 1)) // 2])
    tiles = np.tile(tile.astype(np.uint8), (height // 4 + 1, width // 4 + 1, 1))
    return np.ascontiguousarray(tiles[:height, :width])
