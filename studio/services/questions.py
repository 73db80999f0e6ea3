"""The queue of questions as the host works through it: order, the one being answered, dismissed with undo.

GUI thread. Signals: ``changed``, at most ten a second, however many vote. Must not import ui.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from studio.model.question import Question, QuestionQueue, QuestionState
from studio.protocol.events import QuestionMoved, RoomOpened
from studio.protocol.question_events import take_question_event
from studio.protocol.session import RoomEvents
from studio.services.gui_thread import assert_gui_thread
from studio.services.profile import Profile
from studio.services.room_desk import RoomDesk
from studio.services.router import Listener
from studio.services.soon import Soon

_SETTLE_MS = 100
#: Dismissed questions that can be put back one after the other; the oldest are forgotten.
_UNDOS = 20


class QuestionOrder(StrEnum):
    """Which question comes first. Values are the names in the profile; never rename one."""

    VOTES = "votes"
    AGE = "age"


class QuestionsService(QObject, Listener):
    """Invariant: shows what the room's events say; what the host does is heard back as events."""

    changed = Signal()

    def __init__(self, desk: RoomDesk, profile: Profile) -> None:
        super().__init__()
        self._desk = desk
        self._profile = profile
        self._queue = QuestionQueue()
        self._dismissed: deque[str] = deque(maxlen=_UNDOS)
        self._later = Soon(_SETTLE_MS, self.changed, self)

    @property
    def order(self) -> QuestionOrder:
        """What the host chose, now or in an earlier LIVE."""
        saved = self._profile.saved.question_order
        return QuestionOrder(saved) if saved in tuple(QuestionOrder) else QuestionOrder.VOTES

    def set_order(self, order: QuestionOrder) -> None:
        if order is not self.order:
            self._profile.update(question_order=order.value)
            self.changed.emit()

    @property
    def answering(self) -> Question | None:
        """The one that is being answered, and lies over the picture."""
        return self._queue.answering

    @property
    def waiting(self) -> list[Question]:
        """Those nobody has answered yet, in the chosen order."""
        queue = self._queue
        by_votes = self.order is QuestionOrder.VOTES
        return queue.by_votes(QuestionState.OPEN) if by_votes else queue.by_age(QuestionState.OPEN)

    @property
    def answered(self) -> list[Question]:
        """The newest question first."""
        return self._queue.by_age(QuestionState.ANSWERED)[::-1]

    @property
    def count(self) -> int:
        """How many want the host: waiting or being answered."""
        return len(self._queue.by_age(QuestionState.OPEN)) + (self.answering is not None)

    @property
    def undoable(self) -> Question | None:
        """The last one that was dismissed and has not been put back."""
        for question_id in reversed(self._dismissed):
            question = self._queue.get(question_id)
            if question is not None and question.state is QuestionState.DISMISSED:
                return question
        return None

    def take_up(self, question_id: str) -> None:
        """The host answers this one now; the one before it counts as answered."""
        self._desk.move_question(question_id, QuestionState.ANSWERING)

    def take_next(self) -> None:
        """Takes up the first in the chosen order; with none left, the present one is done."""
        waiting = self.waiting
        if waiting:
            self.take_up(waiting[0].question_id)
        else:
            self.finish()

    def finish(self) -> None:
        """The one being answered is answered."""
        if self.answering is not None:
            self._desk.answer(self.answering.question_id)

    def dismiss(self, question_id: str) -> None:
        """Nobody is shown it any more; `undo` brings it back."""
        self._desk.move_question(question_id, QuestionState.DISMISSED)

    def put_back(self, question_id: str) -> None:
        """It waits again, with the votes it has."""
        self._desk.move_question(question_id, QuestionState.OPEN)

    def undo(self) -> None:
        """Puts the last dismissed one back."""
        question = self.undoable
        if question is not None:
            self.put_back(question.question_id)

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        touched = False
        for event in batch.events:
            if isinstance(event, RoomOpened):
                self._queue.clear()
                self._dismissed.clear()
                touched = True
            touched = take_question_event(self._queue, event) or touched
            if isinstance(event, QuestionMoved) and event.question.state is QuestionState.DISMISSED:
                self._dismissed.append(event.question.question_id)
        if touched:
            self._later.ask()
