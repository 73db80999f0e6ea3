"""What sound is in this room: 48 kHz stereo in float32, in blocks of one AAC frame.

Thread: any. Must not import: Qt, av, anything of studio.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: Samples a second of everything between a source and the encoder.
RATE = 48_000
CHANNELS = 2
#: Samples a channel in one block: what one AAC frame holds (ISO/IEC 14496-3), 21.3 ms.
BLOCK = 1024

#: n x 2, float32, full scale is -1..1. May go beyond until the limiter.
Samples: TypeAlias = npt.NDArray[np.float32]


def silence(count: int = BLOCK) -> Samples:
    return np.zeros((count, CHANNELS), dtype=np.float32)


def block_ns(number: int) -> int:
    """Nanoseconds from the begin of block 0 to the begin of block `number`; no rounding adds up."""
    return number * BLOCK * 1_000_000_000 // RATE


def amplitude(gain_db: float) -> float:
    """The factor of a gain in decibels."""
    return float(10.0 ** (gain_db / 20.0))


def ramp(before: float, goal: float) -> Samples:
    """A gain for each sample of a block, from `before` to `goal`: a step would click."""
    if before == goal:
        return np.full((1, 1), goal, dtype=np.float32)
    return np.linspace(before, goal, BLOCK, dtype=np.float32)[:, None]
