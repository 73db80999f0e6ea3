"""Whom a host does not want in their LIVEs, with when, by whom and why. Any thread, with a connection."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, or_, select

from studio.backend.storage import schema
from studio.backend.storage.state import person_of
from studio.model.moderation import Blocked, ModAction, ModEntry

_entries = msgspec.json.Decoder(ModEntry)


def blocked_people(connection: Connection, host_id: str, text: str, place: int, most: int) -> list[Blocked]:
    """``most`` of them from ``place`` on, the newest first, whose handle or name has ``text`` in it."""
    table, accounts = schema.blocks, schema.accounts
    query = (
        select(table.c.at_ms, accounts.c.id, accounts.c.handle, accounts.c.name)
        .join(accounts, accounts.c.id == table.c.account_id)
        .where(table.c.host_id == host_id)
        .order_by(table.c.at_ms.desc(), accounts.c.id)
        .offset(place)
        .limit(most)
    )
    if words := text.strip():
        has = [column.icontains(words, autoescape=True) for column in (accounts.c.handle, accounts.c.name)]
        query = query.where(or_(*has))
    people = {row.id: (person_of(row), row.at_ms) for row in connection.execute(query)}
    entries = _last_blocks(connection, host_id, set(people))
    found = []
    for person_id, (person, at_ms) in people.items():
        entry = entries.get(person_id)
        by, reason = (entry.actor, entry.reason) if entry is not None else (None, "")
        found.append(Blocked(person=person, at_ms=at_ms, by=by, reason=reason))
    return found


def _last_blocks(connection: Connection, host_id: str, people: set[str]) -> dict[str, ModEntry]:
    """By person, the entry that blocked them last."""
    table = schema.moderation_log
    query = (
        select(table.c.body)
        .where(table.c.host_id == host_id, table.c.action == ModAction.BLOCKED.value)
        .order_by(table.c.no.desc())
    )
    found: dict[str, ModEntry] = {}
    for body in connection.execute(query).scalars():
        if len(found) == len(people):
            break
        entry = _entries.decode(body)
        if entry.person is not None and entry.person.id in people:
            found.setdefault(entry.person.id, entry)
    return found
