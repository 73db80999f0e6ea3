"""The real backend on a thread with a loop of its own, beside a studio on the Qt loop of the test.

Faster to start than a process, and a test can reach into it: forget a token, fail the disk, stop and start.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from studio.backend.server import Backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits

T = TypeVar("T")


def light_settings(folder: Path, **more: object) -> BackendSettings:
    """A backend for one test: no rate limits, light passwords."""
    return BackendSettings(
        data_dir=folder,
        rate_limits=RateLimits.off(),
        password_cost=PasswordCost.light(),
        **more,  # type: ignore[arg-type]
    )


class BackendThread:
    """``start``, ``stop`` and again ``start`` on the same port; ``do`` runs a coroutine on its loop."""

    def __init__(self, settings: BackendSettings) -> None:
        self.settings = settings
        self.backend = Backend(settings)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="backend of a test")
        self._thread.start()

    @property
    def url(self) -> str:
        return self.backend.url

    def do(self, work: Callable[[Backend], Awaitable[T]]) -> T:
        """Runs ``work(backend)`` on the backend's loop; waits for it."""

        async def run() -> T:
            return await work(self.backend)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(30)

    def start(self) -> None:
        self.do(lambda backend: backend.start())

    def stop(self) -> None:
        self.do(lambda backend: backend.stop())

    def restart(self) -> None:
        """Down and up again, on the port it had."""
        port = self.backend.port
        self.stop()
        self.start_again(port)

    def start_again(self, port: int) -> None:
        self.settings = replace(self.settings, port=port)
        self.backend = Backend(self.settings)
        self.start()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@contextmanager
def backend_thread(settings: BackendSettings) -> Iterator[BackendThread]:
    """A running backend for the length of a block."""
    thread = BackendThread(settings)
    try:
        thread.start()
        yield thread
        thread.stop()
    finally:
        thread.end()
