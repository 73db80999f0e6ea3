"""What the operator asks for: refunds, coins as a promotion, other rates. No client can.

The command line writes an order into the database, the running backend carries it out; when none runs, the
command does it itself. An order is carried out and marked as done in one transaction, so it happens once.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select, update

from studio.backend.errors import Rejected
from studio.backend.money import ledger, refunds
from studio.backend.storage import schema
from studio.backend.storage.tx import Tx
from studio.model.money import MAX_AMOUNT, Rates
from studio.protocol.codes import ErrorCode

_A_TURN = 20
_encode = msgspec.json.Encoder().encode


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """Base of all orders."""


class Refund(Order, frozen=True, kw_only=True, tag="refund"):
    """Takes a purchase back; ``transfer_id`` is what the buyer's `Bought` said."""

    transfer_id: str
    reason: str = "The payment was returned."


class Promote(Order, frozen=True, kw_only=True, tag="promote"):
    """Gives somebody coins."""

    handle: str
    coins: int


class SetRates(Order, frozen=True, kw_only=True, tag="set_rates"):
    """From now on; rows that are there keep theirs."""

    rates: Rates


AnyOrder = Refund | Promote | SetRates
_decoder: msgspec.json.Decoder[AnyOrder] = msgspec.json.Decoder(AnyOrder)


def carry_out_open(tx: Tx) -> int:
    """Carries out what waits, the oldest first; how many there were."""
    table = schema.operator_orders
    query = select(table).where(table.c.done_ms == 0).order_by(table.c.at_ms, table.c.id).limit(_A_TURN)
    waiting = tx.execute(query).all()
    for row in waiting:
        outcome = _outcome(tx, row)
        done = {"done_ms": max(1, tx.now_ms), "outcome": _encode(outcome).decode()}
        tx.execute(update(table).where(table.c.id == row.id).values(done))
    return len(waiting)


def _outcome(tx: Tx, row: Any) -> dict[str, Any]:
    before = tx.written
    try:
        done = carry_out(tx, _decoder.decode(row.body), row.id)
    except Rejected as refusal:
        assert tx.written == before, "refused after it had begun to write"
        return {"ok": False, "error": refusal.message}
    except msgspec.DecodeError as error:
        return {"ok": False, "error": f"that is no order: {error}"}
    return {"ok": True, **done}


def carry_out(tx: Tx, order: AnyOrder, order_id: str) -> dict[str, Any]:
    """What it did. `Rejected` before anything is written."""
    match order:
        case Refund():
            refunded = refunds.refund(tx, order.transfer_id, order.reason)
            return msgspec.structs.asdict(refunded)
        case Promote():
            return _promote(tx, order, order_id)
        case SetRates():
            return _set_rates(tx, order.rates)


def _promote(tx: Tx, order: Promote, order_id: str) -> dict[str, Any]:
    accounts = schema.accounts
    query = select(accounts.c.id).where(accounts.c.handle_key == order.handle.lower())
    account_id = tx.execute(query).scalar()
    if account_id is None:
        raise Rejected(ErrorCode.NO_SUCH_PERSON)
    if not 0 < order.coins <= MAX_AMOUNT - ledger.wallet(tx, account_id).credits:
        raise Rejected(ErrorCode.INVALID_AMOUNT)
    why = ledger.Happening(f"promotion.{order_id}", account_id, "promotion")
    ledger.promote(tx, why, account_id, order.coins)
    return {"handle": order.handle, "coins": ledger.wallet(tx, account_id).balance}


def _set_rates(tx: Tx, rates: Rates) -> dict[str, Any]:
    if wrong := rates.wrong():
        raise Rejected(ErrorCode.INVALID_AMOUNT, wrong)
    table = schema.rate_changes
    last = tx.execute(select(table.c.no).order_by(table.c.no.desc()).limit(1)).scalar()
    tx.add_row("rate_changes", (int(last or 0) + 1, tx.now_ms, _encode(rates).decode()))
    tx.change_rates(rates)
    return {"rates": msgspec.to_builtins(rates)}


def remember_rates(tx: Tx) -> None:
    """After a start: rates set while running count on."""
    table = schema.rate_changes
    body = tx.execute(select(table.c.body).order_by(table.c.no.desc()).limit(1)).scalar()
    if body is not None:
        tx.change_rates(msgspec.json.decode(body, type=Rates))


def place(order: AnyOrder) -> str:
    """The body of an order's row."""
    return _encode(order).decode()
