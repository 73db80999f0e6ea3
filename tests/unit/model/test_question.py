"""The queue of questions: order, one at a time, and what gives way when it is full."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.model.question import CAPACITY, Question, QuestionQueue, QuestionState
from studio.model.room import Person

ANA = Person(id="p-ana", handle="ana")
OPEN, ANSWERING, ANSWERED, DISMISSED = QuestionState


def question(number: int, votes: int = 0, state: QuestionState = OPEN) -> Question:
    return Question(question_id=f"q{number}", person=ANA, text=f"{number}?", votes=votes, state=state)


def ids(questions: object) -> list[str]:
    return [one.question_id for one in questions]  # type: ignore[attr-defined]


def test_most_votes_first_the_older_of_two_alike_first() -> None:
    queue = QuestionQueue(question(number) for number in range(4))
    queue.count_votes("q2", 5)
    queue.count_votes("q3", 5)
    queue.count_votes("gone", 9)
    assert ids(queue.by_votes(OPEN)) == ["q2", "q3", "q0", "q1"]
    assert ids(queue.by_age(OPEN)) == ["q0", "q1", "q2", "q3"]
    queue.move("q1", ANSWERED)
    queue.move("q0", ANSWERED)
    queue.move("q3", DISMISSED)
    queue.move("gone", ANSWERED)
    assert ids(queue.shown(9)) == ["q2", "q1", "q0"]


def test_a_full_queue_lets_go_of_the_settled_then_of_the_least_wanted() -> None:
    queue = QuestionQueue([question(0, 7), question(1, 9, ANSWERED), question(2, 0, ANSWERING)])
    for number in range(3, 3 + CAPACITY + 300):
        queue.put(question(number, votes=1 if number % 2 else 0))
    assert CAPACITY <= len(queue) <= CAPACITY + 100
    assert queue.dropped == CAPACITY + 303 - len(queue)
    assert queue.get("q1") is None
    assert queue.get("q0") is not None
    assert queue.answering is not None
    assert queue.get("q3") is not None  # wanted by one, and older than all that went
    assert queue.get("q4") is None


moves = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(QuestionState)), max_size=60)


@given(moves)
def test_never_more_than_one_is_being_answered(made: list[tuple[int, QuestionState]]) -> None:
    queue = QuestionQueue(question(number) for number in range(6))
    for number, state in made:
        queue.move(f"q{number}", state)
        assert queue.get(f"q{number}").state is state  # type: ignore[union-attr]
        assert len(queue.by_age(ANSWERING)) <= 1
    assert len(queue.by_age(*QuestionState)) == 6
