"""What the picture should be: canvas and encoder settings, checked once here.

Thread: any. Must not import: Qt, cv2, av.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"]
Profile = Literal["baseline", "main", "high"]
RateControl = Literal["cbr", "vbr"]


@dataclass(frozen=True, slots=True)
class CanvasSettings:
    """The program picture. Default: portrait 720x1280 at 30 fps, what LIVE platforms take (design facts)."""

    width: int = 720
    height: int = 1280
    fps: int = 30

    def __post_init__(self) -> None:
        if self.width % 2 or self.height % 2:
            raise ValueError("H.264 with 4:2:0 colour needs an even width and height")
        if not (16 <= self.width <= 4096 and 16 <= self.height <= 4096):
            raise ValueError("the canvas is between 16 and 4096 pixels a side")
        if not 1 <= self.fps <= 120:
            raise ValueError("the canvas runs at 1 to 120 frames a second")


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """H.264. Defaults: constant 3,500 kb/s, a keyframe every 2 s, no B-frames.

    Two sliced threads halve the latency of one for the same CPU (5.5 against 9.7 ms a frame, 9.5 ms of CPU
    either way); frame threads would add a frame of delay. Profile high costs 5 % over main and every
    browser with Media Source Extensions plays it.
    """

    bit_rate: int = 3_500_000
    rate_control: RateControl = "cbr"
    preset: Preset = "veryfast"
    profile: Profile = "high"
    keyframe_interval_s: float = 2.0
    threads: int = 2
    #: The decoder buffer (VBV) in milliseconds of media at `bit_rate`: how far a burst may go over the rate.
    buffer_ms: int = 1000

    def __post_init__(self) -> None:
        if not 100_000 <= self.bit_rate <= 50_000_000:
            raise ValueError("the video bit rate is between 100 kb/s and 50 Mb/s")
        if not 0.1 <= self.keyframe_interval_s <= 10:
            raise ValueError("the keyframe interval is between 0.1 and 10 seconds")
        if not 1 <= self.threads <= 16:
            raise ValueError("the encoder takes 1 to 16 threads")
        if not 50 <= self.buffer_ms <= 5000:
            raise ValueError("the encoder buffer is between 50 and 5,000 ms")
