"""The index's database: asked in transactions, thrown away when it is damaged. Blocks; any thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from studio.journal.entry import JournalError
from studio.journal.index_schema import (
    NAME,
    OtherVersion,
    is_damaged,
    is_whole,
    open_index,
    remove_index,
    set_whole,
)

log = logging.getLogger(__name__)

R = TypeVar("R")


class IndexDamaged(JournalError):
    """The index must be made anew. ``thrown_away``: which one it was."""

    def __init__(self, what: str, thrown_away: int) -> None:
        super().__init__(f"The index of your LIVEs is damaged ({what}).")
        self.thrown_away = thrown_away


class IndexFile:
    """The database of one folder, opened when it is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine: Engine | None = None
        self._lock = threading.RLock()
        self._whole = False
        #: How often it was damaged, or of another version.
        self.thrown_away = 0

    @property
    def lost(self) -> bool:
        return not (self._folder / NAME).exists()

    @property
    def whole(self) -> bool:
        """Whether it was filled; one that is lost was not. Raises IndexDamaged, JournalError."""
        if self.lost:
            return False
        with self._lock:
            self._whole = self._whole or self.ask(is_whole)
            return self._whole

    def filled(self) -> None:
        """All journals are counted. Raises IndexDamaged, JournalError."""
        self.ask(set_whole)

    def ask(self, work: Callable[[Connection], R]) -> R:
        """Does the work in a transaction. Raises IndexDamaged, JournalError."""
        with self._lock:
            if self.lost:
                self.close()
            try:
                if self._engine is None:
                    self._engine = open_index(self._folder)
                with self._engine.begin() as db:
                    return work(db)
            except OtherVersion as error:
                raise IndexDamaged(str(error), self.thrown_away) from error
            except DBAPIError as error:
                if is_damaged(error):
                    raise IndexDamaged(str(error.orig), self.thrown_away) from error
                raise JournalError(f"The index of your LIVEs cannot be used ({error.orig}).") from error
            except OSError as error:
                raise JournalError(f"The index of your LIVEs cannot be opened ({error}).") from error

    def throw_away(self, damage: IndexDamaged) -> None:
        """Deletes it, unless another thread did; the next question begins an empty one.

        Raises JournalError.
        """
        with self._lock:
            if damage.thrown_away != self.thrown_away:
                return
            log.warning("%s It is made anew.", damage)
            self.close()
            self.thrown_away += 1
            try:
                remove_index(self._folder)
            except OSError as error:
                raise JournalError(f"The index of your LIVEs is damaged and stays ({error}).") from error

    def wipe(self) -> None:
        """What was deleted must not stay in the log beside the database either."""
        with self._lock:
            if self._engine is None:
                return
            with self._engine.connect() as db:
                driver = db.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None
            self._whole = False
