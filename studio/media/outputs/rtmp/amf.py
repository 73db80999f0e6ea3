"""AMF0, the notation of RTMP's commands: only what publishing needs.

Thread: any; pure functions. Must not import: anything of studio. Source: "Action Message Format, AMF 0".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TypeAlias

AmfValue: TypeAlias = "float | bool | str | dict[str, AmfValue] | list[AmfValue] | None"

_NUMBER, _BOOLEAN, _STRING, _OBJECT, _NULL, _OBJECT_END = 0, 1, 2, 3, 5, 9
#: A server's answers nest two deep; anything deeper is not one.
_DEEPEST = 8


class AmfError(ValueError):
    """Bytes that are not AMF0, or hold a type no server sends to a publisher."""


def encode_amf(*values: AmfValue) -> bytes:
    """The values one after the other, as a command's arguments are."""
    return b"".join(_encode(value) for value in values)


def _encode(value: AmfValue) -> bytes:
    match value:
        case None:
            return bytes([_NULL])
        case bool():
            return bytes([_BOOLEAN, value])
        case int() | float():
            return struct.pack(">Bd", _NUMBER, value)
        case str():
            return bytes([_STRING]) + _text(value)
        case dict():
            return bytes([_OBJECT]) + _members(value)
        case _:
            raise AmfError(f"{type(value).__name__} is never sent")


def _text(value: str) -> bytes:
    data = value.encode()
    if len(data) > 0xFFFF:
        raise AmfError("a string is at most 65,535 bytes")
    return struct.pack(">H", len(data)) + data


def _members(value: Mapping[str, AmfValue]) -> bytes:
    inside = b"".join(_text(name) + _encode(member) for name, member in value.items())
    return inside + bytes([0, 0, _OBJECT_END])


def decode_amf(data: bytes) -> list[AmfValue]:
    """All values in `data`. Raises AmfError."""
    reader = _Reader(data)
    values: list[AmfValue] = []
    while reader.left:
        values.append(reader.value(0))
    return values


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def value(self, depth: int) -> AmfValue:
        if depth > _DEEPEST:
            raise AmfError("nested too deeply")
        kind = self._take(1)[0]
        match kind:
            case 0:
                return float(struct.unpack(">d", self._take(8))[0])
            case 1:
                return self._take(1) != b"\0"
            case 2:
                return self._text(2)
            case 12:
                return self._text(4)
            case 3:
                return self._members(depth)
            case 8:
                self._take(4)
                return self._members(depth)
            case 5 | 6:
                return None
            case 10:
                count = int.from_bytes(self._take(4), "big")
                return [self.value(depth + 1) for _ in range(min(count, self.left + 1))]
            case 11:
                return float(struct.unpack(">dh", self._take(10))[0])
            case _:
                raise AmfError(f"type {kind} is not expected")

    def _members(self, depth: int) -> dict[str, AmfValue]:
        members: dict[str, AmfValue] = {}
        while True:
            name = self._text(2)
            if not name and self.left and self._data[self._at] == _OBJECT_END:
                self._at += 1
                return members
            members[name] = self.value(depth + 1)

    def _text(self, size: int) -> str:
        return self._take(int.from_bytes(self._take(size), "big")).decode(errors="replace")

    def _take(self, count: int) -> bytes:
        if self.left < count:
            raise AmfError("the data ends too early")
        part = self._data[self._at : self._at + count]
        self._at += count
        return part
