"""What the overlays know of the room, from its events alone. Pure, owned by the service.

Nothing here counts money: the goal's figures are the server's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.model.question import Question, QuestionQueue
from studio.model.room import Goal, Person
from studio.protocol.events import (
    Commented,
    CommentRemoved,
    Event,
    Followed,
    GoalUpdated,
    PersonMuted,
    RoomClosed,
    RoomOpened,
    ViewersCounted,
)
from studio.protocol.question_events import take_question_event

#: More would cover the host.
COMMENTS = 3


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One comment in the picture."""

    comment_id: str
    person: Person
    text: str


class RoomFacts:
    """Invariant: a comment that was removed, or whose author was muted, is not in ``comments``."""

    def __init__(self) -> None:
        self.comments: deque[ChatLine] = deque(maxlen=COMMENTS)
        self._questions = QuestionQueue()
        self.reset()

    def reset(self) -> None:
        """No room, or a new one."""
        self.room_open = False
        self.goal: Goal | None = None
        self.follower: Person | None = None
        self.viewers: int | None = None
        self._questions.clear()
        self.comments.clear()

    def hear(self, event: Event) -> None:
        """Takes one event, in order."""
        match event:
            case RoomOpened():
                self.reset()
                self.room_open, self.goal = True, event.room.goal
            case RoomClosed():
                self.reset()
            case GoalUpdated():
                self.goal = event.goal
            case Followed():
                self.follower = event.person
            case ViewersCounted():
                self.viewers = event.viewers
            case Commented():
                self.comments.append(ChatLine(event.comment_id, event.person, event.text))
            case CommentRemoved():
                self._keep(lambda line: line.comment_id != event.comment_id)
            case PersonMuted():
                self._keep(lambda line: line.person.id != event.person.id)
            case _:
                take_question_event(self._questions, event)

    @property
    def question(self) -> Question | None:
        """The one that is being answered, until it is answered, dismissed or put back."""
        return self._questions.answering

    def _keep(self, wanted: Callable[[ChatLine], bool]) -> None:
        kept = [line for line in self.comments if wanted(line)]
        self.comments.clear()
        self.comments.extend(kept)
