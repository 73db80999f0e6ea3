"""A writer with two hosts on air and three viewers, without sockets, on a clock of the test's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from studio.backend.gifts import give
from studio.backend.money import closings, holds, ledger, orders, payouts, refunds
from studio.backend.money.audit import audit
from studio.backend.money.provider import Callback, Word
from studio.backend.money.sending import _take
from studio.backend.storage.database import migrate, open_engine
from studio.backend.storage.reader import purse_of
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Committed, Purse, Tx
from studio.backend.storage.writer import Writer
from studio.model.gift import Gift
from studio.model.money import CoinPack, Rates
from studio.model.room import Person
from studio.protocol.events import RoomOpened
from studio.protocol.frames import Notice

HOSTS, VIEWERS = ("hana", "hugo"), ("ana", "ben", "cleo")
ROSE, CORGI = Gift(id=1, name="Rose", coins=1, streakable=True), Gift(id=2, name="Corgi", coins=299)
SMALL, BIG = (
    CoinPack(pack_id="small", coins=70, price_micro_dollars=990_000),
    CoinPack(pack_id="big", coins=17_500, price_micro_dollars=249_990_000),
)
#: Payouts of any size, so that a test says what it is about.
RATES = Rates(payout_min_micro_dollars=1, payout_max_micro_dollars_per_day=2**50)


def person(name: str) -> Person:
    return Person(id=name, handle=name)


class Books:
    """`open`, then what happens, by name; `close`. Every answer is committed."""

    def __init__(self, folder: Path, rates: Rates = RATES, *, batch: int = 8) -> None:
        self.now_ms = 1_700_000_000_000
        self.notices: list[tuple[str, Notice]] = []
        self.hold_s = 0.0
        self._folder = folder
        self._rates = rates
        self._batch = batch
        self._number = 0

    async def open(self, *, new: bool = True) -> Books:
        self.engine = open_engine(self._folder)
        migrate(self.engine)
        self.writer = Writer(
            self.engine,
            self._rates,
            self._deliver,
            queue=1_000,
            batch=self._batch,
            now_ms=lambda: self.now_ms,
        )
        self.writer.start()
        if new:
            await self.writer.submit(_prepare)
        await self.writer.submit(closings.remember_closed)
        await self.writer.submit(orders.remember_rates)
        return self

    def _deliver(self, committed: Committed) -> None:
        self.notices += committed.notices

    async def close(self) -> None:
        await self.writer.stop()
        self.engine.dispose()

    async def restart(self) -> None:
        await self.close()
        await self.open(new=False)

    async def do(self, work: Callable[[Tx], Any]) -> Any:
        return await self.writer.submit(work)

    def next_id(self, what: str) -> str:
        self._number += 1
        return f"{what}{self._number}"

    # --- what happens

    async def buy(self, who: str, pack: CoinPack) -> str:
        """The purchase's id, as the buyer is told."""
        why = ledger.Happening(self.next_id("buy"), who, pack.pack_id)
        await self.do(lambda tx: ledger.buy(tx, why, pack))
        return f"{why.link_id}.{ledger.PURCHASE_COINS}"

    async def give(self, who: str, host: str, gift: Gift, count: int = 1) -> str:
        link = self.next_id("gift")
        room = f"room-{host}"
        await self.do(lambda tx: give(tx, tx.live_room(room), person(who), gift, count, link, 4_000))
        return link

    async def refund(self, purchase: str) -> refunds.Refunded:
        return await self.do(lambda tx: refunds.refund(tx, purchase, "The bank took it back."))

    async def release(self) -> None:
        for host in HOSTS:
            while await self.do(lambda tx, host=host: holds.release_due(tx, host, self.hold_s)):
                pass

    async def payout(self, host: str, diamonds: int) -> str:
        payout_id = payouts.payout_id_of(host, self.next_id("payout"))
        request = partial(
            payouts.request,
            host_id=host,
            payout_id=payout_id,
            diamonds=diamonds,
            micro_dollars=0,
            hold_s=self.hold_s,
        )
        await self.do(request)
        return payout_id

    async def say(self, payout_id: str, word: str, money: int) -> payouts.Settling:
        """The provider's word, as it comes when its signature was right."""
        said = Callback(
            callback_id=f"{payout_id}.{word}", payout_id=payout_id, word=Word(word), micro_dollars=money
        )
        return await self.do(partial(_take, said))

    async def set_rates(self, rates: Rates) -> None:
        await self.do(lambda tx: orders.carry_out(tx, orders.SetRates(rates=rates), "order"))

    async def close_days(self) -> None:
        begin, end = await self.do(closings.fix_border)
        if begin < end:
            with self.engine.begin() as connection:
                days = closings.add_up(connection, begin, end)
            await self.do(lambda tx: closings.store(tx, days, end))

    # --- what stands there

    def purse(self, who: str) -> Purse:
        with self.engine.begin() as connection:
            return purse_of(connection, who)

    def problems(self) -> list[str]:
        with self.engine.begin() as connection:
            return [str(one) for one in audit(connection).problems]

    def account(self, account_id: str) -> int:
        """A balance by the raw transfers."""
        query = text(
            "SELECT coalesce(sum(CASE credit_account WHEN :id THEN amount ELSE -amount END), 0)"
            " FROM transfers WHERE credit_account = :id OR debit_account = :id"
        )
        with self.engine.begin() as connection:
            return int(connection.execute(query, {"id": account_id}).scalar_one())


def _prepare(tx: Tx) -> None:
    for handle in (*HOSTS, *VIEWERS):
        role = "host" if handle in HOSTS else "viewer"
        row = {"id": handle, "handle": handle, "handle_key": handle, "name": "", "role": role}
        tx.add("accounts", {**row, "password_hash": "-", "created_ms": tx.now_ms})
    tx.flush()
    for handle in HOSTS:
        room = RoomState(f"room-{handle}", person(handle), "Title", "", tx.now_ms)
        tx.open_room(room)
        tx.emit(room, RoomOpened, room=room.room())
