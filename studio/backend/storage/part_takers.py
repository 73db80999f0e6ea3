"""Who takes part in polls, giveaways and boxes, from the tables. Any thread, with a connection."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from studio.backend.storage import schema


def load_part_takers(connection: Connection, activity_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """By activity, then by account: what they chose."""
    found: dict[str, dict[str, int]] = {activity_id: {} for activity_id in activity_ids}
    if not found:
        return found
    table = schema.participations
    for row in connection.execute(select(table).where(table.c.activity_id.in_(list(found)))):
        found[row.activity_id][row.account_id] = row.choice
    return found


def choices_of(connection: Connection, account_id: str, activity_ids: Sequence[str]) -> dict[str, int]:
    """What one account chose in those activities it takes part in."""
    if not activity_ids:
        return {}
    table = schema.participations
    query = select(table.c.activity_id, table.c.choice).where(
        table.c.account_id == account_id, table.c.activity_id.in_(list(activity_ids))
    )
    return {row.activity_id: row.choice for row in connection.execute(query)}


def handles_of(connection: Connection, activity_id: str) -> tuple[str, ...]:
    """The handles of all who take part, sorted as text."""
    table, accounts = schema.participations, schema.accounts
    query = (
        select(accounts.c.handle)
        .join(table, table.c.account_id == accounts.c.id)
        .where(table.c.activity_id == activity_id)
    )
    return tuple(sorted(connection.execute(query).scalars()))
