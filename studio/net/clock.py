"""The backend's clock, learned from pings: offset and round trip.

The sample with the shortest round trip of the last ones is the best (Cristian's algorithm; the
error is at most half of that round trip). One owner, no I/O.
"""

from __future__ import annotations

import time
from collections import deque


class ServerClock:
    """Offset in ms to add to this machine's wall clock; 0 until the first answer."""

    def __init__(self, samples: int = 16) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=samples)
        self.round_trip_ms: float | None = None
        #: `time.monotonic()` of the newest answer, None before the first: a backend that stalls shows here.
        self.heard_at_s: float | None = None

    @property
    def offset_ms(self) -> float:
        return min(self._samples)[1] if self._samples else 0.0

    def learn(self, sent_ms: float, server_ms: float, received_ms: float) -> None:
        """One ping's three times; both ends of this machine are of its wall clock, in ms."""
        self.heard_at_s = time.monotonic()
        round_trip = received_ms - sent_ms
        if round_trip < 0:
            return  # the wall clock was set back in between: this sample says nothing
        self.round_trip_ms = round_trip
        self._samples.append((round_trip, server_ms - (sent_ms + received_ms) / 2))

    def now_ms(self) -> float:
        """The backend's wall clock now."""
        return time.time() * 1000 + self.offset_ms

    def at_monotonic_ns(self, monotonic_ns: int) -> int:
        """When, on the backend's clock, this machine's monotonic clock stood at ``monotonic_ns``."""
        return round(self.now_ms() - (time.monotonic_ns() - monotonic_ns) / 1e6)
