"""Small windows over measurements: a rate and percentiles.

Thread: one writer, any readers. Must not import: anything of studio.
"""

from __future__ import annotations

import threading
from collections import deque


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile (`share` 0..1) of `values`; 0.0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class RateMeter:
    """Events per second over the last `window_ns`. Bounded: keeps at most 1,000 times, the oldest go."""

    def __init__(self, window_ns: int = 2_000_000_000) -> None:
        self._window_ns = window_ns
        self._times: deque[int] = deque(maxlen=1000)
        self._lock = threading.Lock()

    def add(self, now_ns: int) -> None:
        with self._lock:
            self._times.append(now_ns)

    def per_second(self, now_ns: int) -> float:
        """The rate as of `now_ns`: intervals by the time they span, 0.0 when the window is empty."""
        with self._lock:
            while self._times and now_ns - self._times[0] > self._window_ns:
                self._times.popleft()
            count = len(self._times)
            first, last = (self._times[0], self._times[-1]) if count else (0, 0)
        if count < 2 or last == first:
            return 0.0
        # Silence counts once it is longer than an interval: a frozen source falls to 0.
        silent_ns = max(0.0, now_ns - last - (last - first) / (count - 1))
        return (count - 1) * 1e9 / (last - first + silent_ns)


class RollingWindow:
    """The last `size` measurements (300 are 10 s of frames)."""

    def __init__(self, size: int = 300) -> None:
        self._values: deque[float] = deque(maxlen=size)
        self._lock = threading.Lock()

    def add(self, value: float) -> None:
        with self._lock:
            self._values.append(value)

    def percentiles(self, *shares: float) -> tuple[float, ...]:
        with self._lock:
            values = list(self._values)
        return tuple(percentile(values, share) for share in shares)
