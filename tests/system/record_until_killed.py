"""A process that records the test pattern until someone kills it: `python record_until_killed.py FOLDER`.

Prints the milliseconds of media handed to the recording after every picture.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from studio.media.encoding.encoder import H264Encoder
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource


def main() -> None:
    canvas = CanvasSettings(180, 320, 30)
    encoder = H264Encoder(canvas, EncoderSettings(bit_rate=1_000_000, preset="ultrafast", threads=1))
    output = RecordingOutput(RecordingPlan(Path(sys.argv[1]), reserve_bytes=0))
    output.start(encoder.config, lambda: None)
    source = TestPatternSource(canvas.width, canvas.height, 30.0)
    begin, number = time.monotonic(), 0
    while True:
        for packet in encoder.encode(ProgramFrame.of(source.picture(number), number, 0, None, False)):
            output.push(packet)
            print((packet.pts_us + packet.duration_us) // 1000, flush=True)
        number += 1
        time.sleep(max(0.0, begin + number / 30 - time.monotonic()))


if __name__ == "__main__":
    main()
