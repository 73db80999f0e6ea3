"""A clock that jumps instead of waiting. The real one is tested in test_clock_and_stats.py."""

from __future__ import annotations

import threading
from collections.abc import Callable


class JumpingClock:
    """Waiting sets the time to the deadline at once.

    `on_wait(deadline_ns)` runs at each wait and may change `time_ns` (a late wake-up) or set the event.
    """

    def __init__(self, on_wait: Callable[[int], None] | None = None) -> None:
        self.time_ns = 1_000_000_000
        self.waits: list[int] = []
        self.on_wait = on_wait

    def now_ns(self) -> int:
        return self.time_ns

    def wait_until(self, deadline_ns: int, wake: threading.Event) -> bool:
        self.waits.append(deadline_ns - self.time_ns)
        self.time_ns = max(self.time_ns, deadline_ns)
        if self.on_wait is not None:
            self.on_wait(deadline_ns)
        return wake.is_set()
