"""Payouts in two phases: diamonds are set aside first, then paid for good or put back. Writer thread.

The transfer ``payout_reserved`` is the first phase; ``payout_paid`` posts it or ``payout_returned`` voids it,
by its id, once. A payout's id comes from the client's request: the same request cannot make two.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from studio.backend.errors import Rejected
from studio.backend.money import holds, ledger
from studio.backend.storage import schema
from studio.backend.storage.tx import Tx
from studio.model.money import MAX_AMOUNT, format_dollars
from studio.model.payout import Payout, PayoutState
from studio.protocol.codes import ErrorCode
from studio.protocol.frames import Notice, PayoutChanged

_DAY_MS = 86_400_000
_UNDER_WAY = (PayoutState.REQUESTED.value, PayoutState.SENT.value)
_table = schema.payouts


class Settling(StrEnum):
    """What came of a provider's word."""

    DONE = "done"
    AGAIN = "again"  # it was known
    CONFLICT = "conflict"  # the payout had ended the other way
    UNKNOWN = "unknown"


def payout_id_of(account_id: str, request_id: str) -> str:
    return hashlib.blake2b(f"{account_id}/{request_id}".encode(), digest_size=16).hexdigest()


def request(
    tx: Tx, host_id: str, payout_id: str, *, diamonds: int, micro_dollars: int, hold_s: float
) -> Payout:
    """Sets the diamonds aside.

    `Rejected` INVALID_AMOUNT, BELOW_MINIMUM, PAYOUT_UNDER_WAY, DAILY_LIMIT, NOT_ENOUGH_DIAMONDS.
    """
    known = _row(tx, payout_id)
    if known is not None:  # its stored answer is older than answers are kept
        return payout_of(known)
    rate = tx.rates.micro_dollars_per_diamond
    diamonds = _wanted(diamonds, micro_dollars, rate)
    money = diamonds * rate
    if money < (least := tx.rates.payout_min_micro_dollars):
        raise Rejected(ErrorCode.BELOW_MINIMUM, f"The smallest payout is {format_dollars(least)}.")
    tx.ask(lambda connection: _check_others(connection, tx, host_id, money))
    due = tx.ask(lambda connection: holds.due_gifts(connection, host_id, tx.now_ms, hold_s))
    account = ledger.available(tx, host_id)
    have = account.balance + sum(one.diamonds for one in due)
    if have < diamonds:
        raise Rejected(
            ErrorCode.NOT_ENOUGH_DIAMONDS,
            f"That takes {diamonds:,} diamonds and you have {have:,} available.",
        )
    last = tx.execute(select(func.max(_table.c.no)).where(_table.c.host_id == host_id)).scalar()
    holds.release(tx, host_id, due)
    why = ledger.Happening(payout_id, host_id, payout_id)
    ledger.move_available(tx, why, ledger.PAYOUT_RESERVED, account, ledger.reserved(tx, host_id), diamonds)
    payout = Payout(
        payout_id=payout_id,
        diamonds=diamonds,
        micro_dollars=money,
        micro_dollars_per_diamond=rate,
        state=PayoutState.REQUESTED,
        requested_ms=tx.money_ms,
        changed_ms=tx.money_ms,
    )
    row = (payout_id, host_id, int(last or 0) + 1, diamonds, money, rate, payout.state.value, "")
    tx.add_row("payouts", (*row, tx.money_ms, tx.money_ms))
    tx.notify(host_id, Notice(payout=PayoutChanged(payout=payout)))
    return payout


def _wanted(diamonds: int, micro_dollars: int, rate: int) -> int:
    """Whole diamonds for what was asked. `Rejected` INVALID_AMOUNT."""
    if (diamonds == 0) == (micro_dollars == 0) or min(diamonds, micro_dollars) < 0:
        raise Rejected(ErrorCode.INVALID_AMOUNT, "Say how many diamonds, or how much money; one of them.")
    diamonds = diamonds or micro_dollars // rate
    if diamonds * rate > MAX_AMOUNT:
        raise Rejected(ErrorCode.INVALID_AMOUNT)
    return diamonds


