"""Fragmented MP4, written so that a picture leaves in the same moment it is encoded.

Purpose: an init segment (ftyp, moov) and one moof+mdat per picture or piece of sound, for Media Source
Extensions.
Thread: any; pure functions and one small counter class. Must not import: Qt, cv2, av.

Why not FFmpeg's muxer: it learns a picture's duration from the next one, so each waits a frame (33 ms), and
PyAV has no way to flush it. Here the duration is known (the tick), and a gap is closed when it ends: the
picture after a gap begins where the one before it ended and lasts that much longer. So the time line never
tears, players need not jump over holes, and it does not drift. Box layout: ISO/IEC 14496-12 and -15; the
descriptors of AAC: 14496-1 and -14.
"""

from __future__ import annotations

import struct

from studio.media.packet import AudioConfig, AudioPacket, MediaPacket, StreamConfig, to_length_prefixed

#: Ticks a second of the media time line; whole numbers at 24, 25, 30 and 60 fps.
TIMESCALE = 90_000
PICTURE_TRACK, _SOUND_TRACK = 1, 2
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)  # unity
#: Flags of a sample that depends on no other.
SYNC_SAMPLE = 0x02000000
_DELTA_SAMPLE = 0x01010000  # depends on others, is not a sync sample


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


def _ticks(us: int, timescale: int) -> int:
    return (us * timescale + 500_000) // 1_000_000


def init_segment(config: StreamConfig) -> bytes:
    """What a player must get first: ftyp, and moov of an H.264 track and, with sound, an AAC track."""
    tracks = [_picture_track(config)]
    if config.audio is not None:
        tracks.append(_sound_track(config.audio))
    movie = _full(
        b"mvhd",
        0,
        0,
        struct.pack(">4I", 0, 0, 1000, 0),
        struct.pack(">IHHQ", 0x10000, 0x0100, 0, 0),
        _MATRIX,
        bytes(24),
        struct.pack(">I", len(tracks) + 1),
    )
    numbers = range(1, len(tracks) + 1)
    extends = (_full(b"trex", 0, 0, struct.pack(">5I", number, 1, 0, 0, 0)) for number in numbers)
    brands = b"iso6" + struct.pack(">I", 0x200) + b"iso6avc1mp41"
    return _box(b"ftyp", brands) + _box(b"moov", movie, *tracks, _box(b"mvex", *extends))


def _picture_track(config: StreamConfig) -> bytes:
    size = struct.pack(">II", config.width << 16, config.height << 16)
    header = _track_header(PICTURE_TRACK, 0, size)
    return _track(header, TIMESCALE, b"vide", _full(b"vmhd", 0, 1, bytes(8)), _picture_entry(config))


def _sound_track(audio: AudioConfig) -> bytes:
    header = _track_header(_SOUND_TRACK, 0x0100, bytes(8))
    return _track(header, audio.sample_rate, b"soun", _full(b"smhd", 0, 0, bytes(4)), _sound_entry(audio))


def _track_header(number: int, volume: int, size: bytes) -> bytes:
    return _full(
        b"tkhd",
        0,
        3,  # enabled, in the movie
        struct.pack(">5I", 0, 0, number, 0, 0),
        struct.pack(">QhhhH", 0, 0, 0, volume, 0),
        _MATRIX,
        size,
    )


def _track(header: bytes, timescale: int, kind: bytes, kind_header: bytes, sample_entry: bytes) -> bytes:
    media_header = _full(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, timescale, 0, 0x55C4, 0))  # language "und"
    handler = _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, kind), b"Host Studio\x00")
    data_reference = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    tables = _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), sample_entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    information = _box(b"minf", kind_header, data_reference, tables)
    return _box(b"trak", header, _box(b"mdia", media_header, handler, information))


def avc_record(config: StreamConfig) -> bytes:
    """The AVCDecoderConfigurationRecord (ISO/IEC 14496-15): what MP4 and FLV tell a decoder first."""
    sps, pps = config.sps, config.pps
    record = bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1])  # lengths of 4 bytes, one SPS
    record += struct.pack(">H", len(sps)) + sps + b"\x01" + struct.pack(">H", len(pps)) + pps
    if sps[1] in (100, 110, 122, 144):  # profile High and up: 4:2:0, 8 bit luma and chroma, no SPS extension
        record += b"\xfd\xf8\xf8\x00"
    return record


