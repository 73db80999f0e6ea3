"""Pending diamonds become available when their hold has ended: one transfer a LIVE and turn.

A release names the gifts it releases: its ``item`` is "first-last" of the LIVE's ``event_seq``, every gift
between them included; the next one begins after it. Its amount is those gifts' diamonds without what a
chargeback has taken out of them while they were pending. Its id holds the last seq: none is released twice.
Functions on a connection run on any thread, those on a `Tx` on the writer's.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from studio.backend.money import ledger
from studio.backend.storage import schema
from studio.backend.storage.tx import Tx

#: Gifts in one release at most: a transaction stays short, and a derivation finds its place fast.
MOST_RELEASED = 5_000


@dataclass(frozen=True, slots=True)
class Due:
    """Gifts of one LIVE whose hold has ended. ``more``: others of that LIVE follow at once."""

    room_id: str
    first: int
    last: int
    gifts: int
    diamonds: int
    more: bool


def released_to(connection: Connection, room_id: str) -> int:
    """The ``event_seq`` up to which the LIVE's gifts are released; 0: none is."""
    last = connection.execute(select(func.max(_seq)).where(_of(room_id, ledger.HOLD_RELEASED))).scalar()
    return int(last or 0)


def unreleased_rooms(connection: Connection, host_id: str) -> list[str]:
    """The host's LIVEs with gifts that are not released, the oldest first."""
    rooms, gifts, releases = schema.rooms, schema.transfers.alias(), schema.transfers.alias()
    newest = select(func.max(gifts.c.event_seq)).where(
        gifts.c.room_id == rooms.c.id, gifts.c.code == ledger.GIFT_DIAMONDS
    )
    released = select(func.coalesce(func.max(releases.c.event_seq), 0)).where(
        releases.c.room_id == rooms.c.id, releases.c.code == ledger.HOLD_RELEASED
    )
    query = select(rooms.c.id).where(
        rooms.c.host_id == host_id, newest.scalar_subquery() > released.scalar_subquery()
    )
    return list(connection.execute(query.order_by(rooms.c.started_ms, rooms.c.id)).scalars())


def due_gifts(connection: Connection, host_id: str, now_ms: int, hold_s: float) -> list[Due]:
    """What of the host's can be released now. Without a hold all can, wherever the clock is set."""
    found = (_due_in(connection, room, now_ms, hold_s) for room in unreleased_rooms(connection, host_id))
    return [due for due in found if due is not None]


def _due_in(connection: Connection, room_id: str, now_ms: int, hold_s: float) -> Due | None:
    after = released_to(connection, room_id)
    gifts = _of(room_id, ledger.GIFT_DIAMONDS) & (_seq > after)
    if hold_s > 0:
        young = select(_seq).where(gifts, _rows.c.at_ms > now_ms - int(hold_s * 1_000)).order_by(_seq)
        first_young = connection.execute(young.limit(1)).scalar()
        if first_young is not None:
            gifts = gifts & (_seq < first_young)
    most = MOST_RELEASED
    while True:
        query = select(_seq, _rows.c.amount).where(gifts).order_by(_seq).limit(most + 1)
        rows = connection.execute(query).all()
        more, rows = len(rows) > most, rows[:most]
        if not rows:
            return None
        last = int(rows[-1].event_seq)
        diamonds = sum(row.amount for row in rows) - reversed_while_pending(connection, room_id, after, last)
        if diamonds > 0:
            return Due(room_id, int(rows[0].event_seq), last, len(rows), diamonds, more)
        if not more:  # all of it was taken back: a later release will begin with these
            return None
        most *= 2


def reversed_while_pending(connection: Connection, room_id: str, after: int, last: int) -> int:
    """Diamonds taken back from gifts of ``after < seq <= last`` before their release."""
    query = select(func.coalesce(func.sum(_rows.c.amount), 0)).where(
        _of(room_id, ledger.GIFT_REVERSED),
        _seq > after,
        _seq <= last,
        _rows.c.debit_account.like("%:pending"),
    )
    return int(connection.execute(query).scalar_one())


def release(tx: Tx, host_id: str, due: list[Due]) -> None:
    """Books them. In the transaction that found them."""
    for one in due:
        why = ledger.Happening(
            f"{one.room_id}.{one.last}", host_id, f"{one.first}-{one.last}", one.gifts, one.room_id, one.last
        )
        debit, credit = ledger.pending(tx, host_id), ledger.available(tx, host_id)
        ledger.move_available(tx, why, ledger.HOLD_RELEASED, debit, credit, one.diamonds)


def release_due(tx: Tx, host_id: str, hold_s: float) -> bool:
    """Releases what is due; whether more of it follows at once."""
    due = tx.ask(lambda connection: due_gifts(connection, host_id, tx.now_ms, hold_s))
    release(tx, host_id, due)
    return any(one.more for one in due)


def hosts_on_hold(connection: Connection) -> list[str]:
    """Hosts with pending diamonds."""
    accounts = schema.ledger_accounts
    query = select(accounts.c.owner_id).where(
        accounts.c.ledger == ledger.DIAMONDS,
        accounts.c.code == "pending",
        accounts.c.credits > accounts.c.debits,
    )
    return list(connection.execute(query).scalars())


_rows = schema.transfers
_seq = _rows.c.event_seq


def _of(room_id: str, code: str) -> ColumnElement[bool]:
    return (_rows.c.room_id == room_id) & (_rows.c.code == code)
