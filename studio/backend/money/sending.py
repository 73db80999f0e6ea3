"""Payouts on their way: ordered from the provider by id, and settled by what it says. Event-loop thread.

Nothing lives here that a restart would miss: what is asked for and not sent is sent again, under its id;
what was sent and never spoken of is asked after.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from studio.backend.counters import Counters
from studio.backend.errors import Rejected
from studio.backend.money import payouts
from studio.backend.money.provider import BadCallback, Callback, PayoutProvider, ProviderError, Word, opened
from studio.backend.storage import schema
from studio.backend.storage.reader import Reader
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer
from studio.model.payout import PayoutState
from studio.protocol.codes import ErrorCode

log = logging.getLogger(__name__)

#: Payouts looked after in one turn; the others wait for the next.
_A_TURN = 50
_encode = msgspec.json.Encoder().encode


class Sending:
    """`look_after` once a turn; `callback` whenever the provider speaks. Bad callbacks are counted."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        provider: PayoutProvider,
        counters: Counters,
        *,
        secret: bytes,
        ask_after_s: float,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._provider = provider
        self._counters = counters
        self._secret = secret
        self._ask_after_ms = int(ask_after_s * 1_000)

    async def look_after(self) -> None:
        """Sends what waits and asks about what nothing was heard of."""
        now_ms = time.time_ns() // 1_000_000
        for row in await self._reader.ask(_under_way):
            try:
                if row.state == PayoutState.REQUESTED:
                    await self._send(row.id, row.micro_dollars)
                elif abs(now_ms - row.changed_ms) >= self._ask_after_ms:
                    await self._ask(row.id, row.micro_dollars)
            except ProviderError as error:
                self._counters.payout_sends_failed += 1
                log.info("payout %s waits: %s", row.id, error)

    async def _send(self, payout_id: str, micro_dollars: int) -> None:
        await self._provider.send(payout_id, micro_dollars)
        self._counters.payouts_sent += 1
        await self._writer.submit(partial(_sent, payout_id))

    async def _ask(self, payout_id: str, micro_dollars: int) -> None:
        said = await self._provider.ask(payout_id)
        if said is None:
            await self._send(payout_id, micro_dollars)
        elif said.word is not Word.ACCEPTED:
            await self._writer.submit(partial(_take, said))

    async def callback(self, body: bytes, signature: str) -> bool:
        """The provider's word. False: it was not taken, for now (it may be said again) or for good."""
        self._counters.payout_callbacks += 1
        try:
            said = opened(self._secret, body, signature)
        except BadCallback as error:
            self._counters.payout_callbacks_refused += 1
            log.warning("a payout callback was refused: %s", error)
            return False
        try:
            outcome = await self._writer.submit(partial(_take, said))
        except Rejected as error:
            if error.code is not ErrorCode.SHUTTING_DOWN:
                log.warning("a payout callback was not stored: %s", error)
            return False
        if outcome is payouts.Settling.UNKNOWN:
            self._counters.payout_callbacks_refused += 1
            log.warning("a payout callback names no payout of that amount")
        elif outcome is payouts.Settling.AGAIN:
            self._counters.payout_callbacks_repeated += 1
        elif outcome is payouts.Settling.CONFLICT:
            self._counters.payout_callbacks_in_conflict += 1
            log.error("the provider contradicts itself about payout %s: %s", said.payout_id, said.word)
        return outcome is not payouts.Settling.UNKNOWN


def _under_way(connection: Connection) -> list[Any]:
    table = schema.payouts
    query = select(table.c.id, table.c.state, table.c.micro_dollars, table.c.changed_ms).where(
        table.c.state.in_((PayoutState.REQUESTED.value, PayoutState.SENT.value))
    )
    return list(connection.execute(query.order_by(table.c.changed_ms).limit(_A_TURN)))


def _sent(payout_id: str, tx: Tx) -> None:
    payouts.mark_sent(tx, payout_id)


def _take(said: Callback, tx: Tx) -> payouts.Settling:
    """Writer: keeps the provider's word and does what it says."""
    table, calls = schema.payouts, schema.payout_callbacks
    query = select(table.c.micro_dollars).where(table.c.id == said.payout_id)
    if tx.execute(query).scalar() != said.micro_dollars:
        return payouts.Settling.UNKNOWN
    known = tx.execute(select(calls.c.id).where(calls.c.id == said.callback_id)).first() is not None
    if not known:
        row = (said.callback_id, said.payout_id, _encode(said).decode(), tx.money_ms)
        tx.add_row("payout_callbacks", row)
    if said.word is Word.ACCEPTED:
        return payouts.mark_sent(tx, said.payout_id)
    outcome = payouts.settle(tx, said.payout_id, PayoutState(said.word.value), said.reason)
    return payouts.Settling.AGAIN if known and outcome is not payouts.Settling.DONE else outcome
