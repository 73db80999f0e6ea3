"""Runs something at most once in a while, the first time at once. Event-loop thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Throttle:
    """`poke` asks for ``action``.

    However often, it runs at most once every ``every_s``, and once after the last poke.
    """

    def __init__(self, every_s: float, action: Callable[[], None]) -> None:
        self._every_s = every_s
        self._action = action
        self._handle: asyncio.TimerHandle | None = None
        self._next = 0.0
        self._closed = False

    def poke(self) -> None:
        if self._handle is not None or self._closed:
            return
        loop = asyncio.get_running_loop()
        self._handle = loop.call_at(max(loop.time(), self._next), self._run)

    def close(self) -> None:
        """Nothing runs any more."""
        self._closed = True
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run(self) -> None:
        self._handle = None
        self._next = asyncio.get_running_loop().time() + self._every_s
        self._action()
