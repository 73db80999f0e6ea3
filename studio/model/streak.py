"""Streaks: repeats of one gift by one person that merge into one growing count.

Invariant: a streak's count only grows, so lost, doubled and reordered messages never change a
total that the highest count already proves. Pure, owned by whoever builds it; no clock inside:
times are milliseconds of whichever steady clock the owner uses.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

#: Of the backend's own time-out: so much longer its end may take before we close a streak ourselves. Ends in
#: recorded traffic came up to 4.0 s after the last count, pauses inside a streak took up to 2.1 s; with the
#: backend's 4 s (``Limits.streak_timeout_ms``) that makes 8 s.
OVERDUE_FACTOR = 2
CAPACITY = 10_000
#: Of those that ended: what is sent again comes within minutes, and memory is to be flat over a long LIVE.
REMEMBERED = 2_000


@dataclass(slots=True)
class Streak:
    """One streak as far as it is known: ``count`` gifts of ``coins_each``.

    What was put right: ``overdue`` it was closed without its end; ``closings`` how often that happened (its
    end, or more gifts, came after all); ``late`` messages that came again or too late and changed nothing;
    ``caught_up`` gifts that only a later running count told of.
    """

    streak_id: str
    gift_id: int
    person_id: str
    coins_each: int
    count: int = 0
    ended: bool = False
    last_ms: int = 0
    overdue: bool = False
    closings: int = 0
    late: int = 0
    caught_up: int = 0


@dataclass(frozen=True, slots=True)
class StreakCorrections:
    """What was put right in all streaks. ``closed`` by the time limit; ``resumed``: so many of these closings
    were undone by an end, or more gifts, that came after all.
    """

    closed: int = 0
    resumed: int = 0
    late: int = 0
    caught_up: int = 0


class StreakBook:
    """Merges running counts into totals; ended streaks are remembered, so that what comes late is known.

    Capacity: ``capacity`` running streaks and ``remembered`` ended ones; policy: of either the one that was
    silent longest is forgotten; counter: ``forgotten``.
    """

    def __init__(self, capacity: int = CAPACITY, remembered: int = REMEMBERED) -> None:
        self._capacity, self._remembered = capacity, remembered
        # The longest silent first, in both. A plain dict would look through what was taken off its front.
        self._ended: OrderedDict[str, Streak] = OrderedDict()
        self._running: OrderedDict[str, Streak] = OrderedDict()
        self.corrections = StreakCorrections()
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._ended) + len(self._running)

    def apply(self, update: Streak, own: int | None = None) -> int:
        """Takes one message; returns how many gifts are new with it (0: a repeat, an end, a late one).

        ``own``: what the message says it adds itself; anything beyond is caught up. None: it does not say.
        """
        known = self._running.pop(update.streak_id, None) or self._ended.pop(update.streak_id, None)
        if known is None:
            known = replace(update, count=0)
            added = max(0, update.count)
        else:
            added = max(0, update.count - known.count)
            self._judge(known, update, added)
        known.count += added
        known.last_ms = max(known.last_ms, update.last_ms)
        if own is not None and added > own >= 0:
            known.caught_up += added - own
            self._count(caught_up=added - own)
        self._keep(known)
        return added

    def close_overdue(self, now_ms: int, limit_ms: int) -> list[Streak]:
        """Closes the streaks that were silent for ``limit_ms`` at their last count; returns them."""
        closed: list[Streak] = []
        while self._running:
            streak = next(iter(self._running.values()))
            if now_ms - streak.last_ms < limit_ms:
                break
            del self._running[streak.streak_id]
            streak.ended = streak.overdue = True
            streak.closings += 1
            self._keep(streak)
            closed.append(streak)
        if closed:
            self._count(closed=len(closed))
        return closed

    def get(self, streak_id: str) -> Streak | None:
        return self._running.get(streak_id) or self._ended.get(streak_id)

    def running(self) -> list[Streak]:
        """Streaks whose end has not come, the longest silent first."""
        return list(self._running.values())

    def _judge(self, known: Streak, update: Streak, added: int) -> None:
        """What this message says about a streak that is known: goes on, ends, or comes too late."""
        if known.overdue and (added or update.ended):
            known.overdue, known.ended = False, update.ended
            self._count(resumed=1)
        elif not added and (known.ended or not update.ended):
            known.late += 1
            self._count(late=1)
        known.ended = known.ended or update.ended

    def _keep(self, streak: Streak) -> None:
        kept, most = (self._ended, self._remembered) if streak.ended else (self._running, self._capacity)
        kept[streak.streak_id] = streak
        if len(kept) > most:
            kept.popitem(last=False)
            self.forgotten += 1

    def _count(self, closed: int = 0, resumed: int = 0, late: int = 0, caught_up: int = 0) -> None:
        was = self.corrections
        self.corrections = StreakCorrections(
            was.closed + closed, was.resumed + resumed, was.late + late, was.caught_up + caught_up
        )
