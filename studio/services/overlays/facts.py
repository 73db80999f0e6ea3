"""What the overlays know of the room, from its events alone. Pure, owned by the service.

Nothing here counts money: the goal's figures are the server's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.model.activities import Activities
from studio.model.countdown import Countdown
from studio.model.poll import Poll
from studio.model.question import Question, QuestionQueue
from studio.model.room import Goal, Person
from studio.protocol.activity_events import CountdownChanged, PollChanged
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

#: How long a poll's result and a countdown's zero stay.
RESULT_MS, _ZERO_MS = 20_000, 5_000
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
        self._poll: Poll | None = None
        self._poll_ended_ms = 0
        self._countdown: Countdown | None = None
        self._questions.clear()
        self.comments.clear()

    def resume(self, activities: Activities) -> None:
        """What runs, as of now: a poll that has ended meanwhile is history."""
        running = activities.poll if activities.poll is not None and not activities.poll.ended else None
        self._poll, self._poll_ended_ms = running, 0
        self._countdown = activities.countdown

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
            case PollChanged():
                self._poll = event.poll
                self._poll_ended_ms = event.at_ms if event.poll.ended else 0
            case CountdownChanged():
                self._countdown = event.countdown
            case CommentRemoved():
                self._keep(lambda line: line.comment_id != event.comment_id)
            case PersonMuted():
                self._keep(lambda line: line.person.id != event.person.id)
            case _:
                take_question_event(self._questions, event)

    def poll(self, now_ms: float) -> Poll | None:
        """The one that runs, or its result for a while. ``now_ms``: the server's clock."""
        over = self._poll_ended_ms and now_ms - self._poll_ended_ms > RESULT_MS
        return None if over else self._poll

    def countdown(self, now_ms: float) -> tuple[str, int] | None:
        """Its title and the whole seconds left; zero for a moment."""
        one = self._countdown
        if one is None or now_ms - one.ends_ms > _ZERO_MS:
            return None
        return one.title, -(-one.left_ms(now_ms) // 1_000)

    def next_change_ms(self, now_ms: float) -> int | None:
        """When one of them shows something else though nothing happens."""
        due = []
        if self._countdown is not None and now_ms - self._countdown.ends_ms <= _ZERO_MS:
            left = self._countdown.left_ms(now_ms)
            due.append(
                left % 1_000 or 1_000 if left else round(self._countdown.ends_ms + _ZERO_MS - now_ms) + 1
            )
        if self._poll_ended_ms and self.poll(now_ms) is not None:
            due.append(round(self._poll_ended_ms + RESULT_MS - now_ms) + 1)
        return max(1, min(due)) if due else None

    @property
    def question(self) -> Question | None:
        """The one that is being answered, until it is answered, dismissed or put back."""
        return self._questions.answering

    def _keep(self, wanted: Callable[[ChatLine], bool]) -> None:
        kept = [line for line in self.comments if wanted(line)]
        self.comments.clear()
        self.comments.extend(kept)
