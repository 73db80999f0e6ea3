"""The moderation of one open room as the writer keeps it, and how it is read from the tables.

Writer thread (and reading threads for the queries). Loaded with its room and thrown away with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, Select, func, select

from studio.backend.storage import schema
from studio.model.matching import Spotter
from studio.model.moderation import ModAction, ModEntry, ModerationLog, Moderator, Permission
from studio.model.room import Person
from studio.model.rules import Rules

_rules_decoder = msgspec.json.Decoder(Rules)
_entry_decoder = msgspec.json.Decoder(ModEntry)
_WAITING_KINDS = (ModAction.HELD, ModAction.ALLOWED, ModAction.DENIED, ModAction.UNDONE)


@dataclass(slots=True)
class RoomModeration:
    """``held``: what waits for the host, by entry. ``spoke_ms``: who spoke last when, for slow mode.
    ``blocked`` and ``moderators`` are replaced, never changed, since other threads read them.

    ``spotter`` is made when first needed; what it remembers of repeats is forgotten with it.
    """

    rules: Rules = field(default_factory=Rules)
    held: dict[int, ModEntry] = field(default_factory=dict)
    spotter: Spotter | None = None
    spoke_ms: dict[str, int] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    moderators: Mapping[str, frozenset[Permission]] = field(default_factory=dict)

    def obey(self, rules: Rules) -> None:
        """From now on these rules."""
        self.rules, self.spotter = rules, None


def load_moderation(connection: Connection, host_id: str, room_id: str) -> RoomModeration:
    held = {entry.no: entry for entry in load_held(connection, room_id)}
    return RoomModeration(
        load_rules(connection, host_id),
        held,
        blocked=load_blocked(connection, host_id),
        moderators=granted(load_moderators(connection, host_id)),
    )


def load_moderators(connection: Connection, host_id: str) -> list[Moderator]:
    """Who helps the host, by handle."""
    table, accounts = schema.moderators, schema.accounts
    query = (
        select(table.c.permissions, accounts.c.id, accounts.c.handle, accounts.c.name)
        .join(accounts, accounts.c.id == table.c.account_id)
        .where(table.c.host_id == host_id)
        .order_by(accounts.c.handle)
    )
    return [
        Moderator(
            person=Person(id=row.id, handle=row.handle, name=row.name),
            permissions=tuple(map(Permission, row.permissions.split())),
        )
        for row in connection.execute(query)
    ]


def granted(moderators: Iterable[Moderator]) -> dict[str, frozenset[Permission]]:
    """By account what each may do."""
    return {one.person.id: frozenset(one.permissions) for one in moderators}


def load_blocked(connection: Connection, host_id: str) -> frozenset[str]:
    """Accounts the host does not want in their LIVEs."""
    table = schema.blocks
    query = select(table.c.account_id).where(table.c.host_id == host_id)
    return frozenset(connection.execute(query).scalars())


def load_rules(connection: Connection, host_id: str) -> Rules:
    """The host's rules; none at all for who never set any."""
    table = schema.moderation_rules
    body = connection.execute(select(table.c.body).where(table.c.host_id == host_id)).scalar()
    return _rules_decoder.decode(body) if body is not None else Rules()


def load_held(connection: Connection, room_id: str) -> list[ModEntry]:
    """What waits in a room, oldest first."""
    table = schema.moderation_log
    query = (
        select(table.c.body)
        .where(table.c.room_id == room_id, table.c.action.in_([action.value for action in _WAITING_KINDS]))
        .order_by(table.c.no)
    )
    log = ModerationLog()
    for entry in _entries(connection, query):
        log.take(entry)
    return log.waiting()


def load_log(connection: Connection, host_id: str, before_no: int, most: int) -> list[ModEntry]:
    """At most ``most`` entries before that one (0: the newest), newest first."""
    table = schema.moderation_log
    query = select(table.c.body).where(table.c.host_id == host_id)
    if before_no:
        query = query.where(table.c.no < before_no)
    return list(_entries(connection, query.order_by(table.c.no.desc()).limit(most)))


def load_entry(connection: Connection, host_id: str, no: int) -> tuple[ModEntry, bool] | None:
    """An entry, and whether it was taken back; None when there is none."""
    table = schema.moderation_log
    mine = table.c.host_id == host_id
    found = list(_entries(connection, select(table.c.body).where(mine, table.c.no == no)))
    if not found:
        return None
    undone = select(table.c.no).where(mine, table.c.answers == no, table.c.action == ModAction.UNDONE.value)
    return found[0], connection.execute(undone).first() is not None


def last_no(connection: Connection, host_id: str) -> int:
    """The number of the host's newest entry; 0 when there is none."""
    table = schema.moderation_log
    return int(
        connection.execute(select(func.max(table.c.no)).where(table.c.host_id == host_id)).scalar() or 0
    )


def _entries(connection: Connection, query: Select[str]) -> Iterator[ModEntry]:
    return (_entry_decoder.decode(body) for body in connection.execute(query).scalars())
