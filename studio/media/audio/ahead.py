"""What is decoded ahead by a thread of its own, for a mixer that never waits.

Thread: the named one decodes and puts, `sound` takes; `start` and `stop` from any. Must not import: Qt, cv2.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from typing import Generic, TypeVar

from studio.media.audio.samples import BLOCK, RATE

T = TypeVar("T")

#: One second decoded ahead: a slow disk may hang that long.
AHEAD = RATE // BLOCK + 1


class DecodedAhead(ABC, Generic[T]):
    """Holds at most `AHEAD` blocks: the thread waits for room. Counter: `underruns`, set by who takes.

    `_changed` guards all of it; who takes from `_ahead` notifies.
    """

    def __init__(self, thread_name: str) -> None:
        self._changed = threading.Condition()
        self._ahead: deque[T] = deque()
        self._stopped = False
        self._started = False  # heard for the first time: from then on what is missing is an underrun
        self._underruns = 0
        self._thread = threading.Thread(target=self._run, name=thread_name, daemon=True)

    @property
    def underruns(self) -> int:
        """Blocks that were not decoded in time, since it was first heard."""
        return self._underruns

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Ends it. False when a disk still blocks its thread, a daemon."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @abstractmethod
    def _run(self) -> None:
        """Decodes, putting block after block, until `_put` says that it is over."""

    def _put(self, block: T) -> bool:
        """Waits for room; False once it was stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._ahead) < AHEAD)
            self._ahead.append(block)
            return not self._stopped
