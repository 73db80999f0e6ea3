"""Reading a journal back: page by page, all of it, or only whether it is as it was written. Blocks.

One thread at a time. A journal still being written can be read; it is then never cut. One that was rewritten
(`keeping`) is another file: open it again.
"""

from __future__ import annotations

import contextlib
import os
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from studio.journal.entry import Entry, Header
from studio.journal.files import hold
from studio.journal.head import read_header
from studio.journal.line import (
    MAX_LINE,
    REDACTED,
    BrokenLine,
    Redaction,
    Row,
    fault_of,
    peek_seq,
    read_redaction,
    read_row,
)
from studio.journal.tail import Repaired, settle

#: Rows between two places that are remembered.
_EVERY = 512
#: Broken lines that are told one by one; more are counted.
_MOST_FLAWS = 1_000


class Flaw(msgspec.Struct, frozen=True):
    """A line that is not as it was written. ``row`` 0 is the header; ``seq`` is 0 when it cannot be read."""

    row: int
    seq: int
    why: str


class Verdict(msgspec.Struct, frozen=True):
    """What `verify` found: ``flaw`` is the first altered row, ``flaws`` how many there are."""

    rows: int
    flaw: Flaw | None = None
    flaws: int = 0

    @property
    def intact(self) -> bool:
        return self.flaw is None


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of the file; row 0 is the header. ``data`` is empty when it is longer than any of ours."""

    row: int
    start: int
    data: bytes


class Reader:
    """One journal. ``header`` is None when it cannot be read; ``repaired`` says what opening cut off.

    Raises OSError (FileNotFoundError: there is none), JournalError when a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.repaired = _repair(path)
        self.flaws: dict[int, Flaw] = {}
        self._file = path.open("rb")
        self._at = 0
        #: (seq, offset, row): what lies before that offset is of no higher seq.
        self._places: list[tuple[int, int, int]] = [(0, 0, 0)]
        self.header: Header | None = None
        try:
            for line in self.lines(0, 0):
                self.header = self._read_header(line)
                break
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def entries(self, after_seq: int = 0, limit: int = 1_000) -> list[Entry]:
        """The next events behind ``after_seq``; broken lines are left out and stand in ``flaws``."""
        found: list[Entry] = []
        place = bisect_right(self._places, (after_seq, 1 << 62, 0)) - 1
        _, offset, row = self._places[max(0, place)]
        seq = 0
        for line in self.lines(offset, row):
            if len(found) >= limit:
                break
            if line.row % _EVERY == 0:
                self._remember(seq, line)
            if line.row == 0:
                continue
            seq = peek_seq(line.data) or seq
            # Records of ours (0) and what was read before need no reading; what is broken is told.
            if (peeked := peek_seq(line.data)) is not None and peeked <= after_seq:
                continue
            entry = self._entry(line)
            if entry is not None and entry.seq > 0:
                found.append(entry)
        return found

    def stream(self) -> Iterator[Entry]:
        """All of it in the file's order, with what says that rows were emptied (kind `REDACTED`, seq 0)."""
        for line in self.lines(0, 0):
            if line.row and (entry := self._entry(line)) is not None:
                yield entry

    def verify(self) -> Verdict:
        """Reads all of it against its chain."""
        rows, flaws, chain = 0, 0, None
        first: Flaw | None = None
        emptied: dict[int, int] = {}  # seq -> row: what no record has owned up to yet
        for line in self.lines(0, 0):
            rows = line.row
            flaw, chain = self._judge(line, chain, emptied)
            if flaw is not None:
                flaws += 1
                first = first or flaw
        # Where something else is broken, that may be the record.
        if emptied and first is None:
            seq, row = next(iter(emptied.items()))
            first = Flaw(row, seq, "it is empty, and no record says that it was deleted")
        return Verdict(rows, first, flaws + len(emptied))

    def lines(self, offset: int, row: int) -> Iterator[Line]:
        """Whole lines from there on; what stands behind the last one is not there yet, or torn."""
        while True:
            if self._at != offset:
                self._file.seek(offset)
            data = self._file.readline(MAX_LINE)
            length = len(data)
            if length == MAX_LINE and not data.endswith(b"\n"):
                while (more := self._file.readline(MAX_LINE)) and not more.endswith(b"\n"):
                    length += len(more)
                length, data = length + len(more), more[-1:]
            self._at = offset + length
            if not data.endswith(b"\n"):
                return
            yield Line(row, offset, data)
            offset, row = offset + length, row + 1

    def _remember(self, seq: int, line: Line) -> None:
        last_seq, last_offset, _ = self._places[-1]
        if seq > last_seq and line.start > last_offset:
            self._places.append((seq, line.start, line.row))

    def _entry(self, line: Line) -> Entry | None:
        try:
            return read_row(line.data).entry()
        except BrokenLine as error:
            self._tell(Flaw(line.row, peek_seq(line.data) or 0, str(error)))
            return None

    def _read_header(self, line: Line) -> Header | None:
        try:
            return read_header(line.data)[0]
        except BrokenLine as error:
            self._tell(Flaw(0, 0, str(error)))
            return None

    def _tell(self, flaw: Flaw) -> None:
        if len(self.flaws) < _MOST_FLAWS:
            self.flaws.setdefault(flaw.row, flaw)

    def _judge(
        self, line: Line, chain: str | None, emptied: dict[int, int]
    ) -> tuple[Flaw | None, str | None]:
        """What is wrong with one line, and the chain behind it (None: unknown)."""
        row: Row | None = None
        why = ""
        try:
            if line.row == 0:
                _, chain, intact = read_header(line.data)
                return (None if intact else Flaw(0, 0, "its head was altered")), chain
            row = read_row(line.data)
            why = fault_of(row, line.data, chain)
            if row.emptied:
                emptied[row.seq] = line.row
            elif row.seq == 0:
                own_up(row, emptied)
        except BrokenLine as error:
            why = why or str(error)
        if row is None:
            return Flaw(line.row, peek_seq(line.data) or 0, why), None
        return (Flaw(line.row, row.seq, why) if why else None), row.chain


def own_up(row: Row, emptied: dict[int, int]) -> Redaction:
    """Takes off ``emptied`` what this record says was deleted. Raises BrokenLine when it cannot be so."""
    if row.kind != REDACTED:
        raise BrokenLine("it is neither an event nor a record of ours")
    redaction = read_redaction(row.entry())
    for seq in redaction.rows:
        if emptied.pop(seq, None) is None:
            raise BrokenLine(f"it says that event {seq} was deleted, which it was not")
    return redaction


def _repair(path: Path) -> Repaired | None:
    """Cuts a torn end, unless somebody writes there, or we may not."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no journal {path}")
    with contextlib.suppress(OSError):
        fd = hold(path)
        try:
            return settle(fd).repaired
        finally:
            os.close(fd)
    return None
