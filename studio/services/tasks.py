"""Coroutines started from the GUI, kept alive until done, with their failures told apart.

GUI thread. Expected failures (refused, cut off) become a sentence for whoever asked; bugs are
logged with their stack and become one general sentence. Blocking work goes to a small pool.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from studio.net.errors import Disconnected, Rejected

log = logging.getLogger(__name__)
T = TypeVar("T")

OnError = Callable[[str], None]


class Tasks:
    """Invariant: a task that was started is awaited or cancelled before ``stop`` returns."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="blocking")
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, work: Coroutine[Any, Any, T], on_error: OnError | None = None) -> asyncio.Task[T]:
        """Runs ``work``; ``on_error`` gets one sentence if it fails."""
        self._loop = asyncio.get_running_loop()
        task = self._loop.create_task(work)
        self._running.add(task)
        task.add_done_callback(lambda done: self._finished(done, on_error))
        return task

    async def blocking(self, work: Callable[[], T]) -> T:
        """Runs a blocking call (keyring, file) off the GUI thread."""
        # Qt may go on with a task while its loop is between two runs: then the one it was started on counts.
        loop = self._loop or asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, work)

    async def stop(self) -> None:
        """Cancels what still runs and waits for it."""
        current = asyncio.current_task()
        running = [task for task in self._running if task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _finished(self, task: asyncio.Task[Any], on_error: OnError | None) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if not isinstance(error, Rejected | Disconnected):
            log.error("a task failed", exc_info=error)
        if on_error is not None:
            on_error(sentence(error))


def sentence(error: BaseException) -> str:
    """What a person reads: the reason for expected failures, where to look for the others."""
    if isinstance(error, Rejected | Disconnected):
        return str(error)
    return f"Something went wrong ({type(error).__name__}); the log says what."
