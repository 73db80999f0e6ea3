"""Known services to send to: what their address is, what they call the key, how many bits they take.

Pure data. Thread: any. Must not import: Qt. A service that moves its address is mended here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetPreset:
    """One service.

    Attributes:
        title: in the list, and the name its target begins with. url: filled in; empty: the host has one.
        example: shown while the address is empty. key_words: what the service calls the key, where it is.
        most_kbps: picture and sound together, as it advises; 0: it says nothing.
    """

    title: str
    url: str = ""
    example: str = "rtmps://live.example.org/app"
    key_words: str = ""
    most_kbps: int = 0

    def hint(self, kbps: int) -> str:
        """What to know of a broadcast of that rate, one short sentence; empty when there is nothing."""
        if not self.most_kbps:
            return ""
        most = f"{self.title} takes up to {self.most_kbps / 1000:.1f} Mb/s"
        if kbps > self.most_kbps:
            return f"{most}; you send {kbps / 1000:.1f}: choose a lower bit rate."
        return f"{most}; you send {kbps / 1000:.1f}."


CUSTOM = TargetPreset("Other", key_words="Stream key, or the token of a WHIP address (https://)")

PRESETS: tuple[TargetPreset, ...] = (
    # LIVE Center and LIVE Studio show an address of one's own for each LIVE; there is none for all.
    TargetPreset("TikTok", "", "rtmp://push-….tiktokcdn.com/stage", "Both are in TikTok’s LIVE Center"),
    # help.twitch.tv, "Recommended Ingest Endpoints": the global one. "Broadcasting Guidelines": 6,000 kb/s.
    TargetPreset(
        "Twitch",
        "rtmps://live.twitch.tv/app",
        key_words="Creator Dashboard, Settings, Stream",
        most_kbps=6_160,
    ),
    # support.google.com/youtube, "Live encoder settings": 1080p at 30 fps, H.264: 10,000 kb/s. The address is
    # what Live Control Room shows with RTMPS chosen.
    TargetPreset(
        "YouTube",
        "rtmps://a.rtmps.youtube.com/live2",
        key_words="YouTube Studio, Go live, Stream",
        most_kbps=10_000,
    ),
    CUSTOM,
)
