"""An export as one JSON document in UTF-8, a row a line."""

from __future__ import annotations

import msgspec

from studio.export.row import BadExport, Head, Row, Tail

_SEAL = b',"digest":"'
_HEAD_START, _HEAD_END = b'{"head":', b'","rows":[\n'
_TAIL_START, _TAIL_END = b'],"totals":', b'"}\n'
_MORE, _LAST = b'"},\n', b'"}\n'
_encode = msgspec.json.Encoder().encode
_row = msgspec.json.Decoder(Row)


def first_line() -> bytes:
    return b""


def head_body(head: Head) -> bytes:
    return _HEAD_START + _encode(head)


def numbered(no: int, body: bytes) -> bytes:
    """A row's line with its number."""
    return b'{"no":%d%b' % (no, body)


def row_body(row: Row) -> bytes:
    """A row's line without its number."""
    return _encode(row)[len(b'{"no":') + len(str(row.no)) : -1]


def tail_body(tail: Tail) -> bytes:
    return _TAIL_START + _encode(tail)


def sealed(body: bytes, seal: str, *, last: bool = False) -> bytes:
    """A whole line; ``last``: of the rows, where no comma follows."""
    if body.startswith(_HEAD_START):
        end = _HEAD_END
    elif body.startswith(_TAIL_START):
        end = _TAIL_END
    else:
        end = _LAST if last else _MORE
    return body + _SEAL + seal.encode() + end


def opened(line: bytes) -> tuple[bytes, str]:
    """Body and digest of a line. `BadExport` when it is none of ours."""
    body, found, rest = line.rpartition(_SEAL)
    seal, quote, _ = rest.partition(b'"')
    if not found or not quote or not seal.isascii():
        raise BadExport("it has no digest")
    return body, seal.decode()


def read_body(body: bytes) -> Row | Head | Tail:
    """`BadExport` when it cannot be read."""
    try:
        if body.startswith(_HEAD_START):
            return msgspec.json.decode(body.removeprefix(_HEAD_START), type=Head)
        if body.startswith(_TAIL_START):
            return msgspec.json.decode(body.removeprefix(_TAIL_START), type=Tail)
        return _row.decode(body + b"}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadExport(str(error)) from error
