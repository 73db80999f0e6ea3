"""Proves the books from the raw rows: `host-studio backend audit`, tests, recovery drills.

Any thread, with a reading connection in one transaction. Nothing here trusts a stored sum: everything is
added up again. Adding is the database's work where it can be, as a million gifts should take seconds.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, select

from studio.backend.money.audit_closings import check_closings
from studio.backend.money.audit_gifts import check_gifts
from studio.backend.money.audit_holds import check_holds, check_statements
from studio.backend.money.audit_payouts import check_payouts
from studio.backend.money.audit_refunds import check_refunds
from studio.backend.money.findings import AuditReport
from studio.backend.money.ledger import BOX_FUNDED, BOX_RETURNED, BOX_SHARE, PLATFORM
from studio.backend.storage import schema


def audit(connection: Connection) -> AuditReport:
    """Adds up every transfer and compares with balances, events, payouts, statements and totals."""
    report = AuditReport()
    _check_rows(connection, report)
    _check_balances(connection, report)
    check_gifts(connection, report)
    check_holds(connection, report)
    check_statements(connection, report)
    check_refunds(connection, report)
    check_payouts(connection, report)
    _check_boxes(connection, report)
    check_closings(connection, report)
    _check_sequences(connection, report)
    return report


def _check_rows(connection: Connection, report: AuditReport) -> None:
    """Each transfer moves something, within one ledger, between two accounts that are there."""
    rows, accounts = schema.transfers, schema.ledger_accounts
    report.transfers = connection.execute(select(func.count()).select_from(rows)).scalar_one()
    for empty in connection.execute(select(rows.c.id, rows.c.amount).where(rows.c.amount <= 0).limit(10)):
        report.broken("amounts are above 0", "transfers", empty.id, f"moves {empty.amount}")
    for side in (rows.c.debit_account, rows.c.credit_account):
        query = (
            select(rows.c.id, rows.c.ledger, side.label("account"))
            .outerjoin(accounts, accounts.c.id == side)
            .where(accounts.c.id.is_(None) | (accounts.c.ledger != rows.c.ledger))
            .limit(10)
        )
        for row in connection.execute(query):
            what = f"books {row.ledger} on account {row.account}"
            report.broken("a transfer stays in its ledger", "transfers", row.id, what)


def _check_balances(connection: Connection, report: AuditReport) -> None:
    """Each account's sums equal those of its transfers; debits equal credits in each ledger.

    Nobody but the platform is below zero, but by a chargeback, which `check_statements` looks into.
    """
    rows, accounts = schema.transfers, schema.ledger_accounts
    raw: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, side in enumerate((rows.c.debit_account, rows.c.credit_account)):
        query = select(side.label("id"), func.sum(rows.c.amount).label("amount")).group_by(side)
        for row in connection.execute(query):
            raw[row.id][place] = int(row.amount)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for account in connection.execute(select(accounts)):
        debits, credits = raw.pop(account.id, [0, 0])
        if (debits, credits) != (account.debits, account.credits):
            what = f"stored as {account.debits}/{account.credits}, its transfers say {debits}/{credits}"
            report.broken("a balance is the sum of its transfers", "ledger_accounts", account.id, what)
        if account.owner_id != PLATFORM and account.code != "available" and credits < debits:
            report.broken("nobody is below zero", "ledger_accounts", account.id, f"has {credits - debits}")
        sums[account.ledger][0] += account.debits
        sums[account.ledger][1] += account.credits
    for ledger, (debits, credits) in sums.items():
        if debits != credits:
            report.broken("debits equal credits", "ledger_accounts", ledger, f"{debits} and {credits}")
    report.debits = {ledger: debits for ledger, (debits, _) in sums.items()}
    report.credits = {ledger: credits for ledger, (_, credits) in sums.items()}


def _check_boxes(connection: Connection, report: AuditReport) -> None:
    """A treasure box gives out what was put in, once and to the last coin; in an ended LIVE none is left."""
    transfers, rooms = schema.transfers, schema.rooms
    codes = (BOX_FUNDED, BOX_SHARE, BOX_RETURNED)
    by = (transfers.c.item, transfers.c.code, rooms.c.ended_ms)
    query = (
        select(*by, func.sum(transfers.c.amount).label("coins"))
        .join(rooms, rooms.c.id == transfers.c.room_id)
        .where(transfers.c.code.in_(codes))
        .group_by(*by)
    )
    boxes: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(codes, 0))
    ended: set[str] = set()
    for row in connection.execute(query):
        boxes[row.item][row.code] = int(row.coins)
        if row.ended_ms:
            ended.add(row.item)
    for box_id, coins in boxes.items():
        given = coins[BOX_SHARE] + coins[BOX_RETURNED]
        if given != coins[BOX_FUNDED] and (given or box_id in ended):
            what = f"took {coins[BOX_FUNDED]} coins and gave {given}"
            report.broken("a box gives what it took", "transfers", box_id, what)


def _check_sequences(connection: Connection, report: AuditReport) -> None:
    """A room's events are 1, 2, 3... up to its last."""
    events, rooms = schema.events, schema.rooms
    counted = (
        select(events.c.room_id, func.count().label("events"), func.max(events.c.seq).label("last"))
        .group_by(events.c.room_id)
        .subquery()
    )
    query = select(rooms.c.id, rooms.c.last_seq, counted.c.events, counted.c.last)
    for row in connection.execute(query.outerjoin(counted, counted.c.room_id == rooms.c.id)):
        if not row.last_seq == row.events == row.last:
            what = f"last seq {row.last_seq}, {row.events} events up to {row.last}"
            report.broken("events have no gap", "rooms", row.id, what)
