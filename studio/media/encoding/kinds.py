"""The H.264 encoders this program knows, and what each must be told so that all mean the same.

Purpose: a table of values. Thread: any. Must not import: Qt, net, cv2, av.

The same in intent everywhere: no B-frames, no look-ahead, one picture in and one packet out, constant bit
rate with the decoder's buffer of the settings, an IDR on request, parameter sets beside the packets. Option
names as `ffmpeg -h encoder=NAME` prints them (FFmpeg 8.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.media.settings import CanvasSettings, EncoderSettings

#: What a variable bit rate may reach for a while.
VBR_PEAK = 1.5


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """One way to make H.264.

    Attributes:
        name: FFmpeg's. title: the host's word for it. options: what FFmpeg is told beside size and rate.
        layout: how it takes pictures. hardware: whether it leaves the processor alone.
        live_rate: it takes a new `bit_rate` of the open context; others are opened anew.
        missing: what is said when this machine has none.
    """

    name: str
    title: str
    options: Callable[[CanvasSettings, EncoderSettings], dict[str, str]]
    layout: Literal["yuv420p", "nv12"] = "nv12"
    hardware: bool = True
    live_rate: bool = False
    missing: str = ""


def _rate(settings: EncoderSettings) -> dict[str, str]:
    """The decoder's buffer (VBV): what FFmpeg calls maxrate and bufsize for every encoder."""
    peak = settings.bit_rate if settings.rate_control == "cbr" else int(settings.bit_rate * VBR_PEAK)
    return {"maxrate": str(peak), "bufsize": str(peak * settings.buffer_ms // 1000)}


def _x264(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    return _rate(settings) | {
        "preset": settings.preset,
        "tune": "zerolatency",  # no look-ahead, no B-frames, threads within a picture instead of across
        "profile": settings.profile,
        "sc_threshold": "0",  # keyframes when they are due, not at every cut
        "forced-idr": "1",
    }


def _nvenc(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    return _rate(settings) | {
        "preset": "p4",
        "tune": "ull",
        "profile": settings.profile,
        "rc": settings.rate_control,
        "zerolatency": "1",
        "delay": "0",
        "no-scenecut": "1",
        "forced-idr": "1",
        "strict_gop": "1",
    }


def _qsv(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    return _rate(settings) | {
        "preset": "veryfast",
        "profile": settings.profile,
        "async_depth": "1",
        "look_ahead": "0",
        "forced_idr": "1",
        "scenario": "livestreaming",
    }


def _amf(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    profile = "constrained_baseline" if settings.profile == "baseline" else settings.profile
    return _rate(settings) | {
        "usage": "lowlatency",
        "quality": "balanced",
        "profile": profile,
        "rc": "cbr" if settings.rate_control == "cbr" else "vbr_peak",
        "enforce_hrd": "1",
        "filler_data": "0",
        "forced_idr": "1",
    }


def _videotoolbox(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    options = {"profile": settings.profile, "realtime": "1", "allow_sw": "0", "prio_speed": "1"}
    if settings.rate_control == "cbr":
        return options | {"constant_bit_rate": "1"}  # macOS 13; it refuses a maxrate beside it
    return options | _rate(settings)


def _media_foundation(_: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    rate_control = "cbr" if settings.rate_control == "cbr" else "pc_vbr"
    return {"rate_control": rate_control, "scenario": "live_streaming", "hw_encoding": "1"}


X264 = EncoderKind("libx264", "x264", _x264, layout="yuv420p", hardware=False, live_rate=True)

#: In the order of preference: what leaves the processor to the rest first, x264 last, which works everywhere.
KINDS: tuple[EncoderKind, ...] = (
    EncoderKind("h264_nvenc", "NVENC", _nvenc, live_rate=True, missing="no NVIDIA driver"),
    EncoderKind("h264_qsv", "QuickSync", _qsv, live_rate=True, missing="no Intel graphics driver"),
    EncoderKind("h264_amf", "AMF", _amf, missing="no AMD driver"),
    EncoderKind("h264_videotoolbox", "VideoToolbox", _videotoolbox, missing="only on a Mac"),
    EncoderKind("h264_mf", "Media Foundation", _media_foundation, missing="only on Windows"),
    X264,
)
