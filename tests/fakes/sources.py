"""A source that does what a test tells it, at the `VideoSource` seam. The real ones have their own tests."""

from __future__ import annotations

import queue
import threading

import numpy as np

from studio.media.clock import now_ns
from studio.media.errors import SourceError
from studio.media.frame import Frame, Pixels


def plain(width: int, height: int, shade: int = 128) -> Pixels:
    """A picture of one grey."""
    return np.full((height, width, 3), shade, dtype=np.uint8)


class FakeSource:
    """Reads give what was put with `give` and `fail`, and block without.

    `open_errors` are raised by `open`, one a call. With `deaf` a blocked read ignores `interrupt`, like a
    camera driver that hangs, until `release`.
    """

    def __init__(self, key: str = "fake", *, deaf: bool = False) -> None:
        self.key = key
        self.name = f"Fake {key}"
        self.size = (64, 48)
        self.fps = 30.0
        self.open_errors: list[SourceError] = []
        self.opened = 0
        self.closed = 0
        self.is_open = threading.Event()
        self.reading = threading.Event()
        self._deaf = deaf
        self._items: queue.Queue[Pixels | SourceError | None] = queue.Queue()

    def give(self, *arrays: Pixels) -> None:
        for array in arrays:
            self._items.put(array)

    def fail(self, error: SourceError) -> None:
        self._items.put(error)

    def release(self) -> None:
        self._items.put(None)

    def open(self) -> None:
        self.opened += 1
        if self.open_errors:
            raise self.open_errors.pop(0)
        self.is_open.set()

    def read(self) -> Frame | None:
        self.reading.set()
        item = self._items.get()
        if isinstance(item, SourceError):
            raise item
        return None if item is None else Frame(item, now_ns())

    def interrupt(self) -> None:
        if not self._deaf:
            self._items.put(None)

    def close(self) -> None:
        self.closed += 1
        self.is_open.clear()
