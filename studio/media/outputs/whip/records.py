"""What goes through the pipe to the process that sends: a description, then packets. Bytes in, bytes out.

Thread: any. Must not import: Qt, net, av. Each record: kind, time and duration in microseconds, length, data.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass

from studio.media.packet import AudioConfig, AudioPacket, MediaPacket, Packet, StreamConfig

_HEAD = struct.Struct(">BqII")
_ABOUT, _KEYFRAME, _PICTURE, _SOUND = 0, 1, 2, 3
#: A keyframe of 50 Mb/s with room to spare; more is not ours.
LONGEST = 16 << 20


class BadRecord(ValueError):
    """What came through the pipe was not written by this module."""


@dataclass(frozen=True, slots=True)
class About:
    """The first record. `url`: where the offer goes, without secrets. `certificate`, `key`: paths, PEM."""

    url: str
    certificate: str
    key: str
    config: StreamConfig


def pack_about(about: About) -> bytes:
    config, audio = about.config, about.config.audio
    said = {
        "url": about.url,
        "certificate": about.certificate,
        "key": about.key,
        "extradata": base64.b64encode(config.extradata).decode(),
        "picture": [config.width, config.height, config.fps, config.bit_rate],
        "sound": None
        if audio is None
        else [
            base64.b64encode(audio.extradata).decode(),
            audio.sample_rate,
            audio.channels,
            audio.bit_rate,
        ],
    }
    return _pack(_ABOUT, 0, 0, json.dumps(said).encode())


def pack_packet(packet: MediaPacket) -> bytes:
    if isinstance(packet, AudioPacket):
        return _pack(_SOUND, packet.pts_us, packet.duration_us, packet.data)
    return _pack(_KEYFRAME if packet.is_key else _PICTURE, packet.pts_us, packet.duration_us, packet.data)


def read_about(read: Callable[[int], bytes]) -> About:
    """The first record. Raises BadRecord, EOFError."""
    kind, _, _, data = _read(read)
    if kind != _ABOUT:
        raise BadRecord("no description")
    try:
        said = json.loads(data)
        sound = said["sound"]
        audio = None if sound is None else AudioConfig(base64.b64decode(sound[0]), *map(int, sound[1:4]))
        width, height, fps, bit_rate = map(int, said["picture"])
        config = StreamConfig(base64.b64decode(said["extradata"]), width, height, fps, bit_rate, audio)
        return About(str(said["url"]), str(said["certificate"]), str(said["key"]), config)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BadRecord("a broken description") from error


def read_packet(read: Callable[[int], bytes]) -> MediaPacket:
    """The next packet. Raises BadRecord, and EOFError at the end."""
    kind, pts_us, duration_us, data = _read(read)
    if kind == _SOUND:
        return AudioPacket(data, pts_us, duration_us)
    if kind not in (_KEYFRAME, _PICTURE):
        raise BadRecord("no packet")
    return Packet(data, pts_us, pts_us, duration_us, kind == _KEYFRAME, None)


def _pack(kind: int, pts_us: int, duration_us: int, data: bytes) -> bytes:
    return _HEAD.pack(kind, pts_us, duration_us, len(data)) + data


def _read(read: Callable[[int], bytes]) -> tuple[int, int, int, bytes]:
    head = read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    kind, pts_us, duration_us, size = _HEAD.unpack(head)
    if size > LONGEST:
        raise BadRecord("too long")
    data = read(size)
    if len(data) < size:
        raise EOFError
    return kind, pts_us, duration_us, data
