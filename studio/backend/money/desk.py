"""What hosts ask of their money. Handlers on the event-loop thread; the job writes, readers read."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, func, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, signed_in
from studio.backend.hub import Hub
from studio.backend.money import payouts
from studio.backend.money.derivation import derive
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.tx import Tx
from studio.model.payout import PayoutState, Reversal
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Result
from studio.protocol.money import (
    GetDerivation,
    GetPayouts,
    GetReversals,
    PayoutRequested,
    Payouts,
    RequestPayout,
    Reversals,
)

_A_PAGE = 50
_reversal = msgspec.json.Decoder(Reversal)


class MoneyDesk:
    """The topic's handlers. ``poke``: a payout was asked for; it may be sent."""

    def __init__(self, settings: BackendSettings, hub: Hub, reader: Reader, poke: Callable[[], None]) -> None:
        self._settings = settings
        self._hub = hub
        self._reader = reader
        self._poke = poke

    def asks(self) -> Asks:
        return {
            GetPayouts: self._get_payouts,
            GetReversals: self._get_reversals,
            GetDerivation: self._get_derivation,
        }

    def plans(self) -> Plans:
        return {RequestPayout: self._request}

    def _request(self, client: Client, command: RequestPayout, request_id: str) -> Plan:
        host, token_hash = host_of(client), client.token_hash
        settings = self._settings

        def work(tx: Tx) -> Result:
            tx.ask(lambda connection: _check_fresh(connection, token_hash, tx.now_ms, settings))
            payout = payouts.request(
                tx,
                host.id,
                payouts.payout_id_of(host.id, request_id),
                diamonds=command.diamonds,
                micro_dollars=command.micro_dollars,
                hold_s=settings.hold_s,
            )
            return PayoutRequested(payout=payout)

        return Plan(work, lambda _data: self._poke())

    async def _get_payouts(self, client: Client, command: GetPayouts) -> Answer:
        host = host_of(client)
        return Answer(await self._reader.ask(lambda one: _payouts_page(one, host.id, command.before)))

    async def _get_reversals(self, client: Client, command: GetReversals) -> Answer:
        host = host_of(client)
        return Answer(await self._reader.ask(lambda one: _reversals_page(one, host.id, command.before)))

    async def _get_derivation(self, client: Client, command: GetDerivation) -> Answer:
        host, rate = host_of(client), self._hub.rates.micro_dollars_per_diamond
        return Answer(await self._reader.ask(lambda one: derive(one, host.id, command, rate)))


def host_of(client: Client) -> AccountRecord:
    """Who asks. `Rejected` NOT_SIGNED_IN, NOT_A_HOST."""
    account = signed_in(client)
    if account.role != "host":
        raise Rejected(ErrorCode.NOT_A_HOST)
    return account


def _check_fresh(connection: Connection, token_hash: bytes, now_ms: int, settings: BackendSettings) -> None:
    """`Rejected` SIGN_IN_AGAIN.

    A sign-in in the future, by a clock set back, proves nothing about its age.
    """
    tokens = schema.tokens
    query = select(tokens.c.created_ms).where(tokens.c.hash == token_hash, tokens.c.revoked_ms == 0)
    created_ms = connection.execute(query).scalar()
    if created_ms is None or not 0 <= now_ms - created_ms <= settings.fresh_sign_in_s * 1_000:
        raise Rejected(ErrorCode.SIGN_IN_AGAIN)


def _payouts_page(connection: Connection, host_id: str, before: int) -> Payouts:
    table = schema.payouts
    query = select(table).where(table.c.host_id == host_id)
    if before:
        query = query.where(table.c.no < before)
    rows = connection.execute(query.order_by(table.c.no.desc()).limit(_A_PAGE + 1)).all()
    found = tuple(payouts.payout_of(row) for row in rows[:_A_PAGE])
    paid = select(func.coalesce(func.sum(table.c.micro_dollars), 0)).where(
        table.c.host_id == host_id, table.c.state == PayoutState.PAID.value
    )
    return Payouts(
        payouts=found,
        next_before=rows[_A_PAGE - 1].no if len(rows) > _A_PAGE else 0,
        paid_micro_dollars=int(connection.execute(paid).scalar_one()),
    )


def _reversals_page(connection: Connection, host_id: str, before: int) -> Reversals:
    table = schema.reversals
    query = select(table.c.no, table.c.body).where(table.c.host_id == host_id)
    if before:
        query = query.where(table.c.no < before)
    rows = connection.execute(query.order_by(table.c.no.desc()).limit(_A_PAGE + 1)).all()
    found = tuple(_reversal.decode(row.body) for row in rows[:_A_PAGE])
    return Reversals(reversals=found, next_before=rows[_A_PAGE - 1].no if len(rows) > _A_PAGE else 0)
