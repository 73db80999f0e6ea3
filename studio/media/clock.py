"""The one clock of this room, and waiting on it.

Purpose: every `*_ns` time stamp in `studio.media` comes from `now_ns()`; compare only with it.
Thread: any. Must not import: Qt, net, anything of studio.

Python before 3.13 reads `time.monotonic_ns` on Windows in steps of 15.6 ms, half a frame. There the
performance counter is used instead; on Linux and macOS both are the same clock.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

_COARSE_S = 0.001
#: `Event.wait` on Windows wakes on the 15.6 ms system timer, `time.sleep` (3.11+) on a precise one.
#: So the last part of a wait sleeps, deaf for at most this long.
_SLEEP_NS = 40_000_000

if time.get_clock_info("monotonic").resolution > _COARSE_S:
    now_ns = time.perf_counter_ns
else:
    now_ns = time.monotonic_ns


class Clock(Protocol):
    """What sources, capture and compositor need of time; tests put a fake here."""

    def now_ns(self) -> int: ...

    def wait_until(self, deadline_ns: int, wake: threading.Event) -> bool:
        """Waits until `deadline_ns` or until `wake` is set. Returns whether `wake` is set."""
        ...


class MonotonicClock:
    """The real clock. A wait answers to `wake` within 40 ms."""

    def now_ns(self) -> int:
        return now_ns()

    def wait_until(self, deadline_ns: int, wake: threading.Event) -> bool:
        while not wake.is_set():
            left_ns = deadline_ns - now_ns()
            if left_ns <= 0:
                return False
            if left_ns > _SLEEP_NS:
                wake.wait((left_ns - _SLEEP_NS // 2) / 1e9)
            else:
                time.sleep(left_ns / 1e9)
        return True
