"""Chance that is the same on every machine: one seed, one sequence. Pure, owned by whoever rolls.

Built on ``Random.random`` alone, the one method whose sequence Python promises for a seed
(docs.python.org, random, "Notes on Reproducibility"). Imports nothing of the studio.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance named by ``name``; other names give unrelated streams."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(name)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def whole(self, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        return low + self._random.random() * (high - low)

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self._random.random() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One item, in proportion to its weight. ``items`` is not empty."""
        left = self._random.random() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def waiting_time(self, mean: float) -> float:
        """Time until the next of independent happenings (exponential)."""
        return -math.log(1.0 - self._random.random()) * mean

    def heavy_tail(self, alpha: float, cap: float) -> float:
        """At least 1, mostly near it, sometimes far above (Pareto), at most ``cap``."""
        tail: float = (1.0 - self._random.random()) ** (-1.0 / alpha)
        return min(cap, tail)
