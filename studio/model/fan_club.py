"""A host's fan club: how points become levels. Pure.

Points are coins given to the host since joining, and 10 for each LIVE a fan comes to. The levels are ours:
the first ones within an evening's reach, each further one about twice as far.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from studio.model.person import Person

#: Points from which each level begins; the first is level 1.
LEVELS = (0, 50, 150, 400, 1_000, 2_500, 6_000, 15_000, 40_000, 100_000)
VISIT_POINTS = 10


class Fan(msgspec.Struct, frozen=True, kw_only=True):
    """A member as of now. ``since_ms``: when they joined, Unix milliseconds."""

    person: Person
    points: int = 0
    since_ms: int = 0

    @property
    def level(self) -> int:
        return level_of(self.points)


def level_of(points: int) -> int:
    """1 to 10."""
    return max(1, bisect_right(LEVELS, points))


def next_level_at(points: int) -> int | None:
    """The points the next level begins at; None on the last one."""
    level = level_of(points)
    return LEVELS[level] if level < len(LEVELS) else None
