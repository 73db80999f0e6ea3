"""RTMP's chunk stream without I/O: messages to bytes and bytes to messages.

Thread: any; each object belongs to one. Must not import: Qt, net, av.
Source: "Adobe's Real Time Messaging Protocol", sections 5.3 and 5.4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from studio.media.errors import StreamRefused

#: What OBS sends with; every server takes it.
CHUNK_SIZE = 4096
_FIRST_CHUNK_SIZE = 128
_EXTENDED = 0xFFFFFF
#: A server tells a publisher nothing longer; more would be an attack or not RTMP.
_LONGEST_MESSAGE = 1 << 20

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE = 1, 2, 3, 4, 5
SOUND, PICTURE, DATA, COMMAND = 8, 9, 18, 20


class RtmpError(StreamRefused):
    """What the server sends is not RTMP, or it refused. `str(error)` is a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Message:
    """`kind`: message type id. `stream`: message stream id."""

    kind: int
    stream: int
    payload: bytes


def chunked(kind: int, payload: bytes, *, channel: int, stream: int = 0, at_ms: int = 0) -> bytes:
    """One message as chunks of CHUNK_SIZE; the header is a full one, 12 bytes that are always right."""
    at_ms &= 0xFFFFFFFF
    extended = struct.pack(">I", at_ms) if at_ms >= _EXTENDED else b""
    parts = [
        bytes([channel]),
        min(at_ms, _EXTENDED).to_bytes(3, "big"),
        len(payload).to_bytes(3, "big"),
        bytes([kind]),
        struct.pack("<I", stream),
        extended,
        payload[:CHUNK_SIZE],
    ]
    for at in range(CHUNK_SIZE, len(payload), CHUNK_SIZE):
        parts += [bytes([0xC0 | channel]), extended, payload[at : at + CHUNK_SIZE]]
    return b"".join(parts)


@dataclass(slots=True)
class _Channel:
    """What the headers of one chunk stream said last, and the message in work."""

    kind: int = 0
    stream: int = 0
    length: int = 0
    extended: bool = False
    got: bytes = b""


class ChunkReader:
    """Feed it bytes, get whole messages. Follows the server's chunk size. Raises RtmpError."""

    def __init__(self) -> None:
        self._data = b""
        self._size = _FIRST_CHUNK_SIZE
        self._channels: dict[int, _Channel] = {}

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are whole now."""
        self._data += data
        messages: list[Message] = []
        while True:
            used, message = self._chunk()
            if not used:
                return messages
            self._data = self._data[used:]
            if message is None:
                continue
            if message.kind == SET_CHUNK_SIZE:
                self._size = int.from_bytes(message.payload[:4], "big")
                if not 1 <= self._size <= _LONGEST_MESSAGE:
                    raise RtmpError("it uses an impossible chunk size")
            messages.append(message)

    def _chunk(self) -> tuple[int, Message | None]:
        """(bytes used, the message it completed); (0, None) when a chunk is not whole yet."""
        data = self._data
        if len(data) < {0: 2, 1: 3}.get(data[0] & 0x3F if data else 0, 1):
            return 0, None
        form, number, at = data[0] >> 6, data[0] & 0x3F, 1
        if number == 0:
            number, at = data[1] + 64, 2
        elif number == 1:
            number, at = data[1] + data[2] * 256 + 64, 3
        size = (11, 7, 3, 0)[form]
        if len(data) < at + size:
            return 0, None
        channel = self._channels.get(number) or _Channel()
        head = data[at : at + size]
        at += size
        kind, stream, length, extended = channel.kind, channel.stream, channel.length, channel.extended
        if form < 3:
            extended = head[:3] == b"\xff\xff\xff"
        if form < 2:
            length, kind = int.from_bytes(head[3:6], "big"), head[6]
        if form == 0:
            stream = struct.unpack("<I", head[7:11])[0]
        if length > _LONGEST_MESSAGE or (form == 3 and number not in self._channels):
            raise RtmpError("it does not speak RTMP")
        at += 4 if extended else 0
        end = at + min(self._size, length - len(channel.got))
        if len(data) < end:
            return 0, None
        got = channel.got + data[at:end]
        whole = len(got) >= length
        self._channels[number] = _Channel(kind, stream, length, extended, b"" if whole else got)
        return end, Message(kind, stream, got) if whole else None
