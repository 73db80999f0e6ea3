"""Audit: holds and the statements of what hosts have available."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, select

from studio.backend.money import ledger
from studio.backend.money.findings import AuditReport
from studio.backend.storage import schema

_rows = schema.transfers


def check_holds(connection: Connection, report: AuditReport) -> None:
    """Each release holds exactly the gifts it names, less what was taken back before; none is in two.

    What is in none is what the host has pending.
    """
    hosts = {
        row.id: row.host_id for row in connection.execute(select(schema.rooms.c.id, schema.rooms.c.host_id))
    }
    waiting: dict[str, int] = defaultdict(int)
    for room_id, host_id in hosts.items():
        waiting[host_id] += _check_room(connection, report, room_id)
    accounts = schema.ledger_accounts
    query = select(accounts).where(accounts.c.code == "pending", accounts.c.ledger == ledger.DIAMONDS)
    for row in connection.execute(query):
        if row.credits - row.debits != waiting[row.owner_id]:
            what = f"has {row.credits - row.debits}, its gifts on hold are {waiting[row.owner_id]}"
            report.broken("pending is what is not released", "ledger_accounts", row.id, what)


def _check_room(connection: Connection, report: AuditReport, room_id: str) -> int:
    """What of the LIVE's diamonds is not released."""
    releases = (
        select(_rows.c.id, _rows.c.event_seq, _rows.c.amount, _rows.c.item, _rows.c.debit_account)
        .where(_rows.c.room_id == room_id, _rows.c.code == ledger.HOLD_RELEASED)
        .order_by(_rows.c.event_seq)
    )
    after = 0
    for row in connection.execute(releases).all():
        first, _, last = row.item.partition("-")
        if not (first.isdigit() and last.isdigit() and after < int(first) <= int(last) == row.event_seq):
            report.broken("releases follow each other", "transfers", row.id, f"{row.item} after {after}")
        held = _held(connection, room_id, after, row.event_seq, row.debit_account)
        if held != row.amount:
            what = f"releases {row.amount}, its gifts are {held}"
            report.broken("a release is its gifts", "transfers", row.id, what)
        after = row.event_seq
    return _held(connection, room_id, after, None, None)


def _held(connection: Connection, room_id: str, after: int, last: int | None, account: str | None) -> int:
    """Gifts of ``after < seq <= last`` credited to that account, less what was taken out of it again."""
    sums = []
    for code, side in (
        (ledger.GIFT_DIAMONDS, _rows.c.credit_account),
        (ledger.GIFT_REVERSED, _rows.c.debit_account),
    ):
        query = select(func.coalesce(func.sum(_rows.c.amount), 0)).where(
            _rows.c.room_id == room_id, _rows.c.code == code, _rows.c.event_seq > after
        )
        if last is not None:
            query = query.where(_rows.c.event_seq <= last)
        query = query.where(side == account) if account else query.where(side.like("%:pending"))
        sums.append(int(connection.execute(query).scalar_one()))
    return sums[0] - sums[1]


def check_statements(connection: Connection, report: AuditReport) -> None:
    """A statement has all transfers of its account, in order, and adds up; below zero only by chargeback."""
    lines, accounts = schema.statement_lines, schema.ledger_accounts
    query = (
        select(
            lines, _rows.c.amount, _rows.c.code.label("booked"), _rows.c.debit_account, _rows.c.credit_account
        )
        .outerjoin(_rows, _rows.c.id == lines.c.transfer_id)
        .order_by(lines.c.host_id, lines.c.no)
    )
    ends: dict[str, tuple[int, int]] = {}
    for row in connection.execution_options(yield_per=2_000).execute(query):
        turnover, balance = ends.get(row.host_id, (0, 0))
        ends[row.host_id] = (turnover + abs(row.diamonds), balance + row.diamonds)
        mine = f"{row.host_id}:diamonds:available"
        side = row.credit_account if row.diamonds > 0 else row.debit_account
        if (row.amount, row.booked, side) != (abs(row.diamonds), row.code, mine):
            report.broken(
                "a statement's line is its transfer", "statement_lines", row.transfer_id, str(tuple(row))
            )
        if (row.no, row.balance) != ends[row.host_id]:
            report.broken("a statement adds up", "statement_lines", row.transfer_id, str(tuple(row)))
        if row.diamonds < 0 and row.balance < 0 and row.code != ledger.GIFT_REVERSED:
            what = f"{row.code} left {row.balance}"
            report.broken("below zero only by chargeback", "statement_lines", row.transfer_id, what)
    query_accounts = select(accounts).where(
        accounts.c.code == "available", accounts.c.ledger == ledger.DIAMONDS
    )
    for account in connection.execute(query_accounts):
        told = ends.get(account.owner_id, (0, 0))
        if told != (account.credits + account.debits, account.credits - account.debits):
            report.broken(
                "a statement is complete", "ledger_accounts", account.id, f"its statement ends at {told}"
            )
