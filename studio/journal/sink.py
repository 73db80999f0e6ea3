"""The file side of writing: entries become sealed lines behind what is on the disk already.

Owned by the writer's thread; blocks. Invariant: what is counted is synced; what is not is cut off before the
next write, so a full disk or a failed sync leaves no half line behind and nothing twice.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from studio.journal.entry import Entry, Header
from studio.journal.files import Busy, hold, journal_path, make_folder, same_file, sync_folder, write_all
from studio.journal.head import header_line
from studio.journal.line import SALT, seal_all
from studio.journal.tail import Repaired, settle

#: A reader holds a file for the moment it looks for a torn end; that is no trouble worth telling.
_HELD_S, _LOOK_EVERY_S = 0.3, 0.01


class Sink:
    """One LIVE's file, held by this process until `close`.

    Raises OSError (`files.Busy`: held by another), JournalError when a newer version wrote it.
    """

    def __init__(self, folder: Path, header: Header) -> None:
        make_folder(folder)
        self._path = journal_path(folder, header.room_id)
        self._fd = _hold_soon(self._path)
        self._dirty = False
        try:
            end = settle(self._fd)
            self._size, self.seq, self._chain = end.size, end.seq, end.chain
            self.repaired: Repaired | None = end.repaired
            if not self._size:
                line, self._chain = header_line(header)
                self._append(line)
                sync_folder(folder)
        except BaseException:
            self.close()
            raise

    def holds(self) -> bool:
        """Whether the file still lies where it was; a host may have deleted it."""
        return same_file(self._fd, self._path)

    def write(self, entries: Sequence[Entry]) -> int:
        """Writes and syncs those above the last seq; returns how many. Raises OSError: then none counts."""
        seq, fresh = self.seq, []
        for entry in entries:
            if entry.seq > seq:
                seq = entry.seq
                fresh.append(entry)
        if fresh:
            salts = secrets.token_hex(len(fresh) * SALT // 2)
            salted = ((one, salts[at * SALT : at * SALT + SALT]) for at, one in enumerate(fresh))
            lines, chain = seal_all(salted, self._chain)
            self._append(b"".join(lines))
            self._chain, self.seq = chain, seq
        return len(fresh)

    def close(self) -> None:
        """Lets go; half a batch is cut off, if the disk still takes that."""
        if self._dirty:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, self._size)
        os.close(self._fd)

    def _append(self, data: bytes) -> None:
        """After a failed sync the system may have thrown away what was written: all of it goes again."""
        if self._dirty:
            os.ftruncate(self._fd, self._size)
        self._dirty = True
        write_all(self._fd, data)
        os.fsync(self._fd)
        self._dirty = False
        self._size += len(data)


def _hold_soon(path: Path) -> int:
    end = time.monotonic() + _HELD_S
    while True:
        try:
            return hold(path, create=True)
        except Busy:
            if time.monotonic() >= end:
                raise
            time.sleep(_LOOK_EVERY_S)
