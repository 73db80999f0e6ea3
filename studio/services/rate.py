"""How fast a counter grows, from one look at it to the next."""

from __future__ import annotations

import time


class RateOfChange:
    """One owner; asked about once a second."""

    def __init__(self) -> None:
        self._value = 0
        self._at = time.monotonic()

    def per_s(self, value: int) -> float:
        """Growth a second since the last call; 0 when the counter began anew."""
        now = time.monotonic()
        grown, passed = value - self._value, now - self._at
        self._value, self._at = value, now
        return grown / passed if grown > 0 and passed > 0 else 0.0
