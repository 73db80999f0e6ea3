"""Fragmented MP4, written so that a picture leaves in the same moment it is encoded.

Purpose: an init segment (ftyp, moov) and one moof+mdat per picture, for Media Source Extensions.
Thread: any; pure functions and one small counter class. Must not import: Qt, cv2, av.

Why not FFmpeg's muxer: it learns a picture's duration from the next one, so each waits a frame (33 ms), and
PyAV has no way to flush it. Here the duration is known (the tick), and a gap is closed when it ends: the
picture after a gap begins where the one before it ended and lasts that much longer. So the time line never
tears, players need not jump over holes, and it does not drift. Box layout: ISO/IEC 14496-12 and -15.
"""

from __future__ import annotations

import struct

from studio.media.packet import Packet, StreamConfig, to_length_prefixed

#: Ticks a second of the media time line; whole numbers at 24, 25, 30 and 60 fps.
TIMESCALE = 90_000
_TRACK = 1
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)  # unity
_SYNC_SAMPLE = 0x02000000  # depends on no other
_DELTA_SAMPLE = 0x01010000  # depends on others, is not a sync sample


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


def _ticks(us: int) -> int:
    return (us * TIMESCALE + 500_000) // 1_000_000


def init_segment(config: StreamConfig) -> bytes:
    """ftyp and moov of one H.264 track without samples: what a player must get first."""
    movie = _full(
        b"mvhd",
        0,
        0,
        struct.pack(">4I", 0, 0, 1000, 0),
        struct.pack(">IHHQ", 0x10000, 0x0100, 0, 0),
        _MATRIX,
        bytes(24),
        struct.pack(">I", _TRACK + 1),
    )
    extends = _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">5I", _TRACK, 1, 0, 0, 0)))
    brands = b"iso6" + struct.pack(">I", 0x200) + b"iso6avc1mp41"
    return _box(b"ftyp", brands) + _box(b"moov", movie, _track(config), extends)


def _track(config: StreamConfig) -> bytes:
    header = _full(
        b"tkhd",
        0,
        3,  # enabled, in the movie
        struct.pack(">5I", 0, 0, _TRACK, 0, 0),
        struct.pack(">QhhhH", 0, 0, 0, 0, 0),
        _MATRIX,
        struct.pack(">II", config.width << 16, config.height << 16),
    )
    media_header = _full(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, TIMESCALE, 0, 0x55C4, 0))  # language "und"
    handler = _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"Host Studio\x00")
    data_reference = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    tables = _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), _sample_entry(config)),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    information = _box(b"minf", _full(b"vmhd", 0, 1, bytes(8)), data_reference, tables)
    return _box(b"trak", header, _box(b"mdia", media_header, handler, information))


def _sample_entry(config: StreamConfig) -> bytes:
    sps, pps = config.sps, config.pps
    record = bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1])  # lengths of 4 bytes, one SPS
    record += struct.pack(">H", len(sps)) + sps + b"\x01" + struct.pack(">H", len(pps)) + pps
    if sps[1] in (100, 110, 122, 144):  # profile High and up: 4:2:0, 8 bit luma and chroma, no SPS extension
        record += b"\xfd\xf8\xf8\x00"
    return _box(
        b"avc1",
        struct.pack(">6xH16x", 1),
        struct.pack(">HH", config.width, config.height),
        struct.pack(">IIIH32xHh", 0x480000, 0x480000, 0, 1, 0x18, -1),
        _box(b"avcC", record),
    )


class FragmentTimeline:
    """Turns packets into moof+mdat, in order; begins at the first packet's own time."""

    def __init__(self) -> None:
        self._sequence = 0
        self._end: int | None = None  # where the last picture ended, in TIMESCALE ticks

    def fragment(self, packet: Packet) -> bytes:
        """One moof+mdat with the picture of `packet`. Packets must come in order of time."""
        true_start = _ticks(packet.dts_us)
        true_end = _ticks(packet.dts_us + packet.duration_us)
        start = true_start if self._end is None else self._end
        self._end = max(true_end, start + 1)
        self._sequence += 1
        data = to_length_prefixed(packet.data)
        head = self._moof(start, self._end - start, len(data), packet.is_key, data_offset=0)
        head = self._moof(start, self._end - start, len(data), packet.is_key, data_offset=len(head) + 8)
        return head + _box(b"mdat", data)

    def _moof(self, start: int, duration: int, size: int, is_key: bool, data_offset: int) -> bytes:
        flags = _SYNC_SAMPLE if is_key else _DELTA_SAMPLE
        run = struct.pack(">Ii", 1, data_offset) + struct.pack(">3I", duration, size, flags)
        return _box(
            b"moof",
            _full(b"mfhd", 0, 0, struct.pack(">I", self._sequence)),
            _box(
                b"traf",
                _full(b"tfhd", 0, 0x020000, struct.pack(">I", _TRACK)),  # default-base-is-moof
                _full(b"tfdt", 1, 0, struct.pack(">Q", start)),
                _full(b"trun", 0, 0x000701, run),  # data offset; duration, size, flags a sample
            ),
        )
