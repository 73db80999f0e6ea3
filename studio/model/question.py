"""A question to the host and the queue it waits in, the same for backend and studio. Pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from studio.model.room import Person

#: Questions a queue keeps: hours of a busy LIVE. A few more until it is cleared out in one go.
CAPACITY = 1_000
_SLACK = 100


class QuestionState(StrEnum):
    """Where a question is. Values travel and are stored; never rename one."""

    OPEN = "open"
    ANSWERING = "answering"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


#: What can be voted for: what has not been settled.
WAITING = (QuestionState.OPEN, QuestionState.ANSWERING)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question as of now. ``at_ms``: when it was asked, Unix milliseconds of the server's clock."""

    question_id: str
    person: Person
    text: str
    at_ms: int = 0
    state: QuestionState = QuestionState.OPEN
    votes: int = 0


class QuestionQueue:
    """Invariant: at most one question is being answered.

    Capacity 1,000 (and up to 100 more in between); the dismissed and answered give way first, then those
    with the fewest votes, the oldest of each first. ``dropped`` counts them.
    """

    def __init__(self, questions: Iterable[Question] = ()) -> None:
        self._by_id: dict[str, Question] = {}
        self.dropped = 0
        for question in questions:
            self.put(question)

    def __len__(self) -> int:
        return len(self._by_id)

    def clear(self) -> None:
        """A new LIVE."""
        self._by_id.clear()
        self.dropped = 0

    def get(self, question_id: str) -> Question | None:
        return self._by_id.get(question_id)

    def put(self, question: Question) -> None:
        """A new question, or one whose state, votes or both are others now."""
        if question.state is QuestionState.ANSWERING:
            before = self.answering
            if before is not None and before.question_id != question.question_id:
                self.move(before.question_id, QuestionState.ANSWERED)
        self._by_id[question.question_id] = question
        if len(self._by_id) > CAPACITY + _SLACK:
            self._make_room()

    def move(self, question_id: str, state: QuestionState) -> None:
        """Of one that was dropped nothing is kept."""
        question = self._by_id.get(question_id)
        if question is not None:
            self.put(msgspec.structs.replace(question, state=state))

    def count_votes(self, question_id: str, votes: int) -> None:
        """``votes``: all of them, as the server counts."""
        question = self._by_id.get(question_id)
        if question is not None:
            self._by_id[question_id] = msgspec.structs.replace(question, votes=votes)

    @property
    def answering(self) -> Question | None:
        """The one that is being answered now."""
        return next((one for one in self._by_id.values() if one.state is QuestionState.ANSWERING), None)

    def by_votes(self, *states: QuestionState) -> list[Question]:
        """Most votes first, the older of two alike first."""
        return sorted(self.by_age(*states), key=lambda one: -one.votes)

    def by_age(self, *states: QuestionState) -> list[Question]:
        """Those in one of ``states``, in the order they were asked."""
        return [one for one in self._by_id.values() if one.state in states]

    def shown(self, most: int) -> tuple[Question, ...]:
        """What a newcomer should see: the one being answered, the wanted ones, the last answered."""
        waiting = self.by_votes(QuestionState.OPEN)
        now = self.by_age(QuestionState.ANSWERING)
        answered = self.by_age(QuestionState.ANSWERED)[::-1]
        return (*now, *waiting, *answered)[:most]

    def _make_room(self) -> None:
        settled = (QuestionState.DISMISSED, QuestionState.ANSWERED)
        ranked = sorted(self._by_id.values(), key=lambda one: (one.state not in settled, one.votes))
        gone = [one.question_id for one in ranked if one.state is not QuestionState.ANSWERING]
        for question_id in gone[: len(self._by_id) - CAPACITY]:
            del self._by_id[question_id]
            self.dropped += 1
