"""The Questions tab under the host's hands: mouse, keyboard, order held under the mouse, undo, any text."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest

from studio.model.question import Question, QuestionState
from studio.protocol.command import Command
from studio.protocol.commands import AnswerQuestion, MoveQuestion
from studio.protocol.events import QuestionAsked, QuestionMoved, QuestionVoted
from studio.services.questions import QuestionOrder
from studio.services.rows import FeedTab
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.row_menu import row_actions
from studio.ui.questions.question_card import compose_card, measure_card, row_of
from studio.ui.questions.question_list import QuestionList
from tests.fakes.feed_services import Rig, person

BLNS = Path(__file__).parents[2] / "data" / "blns.json"
OPEN, ANSWERING, ANSWERED, DISMISSED = QuestionState


def ask(rig: Rig, *texts: str) -> list[QuestionAsked]:
    asked = [rig.question(f"viewer{number}", text) for number, text in enumerate(texts)]
    rig.send(*asked)
    rig.flush()
    return asked


def vote(rig: Rig, asked: QuestionAsked, votes: int) -> None:
    rig.send(QuestionVoted(question_id=asked.question_id, votes=votes, **rig._stamp()))
    rig.flush()


def move(rig: Rig, asked: QuestionAsked, state: QuestionState) -> None:
    question = Question(
        question_id=asked.question_id, person=asked.person, text=asked.text, at_ms=asked.at_ms, state=state
    )
    rig.send(QuestionMoved(question=question, **rig._stamp()))
    rig.flush()


@pytest.fixture
def queue(panel: FeedPanel) -> QuestionList:
    panel.tabs.buttons[FeedTab.QUESTIONS].click()
    return panel.questions.list


def shown(queue: QuestionList) -> list[str]:
    model = queue.questions
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def spot(queue: QuestionList, row: int, action: str) -> QPoint:
    """The middle of an action's words."""
    index = queue.questions.index(row)
    question = queue.questions.question(row)
    assert question is not None
    card = queue._cards.card(question)
    rect = next(one.rect for one in card.actions if one.name == action)
    return (rect.center() + QPointF(0, queue.visualRect(index).top())).toPoint()


def click(queue: QuestionList, row: int, action: str) -> None:
    QTest.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, pos=spot(queue, row, action))


async def asked_for(rig: Rig) -> list[Command]:
    await asyncio.sleep(0)
    said, rig.link.asked = rig.link.asked, []
    return said


def moved_to(asked: QuestionAsked, state: QuestionState) -> MoveQuestion:
    return MoveQuestion(room_id="room", question_id=asked.question_id, state=state)


async def test_one_click_answers_dismisses_and_is_done(
    rig: Rig, panel: FeedPanel, queue: QuestionList
) -> None:
    first, second = ask(rig, "first?", "second?")
    vote(rig, second, 2)
    assert shown(queue) == ["second?", "first?"]
    assert panel.tabs.buttons[FeedTab.QUESTIONS].accessibleName() == "Questions, 2"
    click(queue, 0, "answer")
    assert await asked_for(rig) == [moved_to(second, ANSWERING)]
    move(rig, second, ANSWERING)
    click(queue, 0, "answer")
    assert await asked_for(rig) == [AnswerQuestion(room_id="room", question_id=second.question_id)]
    move(rig, second, ANSWERED)
    assert shown(queue) == ["first?", "second?"]
    click(queue, 1, "back")
    click(queue, 0, "dismiss")
    assert await asked_for(rig) == [moved_to(second, OPEN), moved_to(first, DISMISSED)]


