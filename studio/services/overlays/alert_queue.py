"""Whose gift is up now, and who waits: one alert a streak, the larger first.

Pure: times are milliseconds of any steady clock, handed in. Owned by the overlays service (GUI thread).
Capacity ``CAPACITY``; when full the smallest waiting alert goes, counted in ``dropped``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from studio.model.reaction import Show

CAPACITY = 40
#: By tier: a Rose is a wave, a Lion a moment.
SHOWN_MS = {1: 3_000, 2: 3_500, 3: 5_000, 4: 6_500, 5: 8_000}
#: Long enough to be read; then a larger one, or a crowd of others, may take its place.
MIN_MS = 2_000
#: A streak stays for so long after each growth, up to ``MAX_MS`` while others wait.
GROWN_MS = 2_500
MAX_MS = 20_000
BUSY = 3
FADE_STEP_MS = 50
FADE_STEPS = 4
FADE_MS = FADE_STEP_MS * FADE_STEPS
_SKIPPED_KEPT = 200
#: A streak is announced once, even if it comes up again after a pause or grows once more.
_ANNOUNCED_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class GiftAlert:
    """What is drawn. ``coins``: of the whole streak so far. ``test``: nobody sent it."""

    streak_id: str
    who: str
    gift_name: str
    art: str
    tier: int
    count: int
    coins: int
    test: bool = False
    gift_id: int = 0
    show: Show = Show.BANNER


class AlertQueue:
    """Invariant: a streak is in here once at most, shown or waiting; its count only grows."""

    def __init__(self, on_first_shown: Callable[[GiftAlert], None] | None = None) -> None:
        """``on_first_shown``: a streak came up that never was up before; it runs inside ``advance``."""
        self._on_first_shown = on_first_shown
        self._announced: OrderedDict[str, None] = OrderedDict()
        self.current: GiftAlert | None = None
        self.paused = False
        self.dropped = 0
        self._waiting: OrderedDict[str, GiftAlert] = OrderedDict()
        self._skipped: OrderedDict[str, None] = OrderedDict()
        self._since_ms = self._until_ms = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def offer(self, alert: GiftAlert, now_ms: int) -> None:
        """A gift, or a streak's new count; ``advance`` shows it. One that was skipped does not come back."""
        if alert.streak_id in self._skipped:
            return
        if alert.show is Show.NONE:
            if not self.paused:
                self._announce(alert)  # heard, not seen
            return
        current = self.current
        if current is not None and current.streak_id == alert.streak_id:
            if alert.count > current.count:
                self.current = alert
                self._until_ms = max(self._until_ms, now_ms + GROWN_MS)
        else:
            known = self._waiting.get(alert.streak_id)
            if known is None or alert.count > known.count:
                self._waiting[alert.streak_id] = alert
            if len(self._waiting) > CAPACITY:
                # The newest of the smallest: who was first stays first.
                smallest = min(reversed(self._waiting.values()), key=lambda one: one.coins)
                del self._waiting[smallest.streak_id]
                self.dropped += 1

    def advance(self, now_ms: int) -> None:
        """Takes down what was shown for long enough and puts up the next."""
        if self.current is not None and now_ms >= self._end_ms():
            self.current = None
        if self.current is None and self._waiting and not self.paused:
            best = max(self._waiting.values(), key=lambda one: one.coins)  # the first of equals
            self.current = self._waiting.pop(best.streak_id)
            self._since_ms = now_ms
            self._until_ms = now_ms + SHOWN_MS.get(best.tier, SHOWN_MS[1])
            self._announce(self.current)

    def opacity(self, now_ms: int) -> float:
        """Of the current alert, in ``FADE_STEPS`` steps up at its start and down at its end."""
        if self.current is None:
            return 0.0
        inwards = (now_ms - self._since_ms) // FADE_STEP_MS + 1
        outwards = -((now_ms - self._end_ms()) // FADE_STEP_MS)
        return min(FADE_STEPS, max(0, inwards), max(0, outwards)) / FADE_STEPS

    def next_change_ms(self, now_ms: int) -> int | None:
        """In how many milliseconds to look again; None when only an offer can change anything."""
        if self.current is None:
            return None
        fade_out = self._end_ms() - FADE_MS
        if now_ms - self._since_ms < FADE_MS or now_ms >= fade_out:
            return FADE_STEP_MS
        return fade_out - now_ms

    def pause(self) -> None:
        """Nothing is shown; what is up goes back to those waiting, and nothing is lost."""
        self.paused = True
        if self.current is not None:
            self._waiting[self.current.streak_id] = self.current
            self._waiting.move_to_end(self.current.streak_id, last=False)
            self.current = None

    def resume(self, now_ms: int) -> None:
        self.paused = False
        self.advance(now_ms)

    def skip(self, now_ms: int) -> None:
        """Takes the current alert down for good and goes on."""
        if self.current is not None:
            self._skipped[self.current.streak_id] = None
            if len(self._skipped) > _SKIPPED_KEPT:
                self._skipped.popitem(last=False)
            self.current = None
        self.advance(now_ms)

    def clear(self) -> None:
        """A new LIVE: nothing waits; a pause stays a pause."""
        self.current = None
        self._waiting.clear()
        self._skipped.clear()

    def _announce(self, alert: GiftAlert) -> None:
        if alert.streak_id in self._announced:
            return
        self._announced[alert.streak_id] = None
        if len(self._announced) > _ANNOUNCED_KEPT:
            self._announced.popitem(last=False)
        if self._on_first_shown is not None:
            self._on_first_shown(alert)

    def _end_ms(self) -> int:
        current = self.current
        assert current is not None, "asked only while one is up"
        if not self._waiting:
            return self._until_ms
        end = min(self._until_ms, self._since_ms + MAX_MS)
        larger = any(one.coins > current.coins for one in self._waiting.values())
        if larger or len(self._waiting) >= BUSY:
            end = min(end, self._since_ms + MIN_MS)
        return end
