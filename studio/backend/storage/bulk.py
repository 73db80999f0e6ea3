"""Statements of SQLAlchemy Core compiled once and run with plain tuples: the writer's hot path.

Writer thread. A Core `execute` costs about 80 us however small it is, and 6 us a row; these cost the
driver's own time. Errors are the driver's own too (`sqlite3.Error`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, text, update
from sqlalchemy.sql import Executable
from sqlalchemy.sql.elements import ClauseElement

from studio.backend.storage import schema


class Bulk:
    """One statement and the order of its parameters. Rows are tuples in that order."""

    def __init__(
        self, statement: Executable, names: Sequence[str], column_keys: list[str] | None = None
    ) -> None:
        self.names = tuple(names)
        self._statement = statement
        self._column_keys = column_keys
        self._sql: dict[str, str] = {}

    def run(self, connection: Connection, rows: list[tuple[Any, ...]]) -> Any:
        """Runs it for every row; gives the driver's cursor (of the last row, when it asks)."""
        dialect = connection.dialect
        sql = self._sql.get(dialect.name)
        if sql is None:
            assert isinstance(self._statement, ClauseElement)
            compiled = self._statement.compile(dialect=dialect, column_keys=self._column_keys)
            sql = self._sql[dialect.name] = str(compiled)
            if dialect.positional:
                assert tuple(getattr(compiled, "positiontup", None) or ()) == self.names, compiled
        cursor = connection.connection.cursor()
        given: list[Any] = rows
        if not dialect.positional:
            given = [dict(zip(self.names, row, strict=True)) for row in rows]
        if len(given) == 1:
            cursor.execute(sql, given[0])
        else:
            cursor.executemany(sql, given)
        return cursor


def insert_into(table: Table) -> Bulk:
    """INSERT of all columns, in the order of the schema."""
    names = [column.name for column in table.c]
    return Bulk(table.insert(), names, names)


def _update(table: Table, *columns: str) -> Bulk:
    """UPDATE of these columns by id; a row is their values, then the id."""
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    return Bulk(statement, [*(f"new_{name}" for name in columns), "row_id"])


INSERTS = {table.name: insert_into(table) for table in schema.metadata.sorted_tables}

ROOM_COLUMNS = (
    "ended_ms",
    "end_reason",
    "last_seq",
    "goal_title",
    "goal_target",
    "goal_base",
    "pinned",
    "totals",
    "commenters",
    "follow_age_s",
    "goal_kind",
    "goal_gift_id",
    "goal_gift_name",
    "activities",
)
UPDATE_ROOM = _update(schema.rooms, *ROOM_COLUMNS)
UPDATE_SUMS = _update(schema.ledger_accounts, "debits", "credits")
UPDATE_FAN = Bulk(
    update(schema.fans)
    .where(schema.fans.c.host_id == bindparam("of_host"), schema.fans.c.account_id == bindparam("of_account"))
    .values(points=bindparam("new_points")),
    ("new_points", "of_host", "of_account"),
)
UPDATE_STREAK = _update(schema.streaks, "count", "transfer_id", "last_ms", "ended")

#: Statements that look up this many keys; a batch takes the smallest that holds it and repeats its last key.
_KEY_COUNTS = (1, 16, 64, 256, 512)


def _find_requests(count: int) -> Bulk:
    names = [f"{part}{number}" for number in range(count) for part in ("account", "request")]
    pairs = ", ".join(f"(:account{number}, :request{number})" for number in range(count))
    wanted = f"WITH wanted (account_id, request_id) AS (VALUES {pairs})"  # names of parameters alone
    # Key by key: `IN (VALUES ...)` has SQLite read every request there is, whatever the index.
    query = (
        " SELECT r.account_id, r.request_id, r.fingerprint, r.response FROM wanted CROSS JOIN requests r"
        " WHERE r.account_id = wanted.account_id AND r.request_id = wanted.request_id"
    )
    return Bulk(text(wanted + query), names)


_FIND_REQUESTS = {count: _find_requests(count) for count in _KEY_COUNTS}


def find_requests(
    connection: Connection, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], tuple[bytes, bytes]]:
    """Fingerprint and stored answer of those (account, request id) that are known."""
    known: dict[tuple[str, str], tuple[bytes, bytes]] = {}
    for start in range(0, len(keys), _KEY_COUNTS[-1]):
        part = keys[start : start + _KEY_COUNTS[-1]]
        count = next(count for count in _KEY_COUNTS if count >= len(part))
        part += [part[-1]] * (count - len(part))
        parameters = tuple(value for key in part for value in key)
        cursor = _FIND_REQUESTS[count].run(connection, [parameters])
        for account_id, request_id, fingerprint, response in cursor.fetchall():
            known[account_id, request_id] = (bytes(fingerprint), response.encode())
    return known
