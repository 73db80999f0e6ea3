"""Measures what one frame costs this machine to encode, before anyone goes on air.

Thread: any but the GUI's (it takes about half a second). Must not import: Qt, net.
"""

from __future__ import annotations

import statistics

from studio.media.clock import now_ns
from studio.media.encoding.encoder import H264Encoder
from studio.media.frame import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource

_FRAMES = 24
_WARM_UP = 6  # the first ones are the keyframe and cold caches


def measure_encode_ms(canvas: CanvasSettings, settings: EncoderSettings) -> float:
    """Median milliseconds for a moving picture of that size. Raises EncoderFailed when it does not start."""
    encoder = H264Encoder(canvas, settings)
    source = TestPatternSource(canvas.width, canvas.height, float(canvas.fps))
    took: list[float] = []
    for number in range(_FRAMES):
        at_ns = now_ns()
        frame = ProgramFrame(source.picture(number), number, at_ns, at_ns, False)
        begin = now_ns()
        encoder.encode(frame)
        took.append((now_ns() - begin) / 1e6)
    encoder.flush()
    return statistics.median(took[_WARM_UP:])
