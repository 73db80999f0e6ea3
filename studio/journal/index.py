"""All LIVEs at a glance: sessions, and who was in which. Made from the journals, and made again when lost.

Blocks; any thread but the GUI's, several at once. A question takes a few ms, unless the index was lost or
damaged: then it is made again first, some seconds for hundreds of LIVEs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, and_, delete, exists, func, or_, select

from studio.journal.counting import Refreshed, count_changed, take_out
from studio.journal.figures import KeyFigures
from studio.journal.index_file import IndexDamaged, IndexFile
from studio.journal.index_schema import people, sessions

R = TypeVar("R")

#: LIVEs of a person's history that are told one by one.
_RECENT = 20


class Session(KeyFigures, frozen=True, kw_only=True):
    """One LIVE in the index."""

    room_id: str
    host_id: str
    title: str


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one LIVE; ``handle`` and ``name`` as they were then."""

    room_id: str
    title: str
    started_ms: int
    handle: str
    name: str
    comments: int
    likes: int
    gifts: int
    diamonds: int
    first_ms: int
    last_ms: int


class PersonHistory(msgspec.Struct, frozen=True, kw_only=True):
    """One person over all LIVEs: sums, and the last 20 of them, the newest first."""

    person_id: str
    lives: int = 0
    comments: int = 0
    likes: int = 0
    gifts: int = 0
    diamonds: int = 0
    first_ms: int = 0
    last_ms: int = 0
    recent: tuple[Visit, ...] = ()


class Index:
    """The index of one folder. Methods raise JournalError when the disk does not let it work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = IndexFile(folder)
        self._refreshing = threading.Lock()

    @property
    def thrown_away(self) -> int:
        """How often it was damaged and made anew."""
        return self._file.thrown_away

    def close(self) -> None:
        self._file.close()

    def refresh(self, stop: Callable[[], bool] = lambda: False) -> Refreshed:
        """Counts the journals that changed and takes out those that are gone; ends early at ``stop``."""
        with self._refreshing:
            try:
                return count_changed(self._file, self._folder, stop)
            except IndexDamaged as damage:
                self._file.throw_away(damage)
                return count_changed(self._file, self._folder, stop)

    def sessions(self, limit: int = 50, before: Session | None = None, host_id: str = "") -> list[Session]:
        """LIVEs, the newest first; ``before``: the last one of the page before. ``host_id``: one host's."""
        query = select(*(sessions.c[name] for name in Session.__struct_fields__))
        if host_id:
            query = query.where(sessions.c.host_id == host_id)
        if before is not None:
            at, room_id = sessions.c.started_ms, sessions.c.room_id
            query = query.where(
                or_(at < before.started_ms, and_(at == before.started_ms, room_id < before.room_id))
            )
        query = query.order_by(sessions.c.started_ms.desc(), sessions.c.room_id.desc()).limit(limit)
        return self._answer(lambda db: [Session(**row._mapping) for row in db.execute(query)])

    def person_history(self, person_id: str, besides: str = "") -> PersonHistory:
        """Sums over all LIVEs but ``besides`` and the last 20; all 0 for somebody who never was there."""
        theirs = (people.c.person_id == person_id) & (people.c.room_id != besides)
        sums = select(
            func.count().label("lives"),
            *(func.sum(people.c[name]).label(name) for name in ("comments", "likes", "gifts", "diamonds")),
            func.min(people.c.first_ms).label("first_ms"),
            func.max(people.c.last_ms).label("last_ms"),
        ).where(theirs)
        columns = [(sessions if name == "title" else people).c[name] for name in Visit.__struct_fields__]
        recent = (
            select(*columns)
            .join(sessions, sessions.c.room_id == people.c.room_id)
            .where(theirs)
            .order_by(people.c.started_ms.desc(), people.c.room_id.desc())
            .limit(_RECENT)
        )

        def read(db: Connection) -> PersonHistory:
            row = db.execute(sums).one()
            if not row.lives:
                return PersonHistory(person_id=person_id)
            visits = tuple(Visit(**visit._mapping) for visit in db.execute(recent))
            return PersonHistory(person_id=person_id, recent=visits, **row._mapping)

        return self._answer(read)

    def was_here_before(self, person_id: str, before_room: str) -> bool:
        """Whether somebody was in a LIVE before that one; in any other, when that one is not counted yet."""
        started = select(sessions.c.started_ms).where(sessions.c.room_id == before_room).scalar_subquery()
        earlier = people.c.started_ms < func.coalesce(started, 1 << 62)
        theirs = (people.c.person_id == person_id) & (people.c.room_id != before_room)
        query = select(exists().where(theirs & earlier))
        return self._answer(lambda db: bool(db.execute(query).scalar_one()))

    def answer(self, work: Callable[[Connection], R]) -> R:
        """What ``work`` reads of the index, which is made first when it is lost or damaged."""
        return self._answer(work)

    def remove_person(self, person_id: str) -> None:
        """Takes somebody out, from the disk, too. The journals are `keeping`'s."""
        self._answer(lambda db: db.execute(delete(people).where(people.c.person_id == person_id)) and None)
        self._file.wipe()

    def remove_live(self, room_id: str) -> None:
        """Takes a LIVE out, from the disk, too."""
        self._answer(lambda db: take_out(db, [room_id]))
        self._file.wipe()

    def _answer(self, work: Callable[[Connection], R]) -> R:
        """Asks the whole index: one that is lost, half filled or damaged is made first."""
        try:
            return self._ask_whole(work)
        except IndexDamaged as damage:
            self._file.throw_away(damage)
            return self._ask_whole(work)

    def _ask_whole(self, work: Callable[[Connection], R]) -> R:
        if not self._file.whole:
            with self._refreshing:
                if not self._file.whole:  # another thread may have filled it meanwhile
                    count_changed(self._file, self._folder, lambda: False)
        return self._file.ask(work)
