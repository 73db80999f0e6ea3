"""A statement to read and print (PDF) that carries its rows, chained, as comments behind its pages. Pure.

    the document | %host-studio-export <SHA-256 of it> | rows as in JSON, each behind a % | its end again

A reader looks for the end of a PDF in its last kilobyte and skips comments (ISO 32000-1, 7.2.4 and 7.5.5): it
finds the document's end, repeated, and shows the pages. The chain begins with the document's digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from studio.export.row import BadExport

MAGIC = b"%PDF-"
_MARK, _COMMENT, _END = b"%host-studio-export ", b"%", b"startxref"


def document_digest(document: bytes) -> str:
    """What the chain begins with."""
    return hashlib.sha256(document).hexdigest()


def closed(document: bytes) -> bytes:
    """So that a line can follow."""
    return document if document.endswith(b"\n") else document + b"\n"


def joined(document: bytes, lines: list[bytes]) -> bytes:
    """The file. ``document`` is a `closed` PDF, ``lines`` are those of the JSON form."""
    mark = _MARK + document_digest(document).encode() + b"\n"
    return document + mark + b"".join(_COMMENT + line for line in lines) + _end_of(document)


def parted(data: bytes) -> tuple[bytes, str, list[bytes], bool]:
    """The document, the digest it should have, the lines, and whether the rest is as it was written.

    `BadExport` when it carries no rows.
    """
    document, mark, rest = data.partition(b"\n" + _MARK)
    if not mark:
        raise BadExport("This PDF is no statement of Host Studio, or the line behind its pages was altered.")
    document += b"\n"
    said, _, rest = rest.partition(b"\n")
    lines = list(_lines(rest))
    end = rest[sum(map(len, lines)) + len(lines) :]
    return document, said.decode("ascii", "replace"), lines, end == _end_of(document)


def _lines(rest: bytes) -> Iterator[bytes]:
    for line in rest.splitlines(keepends=True):
        if not line.startswith(_COMMENT):
            return
        yield line[len(_COMMENT) :]


def _end_of(document: bytes) -> bytes:
    place = document.rfind(_END)
    return document[place:] if place >= 0 else b""
