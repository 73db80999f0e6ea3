"""A bank for the sandbox: it is slow, fails at times, and says things twice, late or not at all.

Event-loop thread; its own small file is read and written on one thread of its own. What becomes of an order
is drawn from the seed and the order's id, so the same id always has the same fate. No real money moves.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from studio.backend.money.provider import Callback, OnCallback, ProviderError, Word, sign

log = logging.getLogger(__name__)

BANK_NAME = "sandbox-bank.sqlite3"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, micro_dollars INTEGER NOT NULL,"
    " word TEXT NOT NULL, reason TEXT NOT NULL, received_ms INTEGER NOT NULL) WITHOUT ROWID"
)
_SAYS_AGAIN_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class BankHabits:
    """How likely what is, 0 to 1; delays in seconds, from and to."""

    seed: int = 1
    delay_s: tuple[float, float] = (1.0, 4.0)
    unreachable: float = 0.05
    answer_lost: float = 0.05
    returned: float = 0.05
    said_twice: float = 0.2
    said_late: float = 0.2
    never_said: float = 0.05

    @classmethod
    def quick(cls, seed: int = 1) -> BankHabits:
        """For rehearsals and tests: as bad as ever, in a hundredth of the time."""
        return cls(
            seed=seed,
            delay_s=(0.0, 0.05),
            unreachable=0.2,
            answer_lost=0.2,
            returned=0.25,
            said_twice=0.5,
            said_late=0.5,
            never_said=0.2,
        )


class SandboxBank:
    """A `PayoutProvider`. ``path``: its own book, which outlives a kill; ":memory:" for one without."""

    def __init__(self, path: Path | str, secret: bytes, habits: BankHabits | None = None) -> None:
        self.habits = habits or BankHabits()
        self._secret = secret
        self._path = path
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sandbox-bank")
        self._book: sqlite3.Connection | None = None
        self._on_callback: OnCallback | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._tries: dict[str, int] = {}

    async def start(self, on_callback: OnCallback) -> None:
        self._on_callback = on_callback
        for payout_id, micro_dollars, word, reason, _ in await self._run(self._open):
            if word == Word.ACCEPTED:
                self._begin(payout_id, micro_dollars)
            else:  # it may have been said to nobody
                self._say_later(callback_of(payout_id, micro_dollars, Word(word), reason), 0.0)

    def _open(self) -> list[Any]:
        self._book = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._book.execute("PRAGMA synchronous = FULL")
        self._book.execute(_SCHEMA)
        return self._book.execute("SELECT * FROM orders").fetchall()

    async def send(self, payout_id: str, micro_dollars: int) -> None:
        """Takes the order. A repeated one is the same order; with another amount it is refused."""
        dice = self._dice(payout_id, "send", self._tries.get(payout_id, 0))
        self._tries[payout_id] = self._tries.get(payout_id, 0) + 1
        if dice.random() < self.habits.unreachable:
            raise ProviderError("the sandbox bank was not reached")
        if await self._run(self._take, payout_id, micro_dollars):
            self._begin(payout_id, micro_dollars)
        if dice.random() < self.habits.answer_lost:
            raise ProviderError("the sandbox bank's answer was lost")
        self._tries.pop(payout_id, None)

    def _take(self, payout_id: str, micro_dollars: int) -> bool:
        assert self._book is not None
        row = self._book.execute("SELECT micro_dollars FROM orders WHERE id = ?", (payout_id,)).fetchone()
        if row is not None:
            if row[0] != micro_dollars:
                raise ProviderError("that id was ordered with another amount")
            return False
        now_ms = time.time_ns() // 1_000_000
        values = (payout_id, micro_dollars, Word.ACCEPTED.value, "", now_ms)
        self._book.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", values)
        return True

    async def ask(self, payout_id: str) -> Callback | None:
        rows = await self._run(self._look, "SELECT * FROM orders WHERE id = ?", payout_id)
        return callback_of(rows[0][0], rows[0][1], Word(rows[0][2]), rows[0][3]) if rows else None

    async def paid(self) -> dict[str, int]:
        """Micro-dollars that left the bank, by payout."""
        rows = await self._run(self._look, "SELECT id, micro_dollars FROM orders WHERE word = ?", "paid")
        return {row[0]: row[1] for row in rows}

    def _look(self, query: str, *values: str) -> list[Any]:
        assert self._book is not None
        return self._book.execute(query, values).fetchall()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._book is not None:
            await self._run(self._book.close)
            self._book = None
        self._pool.shutdown()

    async def _run(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _dice(self, *about: object) -> random.Random:
        return random.Random("/".join(map(str, (self.habits.seed, *about))))

    # --- what becomes of an order

    def _begin(self, payout_id: str, micro_dollars: int) -> None:
        self._start(self._carry_out(payout_id, micro_dollars))

    async def _carry_out(self, payout_id: str, micro_dollars: int) -> None:
        dice, habits = self._dice(payout_id, "fate"), self.habits
        accepted = callback_of(payout_id, micro_dollars, Word.ACCEPTED, "")
        late = dice.uniform(*habits.delay_s) * 2 if dice.random() < habits.said_late else 0.0
        self._say_later(accepted, late)
        await asyncio.sleep(dice.uniform(*habits.delay_s))
        word, reason = Word.PAID, ""
        if dice.random() < habits.returned:
            word, reason = Word.RETURNED, "The account at the bank is closed."
        await self._run(self._settle, payout_id, word.value, reason)
        if dice.random() < habits.never_said:
            return  # whoever wants to know has to ask
        said = callback_of(payout_id, micro_dollars, word, reason)
        self._say_later(said, 0.0)
        if dice.random() < habits.said_twice:
            self._say_later(said, dice.uniform(*habits.delay_s))
            self._say_later(accepted, dice.uniform(*habits.delay_s))

    def _settle(self, payout_id: str, word: str, reason: str) -> None:
        assert self._book is not None
        self._book.execute("UPDATE orders SET word = ?, reason = ? WHERE id = ?", (word, reason, payout_id))

    def _say_later(self, callback: Callback, after_s: float) -> None:
        self._start(self._say(callback, after_s))

    async def _say(self, callback: Callback, after_s: float) -> None:
        body = msgspec.json.encode(callback)
        await asyncio.sleep(after_s)
        for _ in range(3):
            assert self._on_callback is not None
            if await self._on_callback(body, sign(self._secret, body)):
                return
            await asyncio.sleep(_SAYS_AGAIN_S)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("the sandbox bank failed", exc_info=task.exception())


def callback_of(payout_id: str, micro_dollars: int, word: Word, reason: str) -> Callback:
    """One a payout and word: said again it has the same id."""
    return Callback(
        callback_id=f"{payout_id}.{word.value}",
        payout_id=payout_id,
        word=word,
        micro_dollars=micro_dollars,
        reason=reason,
    )
