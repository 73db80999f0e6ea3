"""How a room's events change its queue of questions: the same for backend and studio. Pure, any thread."""

from __future__ import annotations

from studio.model.question import Question, QuestionQueue, QuestionState
from studio.protocol.events import Event, QuestionAnswered, QuestionAsked, QuestionMoved, QuestionVoted


def take_question_event(queue: QuestionQueue, event: Event) -> bool:
    """Takes one event, in order; False when it says nothing about questions."""
    match event:
        case QuestionAsked():
            queue.put(
                Question(
                    question_id=event.question_id, person=event.person, text=event.text, at_ms=event.at_ms
                )
            )
        case QuestionAnswered():
            queue.move(event.question_id, QuestionState.ANSWERED)
        case QuestionMoved():
            queue.put(event.question)
        case QuestionVoted():
            queue.count_votes(event.question_id, event.votes)
        case _:
            return False
    return True
