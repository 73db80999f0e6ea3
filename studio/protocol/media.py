"""The picture's two WebSockets: how a host publishes and a viewer watches.

Both begin with one JSON text frame from the client (``Publish`` or ``Watch``), answered by one JSON
text frame (``MediaReady`` or ``MediaRefused``). After that every message is binary: a 20-byte header, then
the bytes of fragmented MP4. The first binary message is the init segment (ftyp+moov); a new init
segment may come at any time and starts a new stream (the viewer resets its decoder).

Track 1 is the picture. Sound, if any, is track 2, in fragments of its own between the pictures':
``DELTA`` with ``captured_ms`` 0, on the same time line.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Any

import msgspec

from studio.protocol.command import Id

#: Larger binary messages are refused: a 1080x1920 keyframe at 4.5 Mb/s stays far below.
MAX_MEDIA_MESSAGE = 4 * 1024 * 1024

#: Limits of one measurement of the upload.
MEASURE_BYTES = 2 * 1024 * 1024
MEASURE_S = 2.0
MEASURE_PIECE = 16 * 1024

_HEADER = struct.Struct(">BBHqq")
HEADER_SIZE = _HEADER.size
_VERSION = 1


class MediaKind(IntEnum):
    """What a binary message holds."""

    INIT = 1
    KEYFRAME = 2
    DELTA = 3


class MediaMessage(msgspec.Struct, frozen=True):
    """One binary message. ``captured_ms``: server clock at its capture; ``pts_us``: time in the stream."""

    kind: MediaKind
    pts_us: int
    captured_ms: int
    payload: bytes


class Publish(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="publish"):
    """Host: first text frame. ``mime`` as Media Source Extensions wants it."""

    token: str
    room_id: Id
    mime: str
    width: int
    height: int


class Watch(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="watch"):
    """Viewer: first text frame. Rooms are public: no token."""

    room_id: Id


class Measure(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="measure"):
    """Host: first text frame on the publish path, to learn how fast it can send. Answered by ``MediaReady``;
    then binary messages of any content, each at most ``MEASURE_PIECE`` bytes, an empty one at the end. The
    server counts until then, or to its limits, and answers with ``Measured``. One run in 10 seconds."""

    token: str


class Measured(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="measured"):
    """Server: ``size`` bytes came in ``took_us`` microseconds; the first message, which starts the clock, is
    not among them."""

    size: int
    took_us: int


class MediaReady(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="ready"):
    """Server: go ahead. A watcher gets the stream's ``mime`` and size, again when the host changes them."""

    mime: str = ""
    width: int = 0
    height: int = 0


class MediaRefused(msgspec.Struct, frozen=True, kw_only=True, tag_field="media", tag="refused"):
    """Server: not like this; ``code`` is an ErrorCode. The connection is closed after it."""

    code: int
    message: str


MediaOpening: Any = Publish | Watch | Measure
MediaAnswer: Any = MediaReady | MediaRefused | Measured


def pack_media(message: MediaMessage) -> bytes:
    """Header (version, kind, reserved, pts, capture time; big endian) and payload."""
    return _HEADER.pack(_VERSION, message.kind, 0, message.pts_us, message.captured_ms) + message.payload


def unpack_media(data: bytes) -> MediaMessage:
    """The reverse of ``pack_media``; ``ValueError`` when the bytes are not one."""
    if len(data) <= HEADER_SIZE:
        raise ValueError("a media message has a 20-byte header and a payload")
    version, kind, _, pts_us, captured_ms = _HEADER.unpack_from(data)
    if version != _VERSION:
        raise ValueError(f"media message of version {version}; this side reads {_VERSION}")
    return MediaMessage(MediaKind(kind), pts_us, captured_ms, data[HEADER_SIZE:])
