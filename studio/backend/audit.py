"""Proves the books from the raw rows: called by tests, after recovery drills, and later by the audit command.

Any thread, with a reading connection. Nothing here trusts a stored sum: everything is added up again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, func, select

from studio.backend.ledger import GIFT_COINS, GIFT_DIAMONDS, PLATFORM
from studio.backend.storage import schema
from studio.model.room import RoomTotals


@dataclass(slots=True)
class AuditReport:
    """``problems`` is empty when the books are right. ``sums``: debits (= credits) by ledger."""

    transfers: int = 0
    gifts: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


class _Gift(msgspec.Struct):
    seq: int
    transfer_id: str
    added: int
    coins: int
    diamonds: int
    room_diamonds: int


_gift_decoder = msgspec.json.Decoder(_Gift)


def audit(connection: Connection) -> AuditReport:
    """Adds up every transfer and compares with balances, events and the rooms' totals."""
    report = AuditReport()
    _check_balances(connection, report)
    _check_gifts(connection, report)
    _check_sequences(connection, report)
    return report


def _check_balances(connection: Connection, report: AuditReport) -> None:
    """Each account's sums equal those of its transfers; debits equal credits.

    Nobody but the platform is below zero.
    """
    transfers, accounts = schema.transfers, schema.ledger_accounts
    raw: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    ledgers = {row.id: row.ledger for row in connection.execute(select(accounts.c.id, accounts.c.ledger))}
    for row in connection.execute(select(transfers)):
        report.transfers += 1
        raw[row.debit_account][0] += row.amount
        raw[row.credit_account][1] += row.amount
        for account in (row.debit_account, row.credit_account):
            if ledgers.get(account) != row.ledger:
                report.problems.append(f"transfer {row.id} books {row.ledger} on account {account}")
    debits: dict[str, int] = defaultdict(int)
    credits: dict[str, int] = defaultdict(int)
    for row in connection.execute(select(accounts)):
        found = raw.pop(row.id, [0, 0])
        if found != [row.debits, row.credits]:
            report.problems.append(
                f"account {row.id} is stored as {row.debits}/{row.credits}, "
                f"its transfers say {found[0]}/{found[1]}"
            )
        if row.owner_id != PLATFORM and found[1] < found[0]:
            report.problems.append(f"account {row.id} is below zero")
        debits[row.ledger] += row.debits
        credits[row.ledger] += row.credits
    report.problems += [f"transfers on an account that does not exist: {account}" for account in raw]
    report.problems += [
        f"{ledger}: debits {debits[ledger]} and credits {credits[ledger]} differ"
        for ledger in debits
        if debits[ledger] != credits[ledger]
    ]
    report.sums = dict(debits)


def _check_gifts(connection: Connection, report: AuditReport) -> None:
    """Each gift event has its two transfers and each transfer its event; running and final totals add up."""
    transfers, events, rooms = schema.transfers, schema.events, schema.rooms
    booked: dict[tuple[str, int, str], tuple[str, int, int]] = {
        (row.room_id, row.event_seq, row.code): (row.id, row.amount, row.quantity)
        for row in connection.execute(
            select(transfers).where(transfers.c.code.in_((GIFT_COINS, GIFT_DIAMONDS)))
        )
    }
    running: dict[str, int] = defaultdict(int)
    query = select(events.c.room_id, events.c.body).where(events.c.kind == "gift")
    for row in connection.execute(query.order_by(events.c.room_id, events.c.seq)):
        gift = _gift_decoder.decode(row.body)
        running[row.room_id] += gift.diamonds
        if gift.room_diamonds != running[row.room_id]:
            report.problems.append(f"event {gift.seq} of {row.room_id} tells a wrong total of the room")
        if not gift.added:
            continue
        report.gifts += 1
        coins = booked.pop((row.room_id, gift.seq, GIFT_COINS), None)
        diamonds = booked.pop((row.room_id, gift.seq, GIFT_DIAMONDS), None)
        if coins != (gift.transfer_id, gift.coins, gift.added):
            report.problems.append(f"event {gift.seq} of {row.room_id} and its coins differ: {coins}")
        if diamonds is None or diamonds[1:] != (gift.diamonds, gift.added):
            report.problems.append(f"event {gift.seq} of {row.room_id} and its diamonds differ: {diamonds}")
    report.problems += [f"transfer without its event: {one[0]}" for one in booked.values()]
    for row in connection.execute(select(rooms.c.id, rooms.c.totals)):
        stored = msgspec.json.decode(row.totals, type=RoomTotals)
        if stored.diamonds != running[row.id]:
            report.problems.append(
                f"room {row.id} has {stored.diamonds} diamonds, its gifts {running[row.id]}"
            )


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
            report.problems.append(
                f"room {row.id}: last seq {row.last_seq}, {row.events} events up to {row.last}"
            )
