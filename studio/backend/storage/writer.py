"""The one thread that writes: jobs come in, a batch of them is one transaction and one sync to disk.

`submit` and everything that is delivered belongs to the event-loop thread; jobs run on the writer thread. A
job's future resolves only after its commit. Queue: at most ``writer_queue`` jobs, more are refused at once
(TOO_FAST, counter ``refused``). While one batch is being synced the next one gathers: that is the whole
batching.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from studio.backend.errors import Rejected
from studio.backend.storage.bulk import find_requests
from studio.backend.storage.tx import Committed, Memory, Tx
from studio.model.money import Rates
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Result

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode

Work = Callable[[Tx], Any]


class RequestKey(msgspec.Struct, frozen=True):
    """Makes a job happen once: the same key again gets the stored answer, with another fingerprint a
    refusal.
    """

    account_id: str
    request_id: str
    fingerprint: bytes


class Reply(msgspec.Struct, frozen=True):
    """The answer to a keyed job as JSON. ``replayed``: it had been carried out before."""

    data: bytes
    replayed: bool = False


class _Job(msgspec.Struct):
    work: Work
    key: RequestKey | None
    future: asyncio.Future[Any]


@dataclass(slots=True)
class WriterCounters:
    """What `/metrics` shows about the writer."""

    jobs: int = 0
    commits: int = 0
    refused: int = 0
    replayed: int = 0
    faults: int = 0
    largest_batch: int = 0


_Outcome = tuple[_Job, Any]  # a result, or the exception instead of it


class Writer:
    """Owns the writing connection and the memory of open rooms. `start`, `submit`, `stop`; once.

    ``lists``: word lists for the hosts' rules, by language.
    """

    def __init__(
        self,
        engine: Engine,
        rates: Rates,
        deliver: Callable[[Committed], None],
        *,
        queue: int,
        batch: int,
        lists: Mapping[str, tuple[str, ...]] | None = None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.counters = WriterCounters()
        self._engine = engine
        self._memory = Memory(rates, lists or {})
        self._deliver = deliver
        self._capacity = queue
        self._batch = batch
        self._now_ms = now_ms
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="backend-writer", daemon=True)

    @property
    def waiting(self) -> int:
        """Jobs in the queue now."""
        return len(self._jobs)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Carries out what was accepted, then ends the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        await asyncio.sleep(0)  # lets the last delivery, queued by call_soon_threadsafe, run first

    def submit(self, work: Work, key: RequestKey | None = None) -> asyncio.Future[Any]:
        """Queues a job. The future gives a `Reply` (keyed) or what ``work`` returned.

        It may raise `Rejected`.
        """
        assert self._loop is not None
        future: asyncio.Future[Any] = self._loop.create_future()
        with self._wake:
            if self._stopping:
                future.set_exception(Rejected(ErrorCode.SHUTTING_DOWN))
            elif len(self._jobs) >= self._capacity:
                self.counters.refused += 1
                future.set_exception(
                    Rejected(
                        ErrorCode.TOO_FAST, "The server is busy; try again in a moment.", retry_after_ms=500
                    )
                )
            else:
                self._jobs.append(_Job(work, key, future))
                if len(self._jobs) == 1:  # else the thread is awake, or will look again before it sleeps
                    self._wake.notify()
        return future

    def _run(self) -> None:
        try:
            with self._engine.connect() as connection:
                while batch := self._take():
                    self._settle(*self._carry_out(connection, batch))
        except SQLAlchemyError as error:  # the connection itself could not be opened
            log.exception("the writer cannot open its database")
            while batch := self._take():
                self._settle(Committed(), [(job, _fault(error)) for job in batch])

    def _take(self) -> list[_Job]:
        """Waits for jobs; an empty list when the writer is to stop and nothing is left."""
        with self._wake:
            while not self._jobs and not self._stopping:
                self._wake.wait()
            count = min(self._batch, len(self._jobs))
            return [self._jobs.popleft() for _ in range(count)]

    def _carry_out(self, connection: Connection, batch: list[_Job]) -> tuple[Committed, list[_Outcome]]:
        """The batch in one transaction.

        When that fails, each job in its own, so that one cannot spoil the others.
        """
        self.counters.largest_batch = max(self.counters.largest_batch, len(batch))
        try:
            return self._attempt(connection, batch)
        except Exception as error:
            self._memory.clear()
            if len(batch) == 1 or _disk_trouble(error):
                self.counters.faults += len(batch)
                log.error("%d jobs were not stored: %s", len(batch), error, exc_info=error)
                return Committed(), [(job, _fault(error)) for job in batch]
        log.warning("a batch of %d jobs failed; carrying them out one by one", len(batch))
        outcomes: list[_Outcome] = []
        for job in batch:
            committed, one = self._carry_out(connection, [job])
            self._settle(committed, [])
            outcomes += one
        return Committed(), outcomes

    def _attempt(self, connection: Connection, batch: list[_Job]) -> tuple[Committed, list[_Outcome]]:
        with connection.begin():
            tx = Tx(connection, self._memory, self._now_ms())
            keys = [(job.key.account_id, job.key.request_id) for job in batch if job.key is not None]
            known = find_requests(connection, keys)
            outcomes = [(job, self._one(tx, job, known)) for job in batch]
            tx.flush()
        if tx.committed.rates is not None:
            self._memory.rates = tx.committed.rates
        self._memory.trim()
        self.counters.jobs += len(batch)
        self.counters.commits += 1
        return tx.committed, outcomes

    def _one(self, tx: Tx, job: _Job, known: dict[tuple[str, str], tuple[bytes, bytes]]) -> Any:
        key = job.key
        before = tx.written
        try:
            if key is None:
                return job.work(tx)
            stored = known.get((key.account_id, key.request_id))
            if stored is not None:
                if stored[0] != key.fingerprint:
                    raise Rejected(ErrorCode.ID_REUSED)
                self.counters.replayed += 1
                return Reply(stored[1], replayed=True)
            result: Result = job.work(tx)
        except Rejected as refusal:
            assert tx.written == before, "a job refused after it had begun to write"
            return refusal
        data = _encode(result)
        known[key.account_id, key.request_id] = (key.fingerprint, data)
        tx.add_row("requests", (key.account_id, key.request_id, key.fingerprint, data.decode(), tx.now_ms))
        return Reply(data)

    def _settle(self, committed: Committed, outcomes: list[_Outcome]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._hand_over, committed, outcomes)

    def _hand_over(self, committed: Committed, outcomes: list[_Outcome]) -> None:
        """Event loop: first everyone learns what happened, then each caller its own result."""
        self._deliver(committed)
        for job, outcome in outcomes:
            if job.future.done():  # its connection went away and cancelled it; the work is done all the same
                continue
            if isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)


def _disk_trouble(error: Exception) -> bool:
    """Full, read-only or broken storage: repeating job by job would only fail a hundred times more.

    Known by the class's name (PEP 249): the error comes from SQLAlchemy or, in bulk, from the driver itself.
    """
    names = {one.__name__ for one in type(error).__mro__}
    return bool(names & {"DatabaseError", "InterfaceError"}) and "IntegrityError" not in names


def _fault(error: Exception) -> Rejected:
    if _disk_trouble(error):
        return Rejected(ErrorCode.STORAGE_FAULT, retry_after_ms=5_000)
    return Rejected(ErrorCode.SERVER_FAULT)
