"""The index's tables and how its file is opened. All of it can be made again from the journals."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, String, Table, event
from sqlalchemy.exc import DBAPIError

from studio.journal.files import make_folder, open_private

NAME = "index.sqlite"
#: `user_version`: one that is being filled for the first time, and one that was. Others are thrown away.
_FILLING, _WHOLE = 102, 2
#: secure_delete: what was deleted of a person must not lie in free pages. A lost commit is made again, so
#: NORMAL is safe enough.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -4000",
)
#: Primary result codes: SQLITE_ERROR (a table or column is gone), SQLITE_CORRUPT, SQLITE_NOTADB.
_DAMAGED = (1, 11, 26)

metadata = MetaData()


def _numbers(*names: str) -> tuple[Column[int], ...]:
    return tuple(Column(name, BigInteger, nullable=False) for name in names)


#: One row a LIVE. ``file_*``: what its journal was like when it was counted.
sessions = Table(
    "sessions",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("file_name", String, nullable=False, unique=True),
    *_numbers("file_bytes", "file_mtime_ns"),
    Column("host_id", String, nullable=False),
    Column("title", String, nullable=False),
    *_numbers("started_ms", "ended_ms", "events", "missing", "comments", "questions", "likes", "shares"),
    *_numbers("new_followers", "gifts", "gifters", "coins", "diamonds"),
    *_numbers("peak_viewers", "unique_viewers", "unique_people", "watched_ms"),
    sqlalchemy.Index("sessions_started", "started_ms", "room_id"),
)

#: One row a person and LIVE.
people = Table(
    "people",
    metadata,
    Column("person_id", String, primary_key=True),
    Column("room_id", String, primary_key=True),
    Column("handle", String, nullable=False),
    Column("name", String, nullable=False),
    *_numbers("started_ms", "comments", "likes", "gifts", "diamonds", "first_ms", "last_ms"),
    sqlalchemy.Index("people_room", "room_id"),
    sqlite_with_rowid=False,
)


#: Diamonds of each quarter of an hour (since 1970) of a LIVE that had some.
quarters = Table(
    "quarters",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("quarter", BigInteger, primary_key=True),
    *_numbers("diamonds"),
    sqlite_with_rowid=False,
)


def open_index(folder: Path) -> Engine:
    """The index of a folder, made if absent, for its owner only. Raises OSError, DBAPIError."""
    make_folder(folder)
    path = folder / NAME
    os.close(open_private(path, os.O_RDWR | os.O_CREAT))
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    try:
        with engine.begin() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version == 0:
                metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {_FILLING}")
            elif version not in (_FILLING, _WHOLE):
                raise OtherVersion(f"it is of version {version}")
            elif not set(metadata.tables) <= set(sqlalchemy.inspect(connection).get_table_names()):
                raise OtherVersion("a table is gone")
    except BaseException:
        engine.dispose()
        raise
    return engine


def is_whole(connection: Connection) -> bool:
    """Whether all journals were counted at least once: a kill may have left half of it."""
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar_one() == _WHOLE)


def set_whole(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version = {_WHOLE}")


class OtherVersion(Exception):
    """The index was made by another version of this program."""


def remove_index(folder: Path) -> None:
    """Deletes the index and what belongs to it. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        (folder / (NAME + suffix)).unlink(missing_ok=True)


def is_damaged(error: DBAPIError) -> bool:
    """Whether the index itself is broken; otherwise the disk is, or somebody holds it."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    # The driver has no code for a text that is no UTF-8.
    return code is None or code & 0xFF in _DAMAGED
