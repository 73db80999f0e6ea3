"""Encoded pictures and what a player needs to know before the first of them.

Purpose: values between encoder and outputs, and reading H.264's byte stream.
Thread: any. Must not import: Qt, cv2, av.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

_NAL_SPS, _NAL_PPS = 7, 8


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture.

    Attributes:
        data: H.264 access unit, Annex B (start codes); parameter sets are in `StreamConfig`.
        pts_us, dts_us, duration_us: microseconds since the first picture; pts == dts (no B-frames).
        is_key: decoding can begin here.
        captured_ns: when the picture in it was captured (`clock.now_ns`), None for the slate.
        config: what a player needs to begin here, on keyframes that come from the encoder thread. Another
            value than before: a new encoder took over, and an output must describe the stream anew. It is on
            every keyframe, so that it cannot be lost with a dropped one.
    """

    data: bytes
    pts_us: int
    dts_us: int
    duration_us: int
    is_key: bool
    captured_ns: int | None
    config: StreamConfig | None = None


@dataclass(frozen=True, slots=True)
class AudioPacket:
    """One encoded piece of sound (for AAC: 1,024 samples a channel).

    Attributes:
        data: a raw AAC access unit, without ADTS header.
        pts_us, duration_us: microseconds on the same time line as `Packet`'s.
    """

    data: bytes
    pts_us: int
    duration_us: int


#: What outputs take, in the order of the time line as far as two encoders keep it.
MediaPacket: TypeAlias = Packet | AudioPacket


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """Constant for one run of the sound encoder.

    Attributes:
        extradata: the AudioSpecificConfig (ISO/IEC 14496-3), as muxers of FFmpeg take it.
        sample_rate: samples a second. channels: 1 or 2. bit_rate: bits a second.
    """

    extradata: bytes
    sample_rate: int = 48_000
    channels: int = 2
    bit_rate: int = 160_000

    @property
    def codec(self) -> str:
        """RFC 6381 name of AAC-LC."""
        return "mp4a.40.2"


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """Constant for one run of the encoder; `Packet.config` tells of the next.

    Attributes:
        extradata: SPS and PPS, Annex B, as muxers of FFmpeg take it.
        width, height: pixels. fps: ticks a second. bit_rate: bits a second.
        audio: None for a broadcast without sound.
    """

    extradata: bytes
    width: int
    height: int
    fps: int
    bit_rate: int
    audio: AudioConfig | None = None

    @property
    def sps(self) -> bytes:
        return _find(self.extradata, _NAL_SPS)

    @property
    def pps(self) -> bytes:
        return _find(self.extradata, _NAL_PPS)

    @property
    def codec(self) -> str:
        """RFC 6381 name: profile, constraints and level as in the SPS, for example avc1.64001F."""
        return "avc1." + self.sps[1:4].hex().upper()


def split_annex_b(data: bytes) -> list[bytes]:
    """The NAL units of a byte stream, without start codes (ITU-T H.264 annex B). Empty for none."""
    units: list[bytes] = []
    begin = data.find(b"\x00\x00\x01")
    while begin >= 0:
        begin += 3
        end = data.find(b"\x00\x00\x01", begin)
        unit = data[begin:] if end < 0 else data[begin:end]
        # A four-byte start code leaves its first zero here; a NAL unit itself never ends in a zero byte.
        unit = unit.rstrip(b"\x00")
        if unit:
            units.append(unit)
        begin = end
    return units


def to_length_prefixed(data: bytes) -> bytes:
    """An access unit as MP4 stores it: each NAL unit after its length in 4 bytes (ISO/IEC 14496-15)."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in split_annex_b(data))


def from_length_prefixed(data: bytes) -> bytes:
    """The other way; ValueError when the lengths do not add up."""
    units: list[bytes] = []
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if not 0 < size <= len(data) - at:
            raise ValueError("neither Annex B nor NAL units after their lengths")
        units.append(b"\0\0\0\1" + data[at : at + size])
        at += size
    return b"".join(units)


def parameter_sets_of(data: bytes) -> bytes:
    """SPS and PPS, Annex B, out of extradata (Annex B or an avcC record) or a picture. Empty for none."""
    if data[:1] == b"\1":  # AVCDecoderConfigurationRecord, ISO/IEC 14496-15
        return _from_avc_record(data)
    units = [unit for unit in split_annex_b(data) if unit[0] & 0x1F in (_NAL_SPS, _NAL_PPS)]
    if {unit[0] & 0x1F for unit in units} != {_NAL_SPS, _NAL_PPS}:
        return b""
    return b"".join(b"\0\0\0\1" + unit for unit in units)


def _from_avc_record(data: bytes) -> bytes:
    """Empty for a damaged record."""
    sets: list[bytes] = []
    at = 5
    for mask in (0x1F, 0xFF):  # the number of SPS shares its byte with reserved bits
        if at >= len(data):
            return b""
        number = data[at] & mask
        at += 1
        for _ in range(number):
            size = int.from_bytes(data[at : at + 2], "big")
            at += 2
            if not 0 < size <= len(data) - at:
                return b""
            sets.append(data[at : at + size])
            at += size
    return parameter_sets_of(b"".join(b"\0\0\0\1" + unit for unit in sets))


def _find(extradata: bytes, kind: int) -> bytes:
    for unit in split_annex_b(extradata):
        if unit[0] & 0x1F == kind:
            return unit
    raise ValueError(f"no NAL unit of type {kind} in the encoder's extradata")
