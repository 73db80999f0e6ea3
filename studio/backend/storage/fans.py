"""Members of fan clubs, from the table. Any thread, with a connection."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from studio.backend.storage import schema
from studio.backend.storage.state import FanRow, person_of
from studio.model.fan_club import level_of


def load_fan(connection: Connection, host_id: str, account_id: str) -> FanRow | None:
    """None for who is no member."""
    fans, accounts = schema.fans, schema.accounts
    query = (
        select(fans.c.points, fans.c.since_ms, accounts.c.id, accounts.c.handle, accounts.c.name)
        .join(accounts, accounts.c.id == fans.c.account_id)
        .where(fans.c.host_id == host_id, fans.c.account_id == account_id)
    )
    row = connection.execute(query).one_or_none()
    return FanRow(host_id, person_of(row), row.points, row.since_ms) if row is not None else None


def load_levels(connection: Connection, host_id: str, room_id: str) -> dict[str, int]:
    """By account, the levels of those members who have been in that LIVE."""
    fans, visits = schema.fans, schema.visits
    query = (
        select(fans.c.account_id, fans.c.points)
        .join(visits, visits.c.account_id == fans.c.account_id)
        .where(fans.c.host_id == host_id, visits.c.room_id == room_id)
    )
    return {account_id: level_of(points) for account_id, points in connection.execute(query)}


def fan_count(connection: Connection, host_id: str) -> int:
    """How many members the club has."""
    query = select(func.count()).select_from(schema.fans).where(schema.fans.c.host_id == host_id)
    return int(connection.execute(query).scalar_one())
