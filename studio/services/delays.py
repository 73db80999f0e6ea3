"""How long things took, as percentiles. Bounded: the last 20,000 samples."""

from __future__ import annotations

from collections import deque

CAPACITY = 20_000


class Delays:
    """One owner. Samples in milliseconds."""

    def __init__(self) -> None:
        self._samples: deque[float] = deque(maxlen=CAPACITY)
        self._recent: deque[float] = deque(maxlen=200)

    def add(self, ms: float) -> None:
        self._samples.append(ms)
        self._recent.append(ms)

    def __len__(self) -> int:
        return len(self._samples)

    def clear(self) -> None:
        self._samples.clear()
        self._recent.clear()

    def recent(self, percent: float) -> float | None:
        """A percentile of the last 200 samples; None before the first."""
        return _percentile(sorted(self._recent), percent)

    def percentiles(self) -> dict[str, float]:
        """``{"p50", "p95", "p99"}`` over everything kept, in ms; zeros when nothing was measured."""
        ordered = sorted(self._samples)
        return {f"p{p}": round(_percentile(ordered, p) or 0.0, 2) for p in (50, 95, 99)}


def _percentile(ordered: list[float], percent: float) -> float | None:
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
