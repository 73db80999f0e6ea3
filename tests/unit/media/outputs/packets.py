"""Real packets of the real encoder, for outputs to take."""

from __future__ import annotations

from studio.media.encoding.encoder import H264Encoder
from studio.media.packet import Packet, StreamConfig
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource

CANVAS = CanvasSettings(96, 160, 30)


def encoded(count: int, *, key_every: int = 30) -> tuple[StreamConfig, list[Packet]]:
    """`count` pictures of 30 fps with a keyframe every `key_every`."""
    encoder = H264Encoder(
        CANVAS, EncoderSettings(bit_rate=300_000, preset="ultrafast", keyframe_interval_s=10, threads=1)
    )
    source = TestPatternSource(CANVAS.width, CANVAS.height, 30.0)
    packets: list[Packet] = []
    for number in range(count):
        frame = ProgramFrame.of(source.picture(number), number, 0, None, False)
        packets += encoder.encode(frame, keyframe=number % key_every == 0)
    return encoder.config, packets + encoder.flush()
