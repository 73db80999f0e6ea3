"""The queue between compositor and encoder.

Thread: any. Must not import: anything of studio.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

#: 4 frames are 133 ms at 30 fps: enough for a keyframe's longer encode, little enough to stay live.
FRAME_QUEUE_CAPACITY = 4


class DropOldestQueue(Generic[T]):
    """A bounded queue that makes room by dropping its oldest item (counter `skipped`).

    Invariant: at most `capacity` items; `put` never blocks. After `close` what is queued can still be got.
    """

    def __init__(self, capacity: int = FRAME_QUEUE_CAPACITY) -> None:
        if capacity < 1:
            raise ValueError("a queue holds at least one item")
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._changed = threading.Condition()
        self._closed = False
        self._skipped = 0

    def put(self, item: T) -> None:
        """Appends `item`; ignored once closed."""
        with self._changed:
            if self._closed:
                return
            if len(self._items) == self._capacity:
                self._items.popleft()
                self._skipped += 1
            self._items.append(item)
            self._changed.notify()

    def get(self, timeout_s: float | None = None) -> T | None:
        """The oldest item. None after `timeout_s` without one, or when closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout_s)
            return self._items.popleft() if self._items else None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def skipped(self) -> int:
        """How many items were dropped to make room."""
        return self._skipped

    def __len__(self) -> int:
        return len(self._items)
