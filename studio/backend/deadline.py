"""Runs something at a moment of the wall clock that may be set anew. Event-loop thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

#: Looked at again at least so often: the wall clock may be set, a machine may have slept.
_LONGEST_S = 60.0
#: Added, so that the action does not come a rounding error too early.
_SLACK_S = 0.02
#: Asked for again after so long while the moment is past and was not moved: the action may have failed.
_AGAIN_S = 1.0


class Deadline:
    """``action`` runs when the moment of `set_ms` has come, and again each second until it is moved."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._at_ms = 0
        self._handle: asyncio.TimerHandle | None = None

    def set_ms(self, at_ms: int) -> None:
        """Unix milliseconds; 0: no moment."""
        if at_ms != self._at_ms:
            self._at_ms = at_ms
            self._schedule(self._left_s())

    def close(self) -> None:
        """Nothing runs any more."""
        self.set_ms(0)

    def _left_s(self) -> float:
        return max(0.0, self._at_ms / 1_000 - time.time()) + _SLACK_S

    def _schedule(self, after_s: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._at_ms:
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(min(after_s, _LONGEST_S), self._look)

    def _look(self) -> None:
        if time.time() * 1_000 >= self._at_ms:
            self._schedule(_AGAIN_S)
            self._action()
        else:
            self._schedule(self._left_s())
