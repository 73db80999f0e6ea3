"""How loud it is: peak and RMS in dBFS, with a clip light that stays on for a moment.

Thread: `sound` adds, any reads. Must not import: Qt, av, cv2. 0 dBFS is full scale of a sine's peak
(AES17 would call its RMS -3 dB lower than ours is: here RMS is of the plain samples).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from studio.media.audio.samples import BLOCK, RATE, Samples

FLOOR_DBFS = -90.0
#: At full scale something was cut off.
FULL_SCALE = 0.999
#: How long the clip light stays on, in blocks.
_CLIP_HOLD = 2 * RATE // BLOCK


def dbfs(amplitude: float) -> float:
    """Decibels below full scale, not below `FLOOR_DBFS`."""
    return max(FLOOR_DBFS, 20.0 * float(np.log10(amplitude))) if amplitude > 0 else FLOOR_DBFS


@dataclass(frozen=True, slots=True)
class Level:
    """Since it was last asked for. `clipped`: within the last two seconds."""

    peak_dbfs: float = FLOOR_DBFS
    rms_dbfs: float = FLOOR_DBFS
    clipped: bool = False


class Meter:
    """Collects between two calls of `take`; `loudest_dbfs` is kept until `forget`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._peak = self._squares = self._loudest = 0.0
        self._count = 0
        self._clip_left = 0

    def add(self, block: Samples, unlimited: float = 0.0) -> float:
        """Measures one block and returns its peak as an amplitude.

        `unlimited`: the peak before what keeps the block below full scale; it lights the clip light, too.
        """
        peak = float(np.abs(block).max(initial=0.0))
        clipped = max(peak, unlimited) >= FULL_SCALE
        squares = float(np.vdot(block, block))
        with self._lock:
            self._peak = max(self._peak, peak)
            self._loudest = max(self._loudest, peak)
            self._squares += squares
            self._count += block.size
            self._clip_left = _CLIP_HOLD if clipped else max(0, self._clip_left - 1)
        return peak

    def rest(self) -> None:
        """A block without sound: only the clip light gets older."""
        with self._lock:
            self._clip_left = max(0, self._clip_left - 1)

    def take(self) -> Level:
        """The level since the last call."""
        with self._lock:
            rms = (self._squares / self._count) ** 0.5 if self._count else 0.0
            level = Level(dbfs(self._peak), dbfs(rms), self._clip_left > 0)
            self._peak = self._squares = 0.0
            self._count = 0
        return level

    @property
    def loudest_dbfs(self) -> float:
        return dbfs(self._loudest)

    def forget(self) -> None:
        with self._lock:
            self._loudest = 0.0
