"""What the host noted about people. Its own small file: an index can be made again, these words cannot.

JSON lines, appended; the newest of a person counts. Blocks; any one thread at a time but the GUI's.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from studio.journal.entry import JournalError
from studio.journal.files import make_folder, open_private, sync_folder, write_all

log = logging.getLogger(__name__)

NAME = "notes.jsonl"
MOST_CHARACTERS, MOST_PEOPLE = 1_000, 20_000
#: Old lines that may stand in the file before it is written anew.
_SPARE = 500


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """``at_ms``: Unix milliseconds of this machine when it was written."""

    person_id: str
    text: str
    at_ms: int


_decoder = msgspec.json.Decoder(Note)


class Notes:
    """The notes of one folder, kept in memory. Raises OSError when the file cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._notes: dict[str, Note] = {}
        self._lines = 0
        #: Lines that are no notes (torn by a kill, edited by hand); they stay until the file is written anew.
        self.unreadable = 0
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        self._lines = len(lines)
        for line in lines:
            try:
                self._put(_decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                self.unreadable += 1
        if self.unreadable:
            log.warning("%d lines in %s are no notes", self.unreadable, NAME)

    def __len__(self) -> int:
        return len(self._notes)

    def get(self, person_id: str) -> Note | None:
        return self._notes.get(person_id)

    def set(self, person_id: str, text: str, at_ms: int) -> None:
        """Notes it, on the disk when this returns; an empty text takes the note away.

        Raises JournalError (too long, too many, nobody), OSError.
        """
        text = text.strip()
        if not person_id:
            raise JournalError("Someone without an account cannot be noted.")
        if len(text) > MOST_CHARACTERS:
            raise JournalError(f"A note has at most {MOST_CHARACTERS:,} characters; this has {len(text):,}.")
        if not text:
            self.forget(person_id)
            return
        if person_id not in self._notes and len(self._notes) >= MOST_PEOPLE:
            raise JournalError(f"There are {MOST_PEOPLE:,} notes already: delete some first.")
        note = Note(person_id=person_id, text=text, at_ms=at_ms)
        self._append(msgspec.json.encode(note))
        self._put(note)
        if self._lines > 2 * len(self._notes) + _SPARE:
            self._rewrite()

    def forget(self, person_id: str) -> bool:
        """Deletes a person's notes, the old ones, too; False when there are none. Raises OSError."""
        if self._notes.pop(person_id, None) is None:
            return False
        self._rewrite()
        return True

    def _put(self, note: Note) -> None:
        self._notes.pop(note.person_id, None)
        self._notes[note.person_id] = note

    def _append(self, line: bytes) -> None:
        make_folder(self._path.parent)
        fd = open_private(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            size = os.fstat(fd).st_size
            if size:
                os.lseek(fd, size - 1, os.SEEK_SET)
                if os.read(fd, 1) != b"\n":  # a line torn by a kill must not take this one with it
                    line = b"\n" + line
            write_all(fd, line + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)
        self._lines += 1

    def _rewrite(self) -> None:
        part = self._path.with_suffix(".part")
        fd = open_private(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            write_all(fd, b"".join(msgspec.json.encode(note) + b"\n" for note in self._notes.values()))
            os.fsync(fd)
        finally:
            os.close(fd)
        part.replace(self._path)
        sync_folder(self._path.parent)
        self._lines, self.unreadable = len(self._notes), 0
