"""The streak watchdog: gift messages become streaks that grow, end, and are closed when no end comes.

GUI thread. The backend ends its own streaks; this is for ends that are lost, late or never sent. Time is
that of arrival, on this machine: a backend's clock may be wrong. Signals: ``closed(Streak)``;
``corrected`` when ``corrections`` changed, at most ten a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.model.limits import LIMITS
from studio.model.money import Rates
from studio.model.streak import OVERDUE_FACTOR, Streak, StreakBook, StreakCorrections
from studio.protocol.events import GiftSent
from studio.services.soon import Soon

_LOOK_EVERY_MS = 500
_CORRECTED_EVERY_MS = 100


def streak_of(event: GiftSent, at_ms: int) -> Streak:
    """The event as the book takes it; ``at_ms`` on the book's clock. Without a streak's id it is one by
    itself, and ended: nothing could ever continue or end it.
    """
    return Streak(
        streak_id=event.streak_id or event.transfer_id,
        gift_id=event.gift_id,
        person_id=event.person.id,
        coins_each=event.coins_each,
        count=event.count,
        ended=event.ended or not event.streak_id,
        last_ms=at_ms,
    )


def diamonds_of(event: GiftSent, gifts: int, rates: Rates) -> int:
    """What ``gifts`` of this event are worth: by its own row of the ledger; without one, by ``rates``."""
    if event.added > 0:
        return event.diamonds * gifts // event.added
    return rates.diamonds(gifts * event.coins_each)


def note_of(streak: Streak) -> str:
    """What was put right in one streak, in a few words; empty when nothing was."""
    parts = []
    if streak.overdue:
        parts.append("closed, its end never came")
    elif streak.closings:
        parts.append("its end came late")
    if streak.caught_up:
        parts.append(f"{streak.caught_up:,} from a later count")
    if streak.late:
        parts.append(f"{streak.late:,} late not counted")
    return " · ".join(parts)


def sentence_of(corrections: StreakCorrections) -> str:
    """What was put right in this LIVE, in sentences; empty when nothing was."""
    closed, late, caught_up = corrections.closed, corrections.late, corrections.caught_up
    parts = []
    if closed:
        streaks = "1 streak was" if closed == 1 else f"{closed:,} streaks were"
        after = f"; {corrections.resumed:,} went on or ended later" if corrections.resumed else ""
        parts.append(f"{streaks} closed at the last count because no end came{after}.")
    if late:
        messages = "1 gift message" if late == 1 else f"{late:,} gift messages"
        parts.append(f"{messages} came late or twice and changed nothing.")
    if caught_up:
        gifts = "1 gift was" if caught_up == 1 else f"{caught_up:,} gifts were"
        parts.append(f"{gifts} counted from a later message.")
    return " ".join(parts)


class StreakWatch(QObject):
    """Invariant: while a streak runs, the watchdog looks; none runs longer than ``limit_ms`` in silence."""

    closed = Signal(object)
    corrected = Signal()

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None) -> None:
        """``clock``: seconds, steady."""
        super().__init__(parent)
        self._clock = clock
        self._book = StreakBook()
        self.limit_ms = OVERDUE_FACTOR * LIMITS.streak_timeout_ms
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._later = Soon(_CORRECTED_EVERY_MS, self.corrected, self)

    @property
    def corrections(self) -> StreakCorrections:
        return self._book.corrections

    @property
    def running(self) -> int:
        return len(self._book.running())

    def hear(self, event: GiftSent) -> tuple[Streak, int]:
        """The streak as it is with this event, and how many gifts are new with it."""
        before = self._book.corrections
        update = streak_of(event, round(self._clock() * 1000))
        added = self._book.apply(update, event.added)
        streak = self._book.get(update.streak_id)
        assert streak is not None, "the newest is never forgotten"
        if not streak.ended and not self._timer.isActive():
            self._timer.start()
        if self._book.corrections is not before:
            self._soon()
        return streak, added

    def look(self) -> None:
        """Closes what is overdue."""
        for streak in self._book.close_overdue(round(self._clock() * 1000), self.limit_ms):
            self.closed.emit(streak)
            self._soon()
        if not self._book.running():
            self._timer.stop()

    def reset(self) -> None:
        """A new LIVE."""
        self._book = StreakBook()
        self._timer.stop()
        self._soon()

    def _soon(self) -> None:
        self._later.ask()
