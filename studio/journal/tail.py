"""The end of a journal: what a kill or a power cut left there, and where the next row goes on. Blocks.

Torn is what stands behind the last line that begins and ends like a row: half a line, garbage, zeros. A line
that does and still cannot be read was damaged later: it stays, and `Reader.verify` names it. Only who holds
the file (`files.hold`) may cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from studio.journal.entry import Header
from studio.journal.head import read_header
from studio.journal.line import MAX_LINE, BrokenLine, looks_whole, read_row

_BLOCK = 64 << 10


class Repaired(msgspec.Struct, frozen=True):
    """What was cut off a torn end, in bytes, and how many rows are left."""

    cut_bytes: int
    rows_kept: int


class End(msgspec.Struct, frozen=True):
    """Where the next row goes on: behind ``size`` bytes, after ``seq`` and ``chain``.

    ``header``: None when there is none, or it cannot be read.
    """

    size: int
    seq: int
    chain: str
    header: Header | None
    repaired: Repaired | None


def settle(fd: int) -> End:
    """Cuts a torn end and says where the next row goes. Raises OSError, JournalError (a newer version)."""
    size = os.fstat(fd).st_size
    header, head_chain = _head(fd)
    kept, seq, chain = 0, 0, ""
    for end, line in _lines_backwards(fd, size):
        if end == len(line) and header is not None:  # the first line
            kept, chain = kept or end, chain or head_chain
            break
        try:
            row = read_row(line)
        except BrokenLine:
            if looks_whole(line):
                kept = kept or end
            continue
        kept, chain = kept or end, chain or row.chain
        if row.seq:
            seq = row.seq
            break
    repaired = None
    if kept < size:
        os.ftruncate(fd, kept)
        os.fsync(fd)
        repaired = Repaired(size - kept, _rows_in(fd, kept))
    return End(kept, seq, chain, header if kept else None, repaired)


def read_at(fd: int, offset: int, length: int) -> bytes:
    """Up to so many bytes from there; fewer only at the end of the file. Raises OSError."""
    os.lseek(fd, offset, os.SEEK_SET)
    parts = []
    while length > 0 and (part := os.read(fd, length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _head(fd: int) -> tuple[Header | None, str]:
    length = _BLOCK
    line = read_at(fd, 0, length)
    while b"\n" not in line and len(line) == length <= MAX_LINE:
        length *= 4
        line = read_at(fd, 0, length)
    end = line.find(b"\n") + 1
    if not end:
        return None, ""
    try:
        header, chain, _ = read_header(line[:end])
    except BrokenLine:
        return None, ""
    return header, chain


def _lines_backwards(fd: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines from the last one on, each with where it ends, but those longer than `MAX_LINE`."""
    end, at, rest = 0, size, b""  # `rest`: what lies between `at` and `end`
    while at > 0:
        length = min(_BLOCK, at)
        at -= length
        rest = read_at(fd, at, length) + rest
        while (cut := rest.rfind(b"\n", 0, len(rest) - 1 if end else len(rest))) >= 0:
            if end and end - (at + cut + 1) <= MAX_LINE:
                yield end, rest[cut + 1 :]
            end, rest = at + cut + 1, rest[: cut + 1]
        if not end:
            rest = b""
        elif len(rest) > MAX_LINE:  # nobody will read it: only where it begins is still wanted
            rest = rest[:_BLOCK] + b"\n"
    if end and end <= MAX_LINE:
        yield end, rest


def _rows_in(fd: int, size: int) -> int:
    """Lines below the header."""
    rows = 0
    for offset in range(0, size, _BLOCK * 16):
        rows += read_at(fd, offset, min(_BLOCK * 16, size - offset)).count(b"\n")
    return max(0, rows - 1)
