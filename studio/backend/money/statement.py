"""A host's money over a time, from the ledger's rows, signed. Reading threads, with a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks
from studio.backend.money import ledger
from studio.backend.money.closings import DAY_MS, closed_until
from studio.backend.money.desk import host_of
from studio.backend.money.signing import Signer
from studio.backend.storage import schema
from studio.backend.storage.reader import AccountRecord, Reader, purse_of
from studio.model.payout import PayoutState
from studio.model.statement import Balances, Statement
from studio.protocol.codes import ErrorCode
from studio.protocol.money import GetStatement, SignedStatement

_rows = schema.transfers
_encode = msgspec.json.Encoder().encode


class StatementDesk:
    """The topic's handlers. ``now_ms``: the backend's clock."""

    def __init__(self, reader: Reader, signer: Signer, now_ms: Callable[[], float]) -> None:
        self._reader, self._signer, self._now_ms = reader, signer, now_ms

    def asks(self) -> Asks:
        return {GetStatement: self._get}

    async def _get(self, client: Client, command: GetStatement) -> Answer:
        host = host_of(client)
        if command.from_ms >= command.until_ms:
            raise Rejected(ErrorCode.MALFORMED, "A statement's time ends after it begins.")
        made_ms = round(self._now_ms())
        statement = await self._reader.ask(lambda one: statement_of(one, host, command, made_ms))
        text = _encode(statement)
        return Answer(
            SignedStatement(
                statement=text.decode(), signature=self._signer.sign(text), public_key=self._signer.public_key
            )
        )


def statement_of(connection: Connection, host: AccountRecord, asked: GetStatement, made_ms: int) -> Statement:
    """What the rows say."""
    gifts, sums = _gifts(connection, host.id, asked.from_ms, asked.until_ms)
    paid = _paid(connection, host.id, asked.from_ms, asked.until_ms)
    purse = purse_of(connection, host.id)
    closed = min(asked.until_ms, closed_until(connection)) - asked.from_ms
    return Statement(
        host_id=host.id,
        handle=host.handle,
        from_ms=asked.from_ms,
        until_ms=asked.until_ms,
        made_ms=made_ms,
        gifts=gifts,
        coins=sums.get(ledger.GIFT_COINS, 0),
        diamonds=sums.get(ledger.GIFT_DIAMONDS, 0),
        share=sums.get(ledger.GIFT_SHARE, 0),
        reversed_diamonds=sums.get(ledger.GIFT_REVERSED, 0),
        paid_payouts=int(paid.payouts),
        paid_diamonds=int(paid.diamonds),
        paid_micro_dollars=int(paid.micro_dollars),
        balances=Balances(pending=purse.pending, available=purse.available, reserved=purse.reserved),
        closed_days=max(0, closed) // DAY_MS,
    )


def _gifts(connection: Connection, host_id: str, from_ms: int, until_ms: int) -> tuple[int, dict[str, int]]:
    codes = (ledger.GIFT_COINS, ledger.GIFT_DIAMONDS, ledger.GIFT_SHARE, ledger.GIFT_REVERSED)
    theirs = select(schema.rooms.c.id).where(schema.rooms.c.host_id == host_id)
    query = (
        select(_rows.c.code, func.count().label("rows"), func.sum(_rows.c.amount).label("amount"))
        .where(
            _rows.c.room_id.in_(theirs),
            _rows.c.code.in_(codes),
            and_(_rows.c.at_ms >= from_ms, _rows.c.at_ms < until_ms),
        )
        .group_by(_rows.c.code)
    )
    found = {row.code: (int(row.rows), int(row.amount)) for row in connection.execute(query)}
    return found.get(ledger.GIFT_COINS, (0, 0))[0], {code: amount for code, (_, amount) in found.items()}


def _paid(connection: Connection, host_id: str, from_ms: int, until_ms: int) -> Any:
    table = schema.payouts
    query = select(
        func.count().label("payouts"),
        func.coalesce(func.sum(table.c.diamonds), 0).label("diamonds"),
        func.coalesce(func.sum(table.c.micro_dollars), 0).label("micro_dollars"),
    ).where(
        table.c.host_id == host_id,
        table.c.state == PayoutState.PAID.value,
        and_(table.c.changed_ms >= from_ms, table.c.changed_ms < until_ms),
    )
    return connection.execute(query).one()
