"""What is kept and what is deleted: LIVEs by age or size, one LIVE, one person in all of them.

Blocks; any one thread at a time but the GUI's. What is on air is left alone. Files come first, then the
index: it is made from them, so a kill in between is put right by its next refresh.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection
from pathlib import Path

import msgspec

from studio.journal.entry import JournalError
from studio.journal.files import PART_SUFFIX, SUFFIX, Busy, hold, journal_path
from studio.journal.index import Index
from studio.journal.notes import Notes
from studio.journal.reader import Reader
from studio.journal.redacting import redact

_DAY_MS = 86_400_000


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long LIVEs are kept; 0 is for ever. The newest one is never deleted for its size."""

    max_age_days: int = 0
    max_bytes: int = 0


class PersonDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted of a person. ``busy``: LIVEs on air, where it must be done again when they ended."""

    lives: int = 0
    rows: int = 0
    broken_lines: int = 0
    note: bool = False
    busy: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    """One journal in the folder."""

    started_ms: int
    path: Path
    room_id: str
    host_id: str
    size: int


class Keeping:
    """The journals of one folder. Methods raise OSError, JournalError."""

    def __init__(self, folder: Path, index: Index, notes: Notes) -> None:
        self._folder, self._index, self._notes = folder, index, notes

    def delete_live(self, room_id: str) -> bool:
        """Deletes a LIVE's journal; False when there is none. Raises Busy while it is on air."""
        try:
            _unlink(journal_path(self._folder, room_id))
        except FileNotFoundError:
            self._index.remove_live(room_id)
            return False
        self._index.remove_live(room_id)
        return True

    def delete_person(self, person_id: str, now_ms: int) -> PersonDeleted:
        """Takes a person's data out of all LIVEs, the index and the notes.

        Raises JournalError for a host.
        """
        if not person_id:
            raise JournalError("Someone without an account leaves nothing to delete.")
        journals = self._journals()
        if any(one.host_id == person_id for one in journals):
            raise JournalError("These LIVEs are this person's own: delete the LIVEs instead.")
        lives = rows = broken = 0
        busy = []
        for one in journals:
            try:
                done = redact(one.path, person_id, now_ms)
            except Busy:
                busy.append(one.room_id)
                continue
            except FileNotFoundError:
                continue
            lives += done.rows > 0
            rows += done.rows
            broken += done.broken
        self._index.remove_person(person_id)
        note = self._notes.forget(person_id)
        return PersonDeleted(lives=lives, rows=rows, broken_lines=broken, note=note, busy=tuple(busy))

    def retain(self, retention: Retention, now_ms: int, spare: Collection[str] = ()) -> tuple[str, ...]:
        """Deletes what is too old, then the oldest until the rest is small enough; returns their rooms.

        ``spare``: rooms to keep whatever their age.
        """
        left = sorted(self._journals(), key=lambda one: (one.started_ms, one.path.name))
        deleted: list[str] = []
        oldest_ms = now_ms - retention.max_age_days * _DAY_MS if retention.max_age_days > 0 else 0
        size = sum(one.size for one in left)
        for place, one in enumerate(left):
            too_old = one.started_ms < oldest_ms
            too_large = 0 < retention.max_bytes < size and place < len(left) - 1
            if one.room_id in spare or not (too_old or too_large):
                continue
            try:
                _unlink(one.path)
            except (Busy, FileNotFoundError):
                continue
            size -= one.size
            self._index.remove_live(one.room_id)
            deleted.append(one.room_id)
        return tuple(deleted)

    def sweep(self) -> int:
        """Deletes what a kill left of a journal being rewritten; returns how many."""
        swept = 0
        for part in self._folder.glob("*" + PART_SUFFIX):
            journal = part.with_suffix(SUFFIX)
            with contextlib.suppress(Busy):  # it is being rewritten right now
                fd = hold(journal) if journal.exists() else -1
                part.unlink(missing_ok=True)
                swept += 1
                if fd >= 0:
                    os.close(fd)
        return swept

    def _journals(self) -> list[_Kept]:
        """All that can be opened; those of a newer version are left alone."""
        found = []
        for path in sorted(self._folder.glob("*" + SUFFIX)):
            with contextlib.suppress(JournalError, FileNotFoundError), Reader(path) as reader:
                state, header = path.stat(), reader.header
                found.append(
                    _Kept(
                        header.started_ms if header else state.st_mtime_ns // 1_000_000,
                        path,
                        header.room_id if header else path.name.removesuffix(SUFFIX),
                        header.host.id if header else "",
                        state.st_size,
                    )
                )
        return found


def _unlink(path: Path) -> None:
    """Deletes a journal that nobody writes. Raises Busy, FileNotFoundError, OSError."""
    fd = hold(path)
    try:
        if sys.platform == "win32":  # nothing open can be deleted there
            os.close(fd)
            fd = -1
        path.unlink()
    finally:
        if fd >= 0:
            os.close(fd)
