"""Filling the index: each journal that changed is counted again. Blocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, insert, select

from studio.journal.entry import JournalError
from studio.journal.figures import Figures, KeyFigures
from studio.journal.files import SUFFIX
from studio.journal.index_file import IndexDamaged, IndexFile
from studio.journal.index_schema import people, quarters, sessions
from studio.journal.reader import Reader
from studio.journal.tally import figures_of


class Refreshed(msgspec.Struct, frozen=True):
    """What was done: journals counted again, LIVEs gone, and files that cannot be counted with why."""

    counted: int
    gone: int
    unreadable: tuple[str, ...] = ()


class _Counted(msgspec.Struct, frozen=True):
    """A journal as it was when it was counted."""

    file_name: str
    file_bytes: int
    file_mtime_ns: int
    room_id: str


def count_changed(file: IndexFile, folder: Path, stop: Callable[[], bool]) -> Refreshed:
    """Counts the journals that changed and takes out those that are gone; ends early at ``stop``.

    Raises IndexDamaged, JournalError.
    """
    columns = (sessions.c.file_name, sessions.c.file_bytes, sessions.c.file_mtime_ns, sessions.c.room_id)
    rows = file.ask(lambda db: [_Counted(*row) for row in db.execute(select(*columns))])
    known = {row.file_name: row for row in rows}
    there = set()
    counted = 0
    unreadable: list[str] = []
    for path in sorted(folder.glob("*" + SUFFIX)):
        there.add(path.name)
        if stop():
            return Refreshed(counted, 0, tuple(unreadable))
        try:
            counted += _count(file, path, known.get(path.name))
        except FileNotFoundError:
            there.discard(path.name)
        except IndexDamaged:
            raise
        except (OSError, JournalError) as error:
            unreadable.append(f"{path.name}: {error}")
    gone = [row.room_id for name, row in known.items() if name not in there]
    if gone:
        file.ask(lambda db: take_out(db, gone))
    file.filled()
    return Refreshed(counted, len(gone), tuple(unreadable))


def _count(file: IndexFile, path: Path, known: _Counted | None) -> bool:
    """Counts one journal, unless it is as it was."""
    state = path.stat()  # before reading: what is written meanwhile makes it be read again
    was = (known.file_bytes, known.file_mtime_ns) if known is not None else None
    if was == (state.st_size, state.st_mtime_ns):
        return False
    with Reader(path) as reader:
        if reader.repaired is not None:
            state = path.stat()
        header, figures = reader.header, figures_of(reader)
    row = {name: getattr(figures, name) for name in KeyFigures.__struct_fields__}
    row |= {
        "room_id": header.room_id if header else path.name.removesuffix(SUFFIX),
        "host_id": header.host.id if header else "",
        "title": header.title if header else "",
        "file_name": path.name,
        "file_bytes": state.st_size,
        "file_mtime_ns": state.st_mtime_ns,
    }
    visits = _visits(str(row["room_id"]), figures)
    parts = [
        {"room_id": row["room_id"], "quarter": quarter, "diamonds": diamonds}
        for quarter, diamonds in figures.diamonds_per_quarter
    ]

    def write(db: Connection) -> None:
        take_out(db, [known.room_id] if known is not None else [], path.name)
        db.execute(insert(sessions), row)
        if visits:
            db.execute(insert(people), visits)
        if parts:
            db.execute(insert(quarters), parts)

    file.ask(write)
    return True


def take_out(db: Connection, room_ids: list[str], file_name: str = "") -> None:
    """Takes LIVEs out, by their ids or their file."""
    for room_id in room_ids:
        db.execute(delete(people).where(people.c.room_id == room_id))
        db.execute(delete(quarters).where(quarters.c.room_id == room_id))
        db.execute(delete(sessions).where(sessions.c.room_id == room_id))
    if file_name:
        db.execute(delete(sessions).where(sessions.c.file_name == file_name))


def _visits(room_id: str, figures: Figures) -> list[dict[str, object]]:
    return [
        {
            "person_id": one.person.id,
            "room_id": room_id,
            "handle": one.person.handle,
            "name": one.person.name,
            "started_ms": figures.started_ms,
            "comments": one.comments,
            "likes": one.likes,
            "gifts": one.gifts,
            "diamonds": one.diamonds,
            "first_ms": one.first_ms,
            "last_ms": one.last_ms,
        }
        for one in figures.people
    ]
