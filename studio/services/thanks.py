"""Thank next: who gave in this LIVE and was not thanked yet; ticked off, taken back, summed up at the end.

GUI thread. Ticks are written down at once (``ThanksFile``); the gifts come again from the backend when a
studio started anew resumes the LIVE. Signals: ``changed`` at most five a second, at once for what the host
does; ``failed(sentence)``: a tick could not be written down.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from studio.model.giver import GiftStep, Giver
from studio.model.money import Rates
from studio.model.room import Person
from studio.model.thanks import ThankOrder, ThankQueue, Tick
from studio.protocol.events import GiftSent
from studio.protocol.session import RoomEvents
from studio.services.earnings import EarningsService
from studio.services.gui_thread import assert_gui_thread
from studio.services.live import LiveService, Phase
from studio.services.profile import Profile
from studio.services.router import Listener
from studio.services.soon import Soon
from studio.services.streaks import streak_of
from studio.services.thanks_file import ThanksFile, forget_old

log = logging.getLogger(__name__)

_CHANGED_EVERY_MS = 200
#: The year 2100: later ones are a backend's mistake, and no calendar has the latest of them.
_LATEST_MS = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class ThanksSummary:
    """Who was thanked in a LIVE and who was not, the largest first; ``unlisted``: gifts of too many."""

    thanked: tuple[Giver, ...] = ()
    waiting: tuple[Giver, ...] = ()
    unlisted: int = 0


class ThanksService(QObject, Listener):
    """Invariant: what is ticked off is on the disk, and each gift waits, was thanked for, or is unlisted."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, live: LiveService, earnings: EarningsService, profile: Profile, folder: Path) -> None:
        """``folder``: where the ticks of each LIVE lie; made when the first one is written."""
        super().__init__()
        self._live = live
        self._earnings = earnings
        self._profile = profile
        self._folder = folder
        self._queue = ThankQueue()
        self._room_id = ""
        self._file: ThanksFile | None = None
        self.summary = ThanksSummary()
        self._later = Soon(_CHANGED_EVERY_MS, self.changed, self)
        live.phase_changed.connect(self._phase_changed)

    @property
    def order(self) -> ThankOrder:
        """Whom the host wants first."""
        try:
            return ThankOrder(self._profile.saved.thank_order)
        except ValueError:  # another version's, or edited by hand
            return ThankOrder.LARGEST

    def set_order(self, order: ThankOrder) -> None:
        if order is not self.order:
            self._profile.update(thank_order=order.value)
            self.changed.emit()

    def turn_order(self) -> None:
        """Largest first becomes oldest first, and the other way round."""
        oldest = self.order is ThankOrder.LARGEST
        self.set_order(ThankOrder.OLDEST if oldest else ThankOrder.LARGEST)

    @property
    def count(self) -> int:
        """How many people wait."""
        return len(self._queue)

    def first(self, most: int) -> tuple[Giver, ...]:
        """At most that many who wait, in the host's order."""
        return self._queue.first(self.order, most)

    def of(self, person_id: str) -> Giver | None:
        """What of that person waits; None when nothing does."""
        return self._queue.of(person_id)

    @property
    def last_ticked(self) -> Person | None:
        """Whom ``undo`` brings back."""
        return self._queue.last_ticked

    def tick(self, person_id: str) -> bool:
        """The host has thanked that person for all that waits; False when nothing does."""
        tick = self._queue.tick(person_id)
        if tick is not None:
            self._write(tick)
            self.changed.emit()
        return tick is not None

    def tick_next(self) -> bool:
        """Ticks off whoever comes first."""
        first = self.first(1)
        return bool(first) and self.tick(first[0].person.id)

    def undo(self) -> bool:
        """Takes the last tick back; False when there is none."""
        tick = self._queue.undo()
        if tick is not None:
            self._write(tick, undone=True)
            self.changed.emit()
        return tick is not None

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        gifts = [event for event in batch.events if isinstance(event, GiftSent)]
        if not gifts:
            return
        if batch.room_id != self._room_id:
            self._enter(batch.room_id)
        for event in gifts:
            self._queue.hear(_step(event, self._earnings.rates))
        self._later.ask()

    def _enter(self, room_id: str) -> None:
        """The first gift of a LIVE, or of one that is taken up again: what was ticked there stays so."""
        self._room_id = room_id
        self._queue = ThankQueue()
        self._file = ThanksFile(self._folder, room_id)
        forget_old(self._folder)
        ticks = self._file.read()
        if ticks:
            log.info("%d ticks of this LIVE are remembered", len(ticks))
            self._queue.recall(ticks)

    def _write(self, tick: Tick, *, undone: bool = False) -> None:
        assert self._file is not None, "a tick belongs to a gift, and a gift to a room"
        try:
            self._file.append(tick, undone=undone)
        except OSError as error:
            log.warning("a tick could not be written: %s", error)
            self.failed.emit(
                f"Who was thanked is not kept ({error.strerror}): after a restart they wait again. "
                f"Make room or writable: {self._folder}."
            )

    @Slot(object)
    def _phase_changed(self, phase: Phase) -> None:
        if phase is Phase.OPENING:
            self._leave()
            self.summary = ThanksSummary()
            self.changed.emit()
        elif phase is Phase.SUMMARY and self._room_id:
            queue, file = self._queue, self._file
            self.summary = ThanksSummary(queue.thanked(), queue.waiting(), queue.unlisted)
            ended = self._live.summary
            if file is not None and ended is not None and ended.events_sent:
                file.delete()  # without its last event the LIVE may go on, and be taken up again
            self._leave()
            self.changed.emit()

    def _leave(self) -> None:
        self._queue = ThankQueue()
        self._room_id, self._file = "", None


def _step(event: GiftSent, rates: Rates) -> GiftStep:
    streak = streak_of(event, event.at_ms)
    return GiftStep(
        seq=event.seq,
        at_ms=min(max(0, event.at_ms), _LATEST_MS),
        streak_id=streak.streak_id,
        person=event.person,
        gift_id=event.gift_id,
        gift_name=event.gift_name,
        count=event.count,
        added=event.added,
        diamonds=event.diamonds,
        ended=streak.ended,
        each=rates.diamonds(max(0, event.coins_each)),
    )
