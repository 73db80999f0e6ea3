"""Taking one person out of a journal: their rows lose person, words and body, and a record says so. Blocks.

Emptied are a person's own rows and those of others that name them (a mute, a pin of their comment). What
others wrote, @handles included, is theirs and stays. The numbers stay, so that no sum of the LIVE changes.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from studio.journal.files import PART_SUFFIX, hold, open_private, sync_folder
from studio.journal.line import (
    REDACTED,
    SALT,
    BrokenLine,
    Redaction,
    Row,
    empty,
    read_redaction,
    read_row,
    redaction_entry,
    seal_all,
)
from studio.journal.reader import Reader
from studio.journal.tail import settle

#: Rows that one record tells of; a person with more gets more records.
_ROWS_A_RECORD = 2_000

_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:-]+")


class Redacted(msgspec.Struct, frozen=True):
    """``rows`` were emptied; ``broken`` lines with the id in them are blank: nobody could read them."""

    rows: int = 0
    broken: int = 0


class _Gift(msgspec.Struct):
    added: int = 0


_gift = msgspec.json.Decoder(_Gift)


def redact(path: Path, person_id: str, now_ms: int) -> Redacted:
    """Takes somebody out of one journal; a kill leaves it as it was or as it is to be.

    Raises Busy (somebody writes it), OSError, JournalError (a newer version's).
    """
    fd = hold(path)
    part = path.with_suffix(PART_SUFFIX)
    try:
        end = settle(fd)
        with Reader(path) as reader:
            if not any(_names(line.data, person_id) for line in reader.lines(0, 0) if line.row):
                return Redacted()
            cut = _Cut(person_id)
            _write_part(part, cut, reader, end.chain, now_ms)
        if sys.platform == "win32":  # nothing open can be replaced there
            os.close(fd)
            fd = -1
        part.replace(path)
        sync_folder(path.parent)
        return Redacted(len(cut.rows), cut.broken)
    finally:
        part.unlink(missing_ok=True)
        if fd >= 0:
            os.close(fd)


def _write_part(part: Path, cut: _Cut, reader: Reader, chain: str, now_ms: int) -> None:
    out = open_private(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        with os.fdopen(out, "wb", closefd=False) as file:
            for line in reader.lines(0, 0):
                file.write(cut.line(line.data) if line.row else line.data)
            records = (redaction_entry(record, now_ms) for record in cut.records())
            lines, _ = seal_all(((one, secrets.token_hex(SALT // 2)) for one in records), chain)
            file.writelines(lines)
        os.fsync(out)
    finally:
        os.close(out)


class _Cut:
    """What is done to the lines of one journal."""

    def __init__(self, person_id: str) -> None:
        self._person_id = person_id
        self._who = 0
        self.rows: list[int] = []
        self._added: dict[int, int] = {}
        self.broken = 0

    def line(self, data: bytes) -> bytes:
        """The line as it is to be."""
        if not data:  # longer than any of ours: nobody can tell whose it is
            self.broken += 1
            return b"\n"
        if b'"seq":0,' in data[:9]:
            self._skip(data)
            return data
        if not _names(data, self._person_id):
            return data
        try:
            row = read_row(data)
        except BrokenLine:
            self.broken += 1
            return b"\n"
        if row.emptied or not _concerns(row, self._person_id):
            return data
        self.rows.append(row.seq)
        if row.kind == "gift":
            self._added[row.seq] = _added(row)
        return empty(row)

    def records(self) -> Iterator[Redaction]:
        for first in range(0, len(self.rows), _ROWS_A_RECORD):
            rows = tuple(self.rows[first : first + _ROWS_A_RECORD])
            added = {seq: self._added[seq] for seq in rows if seq in self._added}
            yield Redaction(who=self._who + 1, rows=rows, added=added)

    def _skip(self, data: bytes) -> None:
        """A record of ours: whose numbers are taken."""
        try:
            row = read_row(data)
            if row.kind == REDACTED:
                self._who = max(self._who, read_redaction(row.entry()).who)
        except BrokenLine:
            pass  # it names nobody; `verify` tells of it


def _names(data: bytes, person_id: str) -> bool:
    """Whether the id may stand in a line: a look at the bytes, for ids that JSON has one spelling of."""
    return not _PLAIN_ID.fullmatch(person_id) or person_id.encode() in data


def _concerns(row: Row, person_id: str) -> bool:
    if row.person is not None and row.person.id == person_id:
        return True
    try:
        return _holds(msgspec.json.decode(row.body or "null"), person_id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True  # the id is in it, and nobody can say where


def _holds(value: Any, person_id: str) -> bool:
    """Whether it names the person, or a transfer of theirs (whose id is `request.person.what`)."""
    if isinstance(value, list):
        return any(_holds(inner, person_id) for inner in value)
    if not isinstance(value, dict):
        return False
    if f".{person_id}." in str(value.get("transfer_id", "")):
        return True
    return any(
        (name.endswith("id") and inner == person_id) or _holds(inner, person_id)
        for name, inner in value.items()
    )


def _added(row: Row) -> int:
    try:
        return max(0, _gift.decode(row.body or "{}").added)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
