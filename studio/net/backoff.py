"""How long to wait before trying again: 1 s, doubling to 30 s, for ever, until told "now"."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

FIRST_S = 1.0
LAST_S = 30.0
_JITTER = 0.2


class Backoff:
    """Owned by one task; ``now`` may be called from the same loop at any time."""

    def __init__(self, first_s: float = FIRST_S, last_s: float = LAST_S) -> None:
        self._first_s = first_s
        self._last_s = last_s
        self._next_s = first_s
        self._now = asyncio.Event()

    def reset(self) -> None:
        """A connection held: the next wait is short again."""
        self._next_s = self._first_s

    def now(self) -> None:
        """Ends the present wait."""
        self._now.set()

    async def wait(self, on_tick: Callable[[float], None]) -> None:
        """Waits; ``on_tick(seconds_left)`` about once a second."""
        # Jitter so that a restarted backend is not hit by everyone in the same moment.
        left = self._next_s * random.uniform(1 - _JITTER, 1 + _JITTER)
        self._next_s = min(self._next_s * 2, self._last_s)
        self._now.clear()
        while left > 0:
            on_tick(left)
            step = min(1.0, left)
            try:
                async with asyncio.timeout(step):
                    await self._now.wait()
                return
            except TimeoutError:
                left -= step
