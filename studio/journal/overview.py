"""What the index knows over all LIVEs: who came, came back or stayed away; when gifts came. Blocks."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, and_, func, select

from studio.journal.index import Index
from studio.journal.index_schema import people, quarters, sessions

#: LIVEs before one in which somebody must have been twice to be missed in it.
_LOOK_BACK = 3
_LISTED = 200


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in one LIVE. ``lives_before``: LIVEs of the host they were in before it."""

    person_id: str
    handle: str
    name: str
    comments: int
    gifts: int
    diamonds: int
    lives_before: int


class GuestList(msgspec.Struct, frozen=True, kw_only=True):
    """Who was there: those who gave most first, at most 200 of each; the counts are of all.

    ``lost``: in two of the three LIVEs before, and not in this one, by what they gave in those.
    """

    supporters: tuple[Guest, ...]
    newcomers: tuple[Guest, ...]
    returning: tuple[Guest, ...]
    lost: tuple[Guest, ...]
    new_count: int
    returning_count: int


class Overview:
    """Reads ``index``; JournalError as there."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def quarters(self, host_id: str) -> list[tuple[int, int]]:
        """(quarter of an hour since 1970, diamonds) over all LIVEs, in order."""
        query = (
            select(quarters.c.quarter, func.sum(quarters.c.diamonds))
            .join(sessions, sessions.c.room_id == quarters.c.room_id)
            .where(sessions.c.host_id == host_id)
            .group_by(quarters.c.quarter)
            .order_by(quarters.c.quarter)
        )
        return self._index.answer(lambda db: [(int(at), int(sum_)) for at, sum_ in db.execute(query)])

    def guests(self, room_id: str) -> GuestList:
        """Of one LIVE; empty lists when it is not in the index."""
        return self._index.answer(lambda db: _guests(db, room_id))


def _guests(db: Connection, room_id: str) -> GuestList:
    live = db.execute(select(sessions).where(sessions.c.room_id == room_id)).one_or_none()
    if live is None:
        return GuestList(supporters=(), newcomers=(), returning=(), lost=(), new_count=0, returning_count=0)
    before = people.alias("before")
    earlier = sessions.alias("earlier")
    count = (
        select(func.count())
        .select_from(before.join(earlier, earlier.c.room_id == before.c.room_id))
        .where(
            before.c.person_id == people.c.person_id,
            before.c.started_ms < live.started_ms,
            earlier.c.host_id == live.host_id,
        )
        .scalar_subquery()
    )
    query = select(people, count.label("lives_before")).where(people.c.room_id == room_id)
    here = [
        _guest(row) for row in db.execute(query.order_by(people.c.diamonds.desc(), people.c.comments.desc()))
    ]
    newcomers = [one for one in here if not one.lives_before]
    returning = [one for one in here if one.lives_before]
    return GuestList(
        supporters=tuple(one for one in here[:_LISTED] if one.diamonds),
        newcomers=tuple(newcomers[:_LISTED]),
        returning=tuple(returning[:_LISTED]),
        lost=_lost(db, live.host_id, live.started_ms, room_id),
        new_count=len(newcomers),
        returning_count=len(returning),
    )


def _lost(db: Connection, host_id: str, started_ms: int, room_id: str) -> tuple[Guest, ...]:
    last = (
        select(sessions.c.room_id)
        .where(sessions.c.host_id == host_id, sessions.c.started_ms < started_ms)
        .order_by(sessions.c.started_ms.desc())
        .limit(_LOOK_BACK)
    )
    rooms = [row.room_id for row in db.execute(last)]
    here = people.alias("here")
    query = (
        select(
            people.c.person_id,
            func.max(people.c.handle).label("handle"),
            func.max(people.c.name).label("name"),
            func.sum(people.c.comments).label("comments"),
            func.sum(people.c.gifts).label("gifts"),
            func.sum(people.c.diamonds).label("diamonds"),
            func.count().label("lives_before"),
        )
        .outerjoin(here, and_(here.c.person_id == people.c.person_id, here.c.room_id == room_id))
        .where(people.c.room_id.in_(rooms), here.c.person_id.is_(None))
        .group_by(people.c.person_id)
        .having(func.count() >= 2)
        .order_by(func.sum(people.c.diamonds).desc())
        .limit(_LISTED)
    )
    return tuple(_guest(row) for row in db.execute(query))


def _guest(row: object) -> Guest:
    return Guest(**{name: getattr(row, name) for name in Guest.__struct_fields__})