def _picture_entry(config: StreamConfig) -> bytes:
    return _box(
        b"avc1",
        struct.pack(">6xH16x", 1),
        struct.pack(">HH", config.width, config.height),
        struct.pack(">IIIH32xHh", 0x480000, 0x480000, 0, 1, 0x18, -1),
        _box(b"avcC", avc_record(config)),
    )


def _sound_entry(audio: AudioConfig) -> bytes:
    """mp4a with its esds: AAC (object type 0x40), an audio stream (5 << 2, and a bit that is always set)."""
    decoder = (
        struct.pack(">BBB", 0x40, 0x15, 0) + bytes(2) + struct.pack(">II", audio.bit_rate, audio.bit_rate)
    )
    decoder += _descriptor(0x05, audio.extradata)
    stream = struct.pack(">HB", _SOUND_TRACK, 0) + _descriptor(0x04, decoder) + _descriptor(0x06, b"\x02")
    return _box(
        b"mp4a",
        struct.pack(">6xH8x", 1),
        struct.pack(">HHHHI", audio.channels, 16, 0, 0, audio.sample_rate << 16),
        _full(b"esds", 0, 0, _descriptor(0x03, stream)),
    )


def _descriptor(tag: int, body: bytes) -> bytes:
    if len(body) > 127:
        raise ValueError("a descriptor of this kind is short")
    return bytes([tag, len(body)]) + body


class FragmentTimeline:
    """Turns packets into moof+mdat, in order; each track begins at its first packet's own time."""

    def __init__(self) -> None:
        self._sequence = 0
        self._end: dict[int, int] = {}  # by track: where the last picture or sound ended, in its ticks

    def fragment(self, packet: MediaPacket, sound_rate: int = 48_000) -> bytes:
        """One moof+mdat with `packet`. Packets of a kind must come in order of time.

        `sound_rate`: ticks a second of the sound's track, as in the init segment.
        """
        if isinstance(packet, AudioPacket):
            return self._one(_SOUND_TRACK, packet, sound_rate, packet.data, SYNC_SAMPLE)
        flags = SYNC_SAMPLE if packet.is_key else _DELTA_SAMPLE
        return self._one(PICTURE_TRACK, packet, sound_rate, to_length_prefixed(packet.data), flags)

    def span(self, packet: MediaPacket, sound_rate: int = 48_000) -> tuple[int, int]:
        """Start and duration of `packet` in its track's ticks: from where the one before it ended."""
        is_sound = isinstance(packet, AudioPacket)
        track, timescale = (_SOUND_TRACK, sound_rate) if is_sound else (PICTURE_TRACK, TIMESCALE)
        true_end = _ticks(packet.pts_us + packet.duration_us, timescale)
        start = self._end.get(track, _ticks(packet.pts_us, timescale))
        end = self._end[track] = max(true_end, start + 1)
        return start, end - start

    def _one(self, track: int, packet: MediaPacket, sound_rate: int, data: bytes, flags: int) -> bytes:
        start, duration = self.span(packet, sound_rate)
        self._sequence += 1
        head = self._moof(track, start, duration, len(data), flags, data_offset=0)
        head = self._moof(track, start, duration, len(data), flags, data_offset=len(head) + 8)
        return head + _box(b"mdat", data)

    def _moof(self, track: int, start: int, duration: int, size: int, flags: int, data_offset: int) -> bytes:
        run = struct.pack(">Ii", 1, data_offset) + struct.pack(">3I", duration, size, flags)
        return _box(
            b"moof",
            _full(b"mfhd", 0, 0, struct.pack(">I", self._sequence)),
            _box(
                b"traf",
                _full(b"tfhd", 0, 0x020000, struct.pack(">I", track)),  # default-base-is-moof
                _full(b"tfdt", 1, 0, struct.pack(">Q", start)),
                _full(b"trun", 0, 0x000701, run),  # data offset; duration, size, flags a sample
            ),
        )