def _check_others(connection: Connection, tx: Tx, host_id: str, money: int) -> None:
    """`Rejected` when one is under way, or the last 24 hours have had too much.

    What was returned does not count; what lies in the future, by a clock set back, does.
    """
    of_host = select(_table.c.id).where(_table.c.host_id == host_id)
    if connection.execute(of_host.where(_table.c.state.in_(_UNDER_WAY))).first() is not None:
        raise Rejected(ErrorCode.PAYOUT_UNDER_WAY)
    spent = select(func.coalesce(func.sum(_table.c.micro_dollars), 0)).where(
        _table.c.host_id == host_id,
        _table.c.state != PayoutState.RETURNED.value,
        _table.c.requested_ms > tx.money_ms - _DAY_MS,
    )
    most = tx.rates.payout_max_micro_dollars_per_day
    left = most - int(connection.execute(spent).scalar_one())
    if money > left:
        raise Rejected(
            ErrorCode.DAILY_LIMIT,
            f"At most {format_dollars(most)} in 24 hours; {format_dollars(max(0, left))} of it are left.",
        )


def mark_sent(tx: Tx, payout_id: str) -> Settling:
    """The provider has it."""
    row = _row(tx, payout_id)
    if row is None:
        return Settling.UNKNOWN
    if row.state != PayoutState.REQUESTED:
        return Settling.AGAIN
    _change(tx, row, PayoutState.SENT, "")
    return Settling.DONE


def settle(tx: Tx, payout_id: str, state: PayoutState, reason: str = "") -> Settling:
    """The provider has paid it, or it came back; once, whatever is said later."""
    assert state.settled
    row = _row(tx, payout_id)
    if row is None:
        return Settling.UNKNOWN
    if PayoutState(row.state).settled:
        return Settling.AGAIN if row.state == state else Settling.CONFLICT
    why = ledger.Happening(payout_id, row.host_id, payout_id)
    first_phase = f"{payout_id}.{ledger.PAYOUT_RESERVED}"
    held = ledger.reserved(tx, row.host_id)
    if state is PayoutState.PAID:
        gone = ledger.platform(tx, ledger.DIAMONDS, "paid_out")
        code = ledger.PAYOUT_PAID
        ledger.transfer(tx, why, ledger.DIAMONDS, code, held, gone, row.diamonds, first_phase)
        sales, paid = (ledger.platform(tx, ledger.MICRO_DOLLARS, code) for code in ("sales", "payouts"))
        ledger.transfer(tx, why, ledger.MICRO_DOLLARS, ledger.PAYOUT_MONEY, sales, paid, row.micro_dollars)
    else:
        back = ledger.available(tx, row.host_id)
        code = ledger.PAYOUT_RETURNED
        ledger.move_available(tx, why, code, held, back, row.diamonds, first_phase)
    _change(tx, row, state, reason)
    return Settling.DONE


def _row(tx: Tx, payout_id: str) -> Any:
    return tx.execute(select(_table).where(_table.c.id == payout_id)).one_or_none()


def payout_of(row: Any) -> Payout:
    """A row of the table as it is told."""
    return Payout(
        payout_id=row.id,
        diamonds=row.diamonds,
        micro_dollars=row.micro_dollars,
        micro_dollars_per_diamond=row.micro_dollars_per_diamond,
        state=PayoutState(row.state),
        requested_ms=row.requested_ms,
        changed_ms=row.changed_ms,
        reason=row.reason,
    )


def _change(tx: Tx, row: Any, state: PayoutState, reason: str) -> None:
    changed_ms = max(tx.money_ms, row.changed_ms)
    tx.execute(
        update(_table)
        .where(_table.c.id == row.id)
        .values(state=state.value, reason=reason, changed_ms=changed_ms)
    )
    payout = msgspec.structs.replace(payout_of(row), state=state, changed_ms=changed_ms, reason=reason)
    tx.notify(row.host_id, Notice(payout=PayoutChanged(payout=payout)))
