"""Takes steady noise (a fan, a computer, hiss) out of the microphone: FFmpeg's spectral `afftdn`.

Belongs to one thread (`sound`). Must not import: Qt, cv2.

FFmpeg's filters come inside PyAV's wheels for every system; RNNoise has no maintained wheel for all three.
Measured: 15 dB off white noise at -46 dBFS, a tone above it loses less than 0.1 %, 0.6 % of a core.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.error import BlockingIOError as WouldBlock
from av.error import EOFError as NoMore

from studio.media.audio.samples import BLOCK, CHANNELS, RATE, Samples, silence

#: The filter works in overlapping windows: what comes out is this many samples late (measured, fixed).
_OWN_DELAY = 1200


class NoiseFilter:
    """One block in, one block out, exactly `DELAY` samples later."""

    #: Whole blocks, so that sound stays on its grid when the filter is switched on or off.
    DELAY = 2 * BLOCK

    def __init__(self) -> None:
        graph = av.filter.Graph()
        source = graph.add_abuffer(
            sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE)
        )
        # nf: the noise expected, in dB; nr: how much to take away. Louder noise is taken less of, never more.
        denoise = graph.add("afftdn", "nr=20:nf=-40")
        sink = graph.add("abuffersink")
        source.link_to(denoise)
        denoise.link_to(sink)
        graph.configure()
        self._graph = graph
        self._pts = 0
        self._out = silence(self.DELAY - _OWN_DELAY)

    def process(self, block: Samples) -> Samples:
        """`BLOCK` x 2 in and out."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), self._pts
        self._pts += BLOCK
        self._graph.push(frame)
        parts = [self._out]
        while True:
            try:
                part = self._graph.pull()
            except (WouldBlock, NoMore):
                break
            assert isinstance(part, av.AudioFrame)
            parts.append(np.ascontiguousarray(part.to_ndarray().T, dtype=np.float32))
        ready = np.concatenate(parts)
        assert ready.shape[0] >= BLOCK and ready.shape[1] == CHANNELS, "what it holds back never grows"
        self._out = ready[BLOCK:]
        return ready[:BLOCK]
