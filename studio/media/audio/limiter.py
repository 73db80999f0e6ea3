"""The last thing before the encoder: nothing goes over the ceiling, and it does not sound cut off.

A look-ahead peak limiter as in Luff, "Designing a straightforward limiter" (Signalsmith Audio, 2022): the
gain each sample needs, its minimum over the look-ahead, smoothed by a box of the same length, so that the
gain is down when the peak comes. Belongs to one thread. Must not import: Qt, av, cv2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.media.audio.samples import BLOCK, RATE, Samples, silence

CEILING = 10 ** (-1.0 / 20)  # -1 dBFS: room for what AAC adds
LOOK_AHEAD = RATE // 200  # 5 ms
#: The gains of what is quiet enough as it is.
_ONE: npt.NDArray[np.float32] = np.ones(2 * LOOK_AHEAD, dtype=np.float32)


class Limiter:
    """Gives each block back `LOOK_AHEAD` samples later, within the ceiling.

    Attributes: `loudest`, the peak of the block that last came in, as an amplitude.
    """

    def __init__(self) -> None:
        self._late = silence(LOOK_AHEAD)
        self._needed: npt.NDArray[np.float32] = _ONE
        self.loudest = 0.0

    def limit(self, block: Samples) -> Samples:
        """`BLOCK` x 2 in and out."""
        samples = np.concatenate([self._late, block])
        self._late = samples[-LOOK_AHEAD:]
        out = samples[:BLOCK]
        self.loudest = float(max(block.max(), -block.min()))
        if self.loudest <= CEILING and self._needed is _ONE:
            return out
        loudest = np.abs(block).max(axis=1)
        needed = np.minimum(1.0, CEILING / np.maximum(loudest, 1e-9)).astype(np.float32)
        gains = np.concatenate([self._needed, needed])
        self._needed = gains[-2 * LOOK_AHEAD :] if gains[-2 * LOOK_AHEAD :].min() < 1.0 else _ONE
        windows = np.lib.stride_tricks.sliding_window_view(gains, LOOK_AHEAD + 1)
        lowest = windows.min(axis=1).astype(np.float64)
        sums = np.concatenate([[0.0], np.cumsum(lowest)])
        smooth = (sums[LOOK_AHEAD:] - sums[:-LOOK_AHEAD]) / LOOK_AHEAD
        # Sample k of `out` needs gains[k + LOOK_AHEAD]; every minimum averaged in smooth[k] has seen it.
        limited: Samples = out * smooth[:BLOCK, None].astype(np.float32)
        return limited
