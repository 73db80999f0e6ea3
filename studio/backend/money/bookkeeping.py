"""What time brings to the books: holds that end, orders, payouts under way, closings. Event-loop thread.

One task does all of it in turns. A turn that fails is logged and the next one comes: everything it works on
stands in the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from studio.backend.errors import Rejected
from studio.backend.money import closings, holds, orders
from studio.backend.money.sending import Sending
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import Reader
from studio.backend.storage.tx import Committed, Tx
from studio.backend.storage.writer import Writer
from studio.protocol.codes import ErrorCode

log = logging.getLogger(__name__)


class Bookkeeping:
    """`start` before anyone may connect; `committed` after every commit; `poke` for a turn now; `close`."""

    def __init__(self, settings: BackendSettings, writer: Writer, reader: Reader, sending: Sending) -> None:
        self._settings = settings
        self._writer = writer
        self._reader = reader
        self._sending = sending
        self._on_hold: set[str] = set()  # hosts; at most as many as have pending diamonds
        self._closed_day = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._writer.submit(closings.remember_closed)
        await self._writer.submit(orders.remember_rates)
        self._on_hold.update(await self._reader.ask(holds.hosts_on_hold))
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def committed(self, committed: Committed) -> None:
        """Notes who has diamonds on hold."""
        for account_id, purse in committed.money.items():
            if purse.pending:
                self._on_hold.add(account_id)

    def poke(self) -> None:
        """A turn now, instead of at its time."""
        self._wake.set()

    async def _run(self) -> None:
        while True:
            for step in (self._end_holds, self._orders, self._sending.look_after, self._close_days):
                await self._try(step)
            try:
                async with asyncio.timeout(self._settings.books_every_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def _try(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Rejected as error:
            if error.code is not ErrorCode.SHUTTING_DOWN:
                log.warning("the books wait: %s", error)
        except (SQLAlchemyError, OSError):
            log.exception("the books wait for the next turn")

    async def _end_holds(self) -> None:
        hold_s = self._settings.hold_s
        for host_id in list(self._on_hold):
            self._on_hold.discard(host_id)  # news that come meanwhile put the host back
            try:
                while await self._writer.submit(partial(_release, host_id, hold_s)):
                    pass
            except BaseException:
                self._on_hold.add(host_id)
                raise
        if hold_s > 0:
            self._on_hold.update(await self._reader.ask(holds.hosts_on_hold))

    async def _orders(self) -> None:
        if await self._reader.ask(_order_waits):
            await self._writer.submit(orders.carry_out_open)

    async def _close_days(self) -> None:
        today = time.time_ns() // 1_000_000 // closings.DAY_MS
        if today == self._closed_day:
            return
        begin, end = await self._writer.submit(closings.fix_border)
        if begin < end:
            days = await self._reader.ask(lambda connection: closings.add_up(connection, begin, end))
            await self._writer.submit(lambda tx: closings.store(tx, days, end))
        self._closed_day = today


def _release(host_id: str, hold_s: float, tx: Tx) -> bool:
    return holds.release_due(tx, host_id, hold_s)


def _order_waits(connection: Connection) -> bool:
    table = schema.operator_orders
    return connection.execute(select(table.c.id).where(table.c.done_ms == 0).limit(1)).first() is not None
