"""The host's queue: order that is remembered, take up, done, dismiss, undo, and what the feed shows of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.model.question import Question, QuestionState
from studio.model.room import Room
from studio.protocol.commands import AnswerQuestion, MoveQuestion
from studio.protocol.events import QuestionAnswered, QuestionAsked, QuestionMoved, QuestionVoted, RoomOpened
from studio.services.feed import FeedTab, RowState
from studio.services.profile import Profile
from studio.services.questions import QuestionOrder, QuestionsService
from tests.fakes.feed_services import HOST, START_MS, Rig

OPEN, ANSWERING, ANSWERED, DISMISSED = QuestionState


@pytest.fixture
def rig(qapp: QApplication, tmp_path: Path) -> Rig:
    made = Rig(tmp_path)
    made.go_live()
    return made


def ask(rig: Rig, *texts: str) -> list[QuestionAsked]:
    asked = [rig.question(f"viewer{number}", text) for number, text in enumerate(texts)]
    rig.send(*asked)
    return asked


def vote(rig: Rig, asked: QuestionAsked, votes: int) -> None:
    rig.send(QuestionVoted(question_id=asked.question_id, votes=votes, **rig._stamp()))


def move(rig: Rig, asked: QuestionAsked, state: QuestionState, votes: int = 0) -> None:
    question = Question(
        question_id=asked.question_id, person=asked.person, text=asked.text, at_ms=asked.at_ms,
        state=state, votes=votes,
    )  # fmt: skip
    rig.send(QuestionMoved(question=question, **rig._stamp()))


def texts(questions: list[Question]) -> list[str]:
    return [one.text for one in questions]


def test_the_order_is_by_votes_or_age_and_remembered(rig: Rig, tmp_path: Path) -> None:
    questions = rig.services.questions
    first, _, third = ask(rig, "first?", "second?", "third?")
    vote(rig, third, 3)
    vote(rig, first, 1)
    assert questions.order is QuestionOrder.VOTES
    assert texts(questions.waiting) == ["third?", "first?", "second?"]
    questions.set_order(QuestionOrder.AGE)
    assert texts(questions.waiting) == ["first?", "second?", "third?"]
    rig.services.profile.flush()
    profile = Profile(tmp_path / "profile.json")
    assert QuestionsService(rig.services.live.desk, profile).order is QuestionOrder.AGE
    profile.update(question_order="of a later version")
    assert QuestionsService(rig.services.live.desk, profile).order is QuestionOrder.VOTES


async def test_what_the_host_does_goes_to_the_backend(rig: Rig) -> None:
    questions = rig.services.questions
    first, second = ask(rig, "first?", "second?")
    vote(rig, second, 1)
    questions.take_next()
    move(rig, second, ANSWERING, 1)
    assert questions.answering is not None
    assert (questions.answering.text, questions.count) == ("second?", 2)
    questions.finish()
    rig.send(QuestionAnswered(question_id=second.question_id, **rig._stamp()))
    assert (questions.answering, texts(questions.answered), questions.count) == (None, ["second?"], 1)
    questions.finish()  # there is none: nothing is sent
    questions.dismiss(first.question_id)
    move(rig, first, DISMISSED)
    assert (questions.waiting, questions.undoable is not None) == ([], True)
    questions.undo()
    move(rig, first, OPEN)
    assert (texts(questions.waiting), questions.undoable) == (["first?"], None)
    questions.undo()
    await asyncio.sleep(0)
    assert rig.link.asked == [
        MoveQuestion(room_id="room", question_id=second.question_id, state=ANSWERING),
        AnswerQuestion(room_id="room", question_id=second.question_id),
        MoveQuestion(room_id="room", question_id=first.question_id, state=DISMISSED),
        MoveQuestion(room_id="room", question_id=first.question_id, state=OPEN),
    ]


def test_undo_goes_back_one_by_one_past_what_came_back_by_itself(rig: Rig) -> None:
    asked = ask(rig, *(f"{number}?" for number in range(25)))
    for one in asked:
        move(rig, one, DISMISSED)
    move(rig, asked[24], OPEN)
    seen = []
    while (last := rig.services.questions.undoable) is not None:
        seen.append(last.text)
        move(rig, asked[int(last.text[:-1])], OPEN)
    assert seen == [f"{number}?" for number in range(23, 4, -1)]  # the oldest five are forgotten


def test_a_new_live_begins_empty(rig: Rig) -> None:
    asked = ask(rig, "old?", "older?")
    move(rig, asked[0], DISMISSED)
    rig.send(RoomOpened(room=Room(room_id="next", host=HOST, title="", topic="", started_ms=START_MS)))
    assert (rig.services.questions.count, rig.services.questions.undoable) == (0, None)


def test_a_storm_of_votes_is_told_at_most_once_in_a_tenth_of_a_second(qtbot: QtBot, rig: Rig) -> None:
    questions = rig.services.questions
    (asked,) = ask(rig, "why?")
    told: list[int] = []
    questions.changed.connect(lambda: told.append(questions.waiting[0].votes))
    for count in range(1, 2_001):
        vote(rig, asked, count)
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    assert told == [2_000]


def test_the_feed_shows_votes_and_what_became_of_it(rig: Rig) -> None:
    (asked,) = ask(rig, "why?")
    vote(rig, asked, 7)
    rows = rig.services.feed.rows
    seen = []
    for state in (ANSWERING, OPEN, DISMISSED, OPEN):
        move(rig, asked, state, 7)
        rig.flush()
        seen.append((rows(FeedTab.ALL)[-1].state, rows(FeedTab.QUESTIONS)[0].votes))
    assert seen == [
        (RowState.ANSWERING, 7),
        (RowState.SETTLED, 7),
        (RowState.HIDDEN, 7),
        (RowState.SETTLED, 7),
    ]
