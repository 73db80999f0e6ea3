"""Streaks: repeats of one gift by one person that merge into one growing count.

Invariant: a streak's count only grows, so lost, doubled and reordered messages never change a
total that the highest count already proves. Pure, owned by whoever builds it; no clock inside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(slots=True)
class Streak:
    """One streak as far as it is known: ``count`` gifts of ``coins_each``."""

    streak_id: str
    gift_id: int
    person_id: str
    coins_each: int
    count: int = 0
    ended: bool = False
    last_ms: int = 0


class StreakBook:
    """Merges running counts into totals. Capacity is the caller's concern: ``forget`` ended streaks."""

    def __init__(self) -> None:
        self._streaks: dict[str, Streak] = {}

    def apply(self, update: Streak) -> int:
        """Takes one message; returns how many gifts are new with it (0: a repeat, an end, a late one)."""
        known = self._streaks.get(update.streak_id)
        if known is None:
            self._streaks[update.streak_id] = replace(update)
            return update.count
        added = max(0, update.count - known.count)
        known.count += added
        known.ended = known.ended or update.ended
        known.last_ms = max(known.last_ms, update.last_ms)
        return added

    def get(self, streak_id: str) -> Streak | None:
        return self._streaks.get(streak_id)

    def running(self) -> list[Streak]:
        """Streaks whose end has not come."""
        return [streak for streak in self._streaks.values() if not streak.ended]

    def forget(self, streak_id: str) -> None:
        self._streaks.pop(streak_id, None)