async def test_everything_by_keyboard(rig: Rig, panel: FeedPanel, queue: QuestionList) -> None:
    first, second = ask(rig, "first?", "second?")
    panel.show_questions()
    QTest.keyClick(queue, Qt.Key.Key_Down)
    assert queue.current is not None
    assert queue.current.text == "second?"
    QTest.keyClick(queue, Qt.Key.Key_Return)
    move(rig, second, ANSWERING)
    assert queue.current.text == "second?"  # it went to the top, and the keyboard with it
    assert queue.currentIndex().row() == 0
    QTest.keyClick(queue, Qt.Key.Key_Return)
    QTest.keyClick(queue, Qt.Key.Key_Backspace)
    QTest.keyClick(queue, Qt.Key.Key_Down)
    QTest.keyClick(queue, Qt.Key.Key_Delete)
    move(rig, first, DISMISSED)
    QTest.keyClick(queue, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert await asked_for(rig) == [
        moved_to(second, ANSWERING),
        AnswerQuestion(room_id="room", question_id=second.question_id),
        moved_to(second, OPEN),
        moved_to(first, DISMISSED),
        moved_to(first, OPEN),
    ]
    queue.setCurrentIndex(queue.questions.index(0))
    QTest.keyClick(queue, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "second?"


async def test_a_dismissed_one_can_be_put_back_from_the_line_that_says_so(
    rig: Rig, panel: FeedPanel, queue: QuestionList
) -> None:
    (asked,) = ask(rig, "<b>rude</b> & long " * 10)
    move(rig, asked, DISMISSED)
    undo = panel.questions.undo
    assert undo.isVisible()
    assert len(undo.sentence) < 70
    assert undo.sentence.startswith("Dismissed: \u2068<b>rude</b>")
    undo.acted.emit()
    assert await asked_for(rig) == [moved_to(asked, OPEN)]
    move(rig, asked, OPEN)
    assert not undo.isVisible()


def test_nothing_changes_places_under_the_mouse(rig: Rig, queue: QuestionList) -> None:
    first, second, _ = ask(rig, "first?", "second?", "third?")
    over = QPointF(spot(queue, 0, "answer"))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QMouseEvent.Type.MouseMove, over, over, none, none, Qt.KeyboardModifier.NoModifier)
    queue.mouseMoveEvent(event)
    vote(rig, second, 5)
    ask(rig, "fourth?")
    assert shown(queue) == ["first?", "second?", "third?", "fourth?"]
    held = queue.questions.question(1)
    assert held is not None and held.votes == 5
    queue._hands.timeout.emit()  # the hands have rested
    queue._hands.stop()
    queue.let_go.emit()
    assert shown(queue) == ["second?", "first?", "third?", "fourth?"]
    assert first.text == "first?"


def test_the_order_is_chosen_with_a_press(rig: Rig, panel: FeedPanel, queue: QuestionList) -> None:
    _, second = ask(rig, "first?", "second?")
    vote(rig, second, 1)
    panel.questions.orders[QuestionOrder.AGE].click()
    assert shown(queue) == ["first?", "second?"]
    assert rig.services.profile.saved.question_order == "age"
    panel.questions.orders[QuestionOrder.VOTES].click()
    assert shown(queue) == ["second?", "first?"]


async def test_answer_next_goes_down_the_queue_and_ends(
    rig: Rig, panel: FeedPanel, queue: QuestionList
) -> None:
    button = panel.questions.next
    assert not button.isEnabled()
    assert panel.questions.empty.isVisible()
    (asked,) = ask(rig, "only?")
    assert (button.isEnabled(), button.text()) == (True, "Answer next")
    button.click()
    move(rig, asked, ANSWERING)
    assert button.text() == "Done"
    button.click()
    assert await asked_for(rig) == [
        moved_to(asked, ANSWERING),
        AnswerQuestion(room_id="room", question_id=asked.question_id),
    ]


def test_the_menu_offers_what_the_state_allows(rig: Rig, queue: QuestionList) -> None:
    (asked,) = ask(rig, "why?")
    offered = []
    for state in (OPEN, ANSWERING, ANSWERED):
        move(rig, asked, state)
        question = queue.questions.question(0)
        assert question is not None
        actions = row_actions(row_of(question), rig.services.live, lambda row: None)
        offered.append([action.text for action in actions if not action.text.startswith("For ")][1:])
    assert offered == [
        ["Answer it now", "Mark as answered", "Dismiss"],
        ["Mark as answered", "Put back in the queue", "Dismiss"],
        ["Put back in the queue"],
    ]


def test_a_screen_reader_hears_votes_and_state(rig: Rig, queue: QuestionList) -> None:
    first, second = ask(rig, "first?", "second?")
    vote(rig, second, 1_204)
    move(rig, first, ANSWERING)
    found = QAccessible.queryAccessibleInterface(queue)
    assert found is not None
    names = [found.child(row).text(QAccessible.Text.Name) for row in range(2)]
    assert names == [
        "viewer0 asks: first?, being answered now",
        "viewer1 asks: second?, 1,204 votes",
    ]


def test_no_text_leaves_its_card(panel: FeedPanel) -> None:
    style = FeedStyle.current(1.0)
    names = ["n" * 200, "يوسف.للفنون" * 20, "春日" * 100, "👩‍👩‍👧‍👦" * 60]
    texts = [*json.loads(BLNS.read_text(encoding="utf-8"))[::6], "w" * 300, "👨‍👩‍👧" * 100]
    for width in (330.0, 640.0):
        for number, text in enumerate(texts):
            for state in QuestionState:
                asker = person(names[number % len(names)])
                question = Question(question_id="q", person=asker, text=text, state=state, votes=10**9)
                card = compose_card(question, width, style)
                assert measure_card(question, width, style) == card.height
                frame = card.drawing.boxes[0].rect
                for block in card.drawing.texts:
                    right = block.x + min(block.width, block.limit)
                    assert frame.left() <= block.x + 0.5
                    assert right <= frame.right() + 0.5, (text, width, state)
                    assert block.y + block.height <= frame.bottom() + 0.5, (text, width, state)
                assert all(frame.contains(action.rect) for action in card.actions)


def test_a_hundred_are_listed_and_the_others_come_up(rig: Rig, queue: QuestionList) -> None:
    asked = ask(rig, *(f"{number}?" for number in range(160)))
    assert len(shown(queue)) == 100
    vote(rig, asked[159], 1)
    assert shown(queue)[0] == "159?"
