"""Opening the database: engine, SQLite's settings, migrations, and the lock that keeps a second backend out.

Called on the starting thread (blocks: run it in an executor). Must not import sockets. Failures are
`StorageError` with one sentence that says what to do.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy
from alembic import command as alembic_command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from studio.backend.errors import StorageError

DATABASE_NAME = "backend.sqlite3"
_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

#: WAL with a sync at every commit: an answered gift survives a power cut. foreign_keys is off by default in
#: SQLite.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
)

#: Pages that a connection keeps, KiB. What falls out is read again from the system's own cache; a larger one
#: only fills during a LIVE (16 MB a connection took half an hour to, and looked like a leak).
_WRITER_CACHE_KIB, _READER_CACHE_KIB = 4_000, 1_000


class DataFolder:
    """The data folder, made if absent and held by this process alone. Raises `StorageError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock: BinaryIO = (path / "backend.lock").open("ab")
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageError(
                f"cannot write to the data folder {path}: {reason}; choose another with --data"
            ) from error
        try:
            _lock_file(self._lock)
        except OSError as error:
            self._lock.close()
            raise StorageError(f"another backend is already running on the data folder {path}") from error

    def release(self) -> None:
        """Lets another backend use the folder.

        The lock file stays: removing it would race with a starting one.
        """
        self._lock.close()


def open_engine(data_dir: Path, database_url: str = "", *, read_only: bool = False) -> Engine:
    """An engine on the database; SQLite connections get our settings. Nothing is opened yet."""
    url = database_url or f"sqlite:///{data_dir / DATABASE_NAME}"
    if not url.startswith("sqlite"):
        return sqlalchemy.create_engine(url)
    engine = sqlalchemy.create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        cache_kib = _READER_CACHE_KIB if read_only else _WRITER_CACHE_KIB
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def newest_schema() -> str | None:
    """The revision that `migrate` brings a database to."""
    return _scripts()[1].get_current_head()


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


def migrate(engine: Engine) -> None:
    """Brings the database to this version's schema.

    `StorageError`: not writable, not ours, or from a newer version.
    """
    config, scripts = _scripts()
    try:
        with _loose_references(engine), engine.begin() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            known = {revision.revision for revision in scripts.walk_revisions()}
            if current is not None and current not in known:
                raise StorageError(
                    f"the database was made by a newer version of Host Studio (schema {current}); "
                    "update this one, or choose another folder with --data"
                )
            config.attributes["connection"] = connection
            alembic_command.upgrade(config, "head")
            if engine.dialect.name == "sqlite" and current not in (None, scripts.get_current_head()):
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise StorageError(f"the database is damaged: {tuple(broken)}; restore a copy of it")
    except DBAPIError as error:
        raise StorageError(
            f"cannot use the database: {error.orig}; check the folder, its rights and the disk"
        ) from error


@contextmanager
def _loose_references(engine: Engine) -> Iterator[None]:
    """A migration may make a table anew that others refer to; SQLite forbids that while it watches them.

    It can be told only outside a transaction, and a connection is kept for one thread at a time.
    """
    if engine.dialect.name != "sqlite":
        yield
        return

    def loosen(connection: sqlite3.Connection, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")

    def watch(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(engine, "checkout", loosen)
    event.listen(engine, "checkin", watch)
    try:
        yield
    finally:
        event.remove(engine, "checkout", loosen)
        event.remove(engine, "checkin", watch)


def _lock_file(file: BinaryIO) -> None:
    """Takes the file for this process; ``OSError`` when another has it.

    The system frees it even after a kill.
    """
    if sys.platform == "win32":
        import msvcrt

        file.seek(0, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
