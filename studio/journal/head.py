"""The first line of a journal: whose LIVE it is, and in which form the rows are. Pure."""

from __future__ import annotations

import msgspec

from studio.journal.entry import Header, JournalError
from studio.journal.line import BrokenLine, Who, sha

VERSION = 1

_encode = msgspec.json.Encoder().encode


class _HeaderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    room_id: str
    host: Who
    title: str
    started_ms: int
    chain: str


_headers = msgspec.json.Decoder(_HeaderLine)


def header_line(header: Header) -> tuple[bytes, str]:
    """The first line and the chain it begins."""
    host = header.host
    line = _HeaderLine(
        version=VERSION,
        room_id=header.room_id,
        host=Who.of(host),
        title=header.title,
        started_ms=header.started_ms,
        chain="",
    )
    chain = _head_chain(line)
    return _encode(msgspec.structs.replace(line, chain=chain)) + b"\n", chain


def read_header(line: bytes) -> tuple[Header, str, bool]:
    """The header, its chain, and whether it is as it was written.

    Raises BrokenLine; JournalError when it is of a newer version.
    """
    try:
        found = _headers.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _check_version(line)
        raise BrokenLine(f"its head cannot be read: {error}") from error
    intact = _encode(found) + b"\n" == line and found.chain == _head_chain(found)
    if intact:
        _check_version(line)
    header = Header(
        room_id=found.room_id, host=found.host.person(), title=found.title, started_ms=found.started_ms
    )
    return header, found.chain, intact


def _head_chain(line: _HeaderLine) -> str:
    return sha(_encode(msgspec.structs.replace(line, chain="")))


class _Version(msgspec.Struct):
    version: int


def _check_version(line: bytes) -> None:
    try:
        version = msgspec.json.decode(line, type=_Version).version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if version > VERSION:
        raise JournalError(
            f"this journal was written by a newer version of Host Studio (form {version}); update this one"
        )
