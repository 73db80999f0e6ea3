"""A slot for one thing, where the newest wins.

Purpose: hand over pictures where only the latest matters. Capacity 1, policy replace, counter `replaced`.
Thread: any. Must not import: anything of studio.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Invariant: holds at most one item; `put` never blocks and never fails."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None
        self._replaced = 0

    def put(self, item: T) -> bool:
        """Stores `item`, replacing one nobody took. True when the mailbox was empty before."""
        with self._lock:
            was_empty = self._item is None
            self._replaced += not was_empty
            self._item = item
            return was_empty

    def take(self) -> T | None:
        """Removes and returns the newest item, or None."""
        with self._lock:
            item, self._item = self._item, None
            return item

    @property
    def replaced(self) -> int:
        """How many items were replaced before anyone took them."""
        return self._replaced
