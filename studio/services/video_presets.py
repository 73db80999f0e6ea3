"""Presets of the picture by name, and what may be chosen. Values only, any thread.

Where the numbers come from:
    TikTok and HQ: the design's facts of the field (720x1280 at 30 fps, CBR 3,500 kb/s, a keyframe every 2 s;
    HQ 1080x1920 at 4,500).
    Twitch: its broadcasting guidelines (1080p60 6,000 kb/s, 720p30 3,000 kb/s, CBR, a keyframe every 2 s).
    YouTube: "Choose live encoder settings, bitrates, and resolutions" of its help (1080p30 and 720p30 3 to
    8 Mb/s, a keyframe every 2 s, at most 4); the middle, because a home's upload is seldom above 10.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.services.profile import SavedVideo

CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class VideoPreset:
    """What viewers get; the encoder and its speed are a matter of this machine and stay as they are."""

    id: str
    name: str
    width: int
    height: int
    fps: int
    kbps: int
    keyframe_s: float = 2.0

    @property
    def words(self) -> str:
        """For a line in a list: 720×1280 · 30 fps · 3,500 kb/s."""
        return f"{self.width}×{self.height} · {self.fps} fps · {self.kbps:,} kb/s"

    def matches(self, saved: SavedVideo) -> bool:
        wanted = (self.width, self.height, self.fps, self.kbps, self.keyframe_s, "cbr")
        return wanted == (
            saved.width,
            saved.height,
            saved.fps,
            saved.kbps,
            saved.keyframe_s,
            saved.rate_control,
        )


PRESETS: tuple[VideoPreset, ...] = (
    VideoPreset("tiktok", "TikTok 720p", 720, 1280, 30, 3_500),
    VideoPreset("hq", "HQ 1080p", 1080, 1920, 30, 4_500),
    VideoPreset("twitch", "Twitch 1080p60", 1920, 1080, 60, 6_000),
    VideoPreset("twitch720", "Twitch 720p", 1280, 720, 30, 3_000),
    VideoPreset("youtube", "YouTube 1080p", 1920, 1080, 30, 6_000),
    VideoPreset("youtube720", "YouTube 720p", 1280, 720, 30, 4_000),
)

#: Width and height of the picture, and what people call it.
CANVASES: tuple[tuple[int, int, str], ...] = (
    (720, 1280, "Portrait 720×1280"),
    (1080, 1920, "Portrait 1080×1920"),
    (1280, 720, "Landscape 1280×720"),
    (1920, 1080, "Landscape 1920×1080"),
)
FRAME_RATES = (30, 60)
KEYFRAMES_S = (1.0, 2.0, 4.0)
SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
RATE_CONTROLS = (("cbr", "Constant (CBR)"), ("vbr", "Variable (VBR)"))
LEAST_KBPS, MOST_KBPS = 500, 20_000


def preset_of(saved: SavedVideo) -> str:
    """The id of the preset these settings are, `CUSTOM` for none."""
    return next((preset.id for preset in PRESETS if preset.matches(saved)), CUSTOM)


def usable(saved: SavedVideo) -> SavedVideo:
    """`saved` if all of it can be chosen here, else the default: a file may be edited by hand."""
    known = (
        (saved.width, saved.height) in {(width, height) for width, height, _ in CANVASES}
        and saved.fps in FRAME_RATES
        and LEAST_KBPS <= saved.kbps <= MOST_KBPS
        and saved.keyframe_s in KEYFRAMES_S
        and saved.speed in SPEEDS
        and saved.rate_control in {name for name, _ in RATE_CONTROLS}
    )
    return saved if known else SavedVideo()
