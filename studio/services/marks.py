"""Marks while on air: by hand, and by themselves when gifts burst. GUI thread.

Signals: ``changed`` (a mark more, or a setting), ``failed(sentence)``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from studio.media.outputs.recording import RecordedMark
from studio.model.mark import MOST_MARKS, MarkKind
from studio.model.spike import SpikeRule
from studio.protocol.events import GiftSent
from studio.protocol.session import RoomEvents
from studio.services.brief_word import BriefWord
from studio.services.link import LinkService
from studio.services.outputs import OutputsService
from studio.services.profile import Profile
from studio.services.router import Listener

#: Older gifts come again after a cut: their moment is over.
_FRESH_MS = 10_000


def moment_words(ms: int) -> str:
    """``754000`` -> ``"12:34"``; with hours from the first one on."""
    seconds = ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


class MarksService(QObject, Listener):
    """Invariant: ``marks`` are on the disk; what is shown as marked cannot be lost."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, outputs: OutputsService, link: LinkService, profile: Profile) -> None:
        super().__init__()
        self._outputs = outputs
        self._link = link
        self._profile = profile
        self._rule = SpikeRule()
        self._by_hand = 0
        self.marks: list[RecordedMark] = []
        self.word = BriefWord(self)
        outputs.begun.connect(self._begin)
        outputs.marked.connect(self._marked)

    @property
    def automatic(self) -> bool:
        """Whether bursts of gifts set marks by themselves."""
        return self._profile.saved.auto_marks

    def set_automatic(self, on: bool) -> None:
        self._profile.update(auto_marks=on)
        self.changed.emit()

    def mark_now(self) -> None:
        """Marks this moment; the word about it comes once it is on the disk."""
        if self._outputs.mark(MarkKind.HAND, f"Mark {self._by_hand + 1}"):
            self._by_hand += 1
        elif self._outputs.recording:
            self.failed.emit(f"There are {MOST_MARKS} marks already: nobody will look through more.")
        else:
            self.failed.emit("Nothing is marked: nothing is recorded. Switch on “Record to disk”.")

    def on_events(self, batch: RoomEvents) -> None:
        for event in batch.events:
            if isinstance(event, GiftSent) and event.added:
                self._gift(event)

    def _gift(self, event: GiftSent) -> None:
        moment = self._rule.gift(event.at_ms, event.diamonds)
        fresh = event.at_ms >= self._link.clock.now_ms() - _FRESH_MS
        if not moment or not fresh or not self.automatic:
            return
        if moment == event.diamonds:
            count = f" ×{event.count}" if event.count > 1 else ""
            self._outputs.mark(MarkKind.GIFT, f"{event.person.shown_name}: {event.gift_name}{count}")
        else:
            self._outputs.mark(MarkKind.SPIKE, f"{moment:,} diamonds in a minute")

    @Slot()
    def _begin(self) -> None:
        self._rule = SpikeRule()
        self._by_hand = 0
        self.marks = []
        self.word.clear()
        self.changed.emit()

    @Slot(object)
    def _marked(self, mark: RecordedMark) -> None:
        self.marks.append(mark)
        self.word.say(f"Marked {moment_words(mark.recorded_ms)}")
        self.changed.emit()
