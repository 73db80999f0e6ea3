"""Chroma key: what has the colour of the screen becomes transparent, and its shine on the rest goes.

Purpose: alpha from the distance of colours in the CbCr plane, as OBS Studio's chroma key does it
(`obs-filters/data/chroma_key_filter_v2.effect`):

    mask = distance - similarity
    alpha = clamp(mask / softness) ** 1.5
    colour left = clamp(mask / spill) ** 1.5        (the rest of it turns grey, as bright as it was)

but for one thing: distances are measured in the screen's own distance from grey, so that one setting serves
a dull and a bright screen, and grey itself (distance 1) always stays. Both depend on Cb and Cr alone, so
one table has the answers.
Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.media.cv2_import import cv2
from studio.media.frame import Frame, Pixels
from studio.media.look.scratch import Scratch
from studio.media.look.wide_table import SIZE, Table, look_up, table_of
from studio.model.look import ChromaKey

#: A "screen" closer to grey than this (of 255 levels) would take skin and walls with it.
_LEAST_CHROMA = 24.0
_EYEDROPPER = 2  # pixels to each side: one alone is noise
_GREY = 128


class ChromaKeyPass:
    """For one thread: it keeps arrays to work in. The table is made once."""

    def __init__(self, key: ChromaKey) -> None:
        self._table = _table(key)
        self._scratch = Scratch()

    def __call__(self, array: Pixels, into: Pixels, alpha: Pixels) -> None:
        """`array` (BGR) without the screen's shine into another as large; height x width of alpha."""
        height, width = array.shape[:2]
        ycrcb = self._scratch.array("ycrcb", height, width, 3)
        pairs = self._scratch.array("pairs", height, width, 2)
        found = self._scratch.array("found", height, width, 4)
        hard = self._scratch.array("hard", height, width)
        cv2.cvtColor(array, cv2.COLOR_BGR2YCrCb, dst=ycrcb)
        cv2.mixChannels([ycrcb], [pairs], [1, 0, 2, 1])
        look_up(pairs, self._table, found)
        cv2.mixChannels([found], [ycrcb, hard], [0, 1, 1, 2, 2, 3])
        # OBS takes the mean distance of neighbours against noise; of alpha it does the same for one plane.
        cv2.blur(hard, (3, 3), dst=alpha)
        cv2.cvtColor(ycrcb, cv2.COLOR_YCrCb2BGR, dst=into)


def _table(key: ChromaKey) -> Table:
    """For each Cr (low byte) and Cb (high byte): the new Cr, the new Cb, alpha, nothing."""
    red, green, blue = (int(key.colour[at : at + 2], 16) for at in (1, 3, 5))
    one = np.array([[[blue, green, red]]], np.uint8)
    _, screen_cr, screen_cb = cv2.cvtColor(one, cv2.COLOR_BGR2YCrCb)[0, 0].astype(float)
    chroma = max(_LEAST_CHROMA, float(np.hypot(screen_cr - _GREY, screen_cb - _GREY)))
    index = np.arange(SIZE)
    cr, cb = (index & 255).astype(float), (index >> 8).astype(float)
    mask = np.hypot(cr - screen_cr, cb - screen_cb) / chroma - key.similarity
    left = _share(mask, key.spill)
    entries = np.zeros((SIZE, 4), np.uint8)
    entries[:, 0] = np.rint(_GREY + (cr - _GREY) * left)
    entries[:, 1] = np.rint(_GREY + (cb - _GREY) * left)
    entries[:, 2] = np.rint(255 * _share(mask, key.softness))
    return table_of(entries)


def _share(mask: npt.NDArray[np.float64], over: float) -> npt.NDArray[np.float64]:
    """0 to 1 as the mask goes from 0 to `over`; at once when that is nothing."""
    if over < 1e-3:
        return (mask > 0).astype(np.float64)
    return np.clip(mask / over, 0, 1) ** 1.5


def colour_at(frame: Frame, x: int, y: int) -> str:
    """#rrggbb around pixel (x, y), counted from the top left; the nearest pixel when it lies outside."""
    height, width = frame.array.shape[:2]
    x, y = min(max(x, 0), width - 1), min(max(y, 0), height - 1)
    around = frame.array[
        max(0, y - _EYEDROPPER) : y + _EYEDROPPER + 1, max(0, x - _EYEDROPPER) : x + _EYEDROPPER + 1
    ]
    blue, green, red = (round(float(channel)) for channel in around.reshape(-1, 3).mean(axis=0))
    return f"#{red:02x}{green:02x}{blue:02x}"
