"""The panel on the real services: what the room does shows, what the host does is asked for."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.model.room import Pinned
from studio.net.errors import Rejected
from studio.protocol.commands import AnswerQuestion, Comment
from studio.protocol.events import CommentPinned, PersonMuted, QuestionAnswered
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment
from studio.services.live import Phase
from studio.services.rows import FeedRow, FeedTab, RowKind, RowState
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.row_menu import row_actions
from studio.ui.feed.speech import spoken, tip
from tests.fakes.feed_services import HOST, Rig, person


def shown(panel: FeedPanel) -> list[FeedRow]:
    return [panel.view.page.stack.row(serial) for serial, _ in panel.view.in_view]


def test_a_new_live_says_that_nobody_spoke_yet(panel: FeedPanel, rig: Rig) -> None:
    assert panel.stage.empty.isVisible()
    rig.send(rig.comment("ana", "hello"))
    rig.flush()
    assert not panel.stage.empty.isVisible()
    assert shown(panel)[-1].text == "hello"


def test_tabs_show_their_rows_and_counts(qtbot: QtBot, panel: FeedPanel, rig: Rig) -> None:
    rig.send(rig.comment("ana", "hello"), rig.gift("kofi", "Lion"), rig.gift("mika", "Corgi"))
    rig.send(rig.question("tom", "which brush?"))
    rig.flush()
    buttons = panel.tabs.buttons
    qtbot.waitUntil(lambda: buttons[FeedTab.GIFTS].accessibleName() == "Gifts, 2")
    assert buttons[FeedTab.QUESTIONS].accessibleName() == "Questions, 1"
    qtbot.mouseClick(buttons[FeedTab.GIFTS], Qt.MouseButton.LeftButton)
    assert [row.gift_name for row in shown(panel)] == ["Lion", "Corgi"]
    buttons[FeedTab.GIFTS].setFocus()
    qtbot.keyClick(buttons[FeedTab.GIFTS], Qt.Key.Key_Right)
    assert [row.kind for row in shown(panel)] == [RowKind.QUESTION]


def test_a_streak_grows_in_one_row(panel: FeedPanel, rig: Rig) -> None:
    for count in (1, 2, 5):
        added = 1 if count < 5 else 3
        rig.send(rig.gift("sunny", "Rose", count, added=added, streak="s1", ended=False))
        rig.flush()
    gifts = [row for row in shown(panel) if row.kind is RowKind.GIFT]
    assert [(row.count, row.state) for row in gifts] == [(5, RowState.RUNNING)]
    rig.send(rig.gift("sunny", "Rose", 5, added=0, streak="s1"))
    rig.flush()
    gifts = [row for row in shown(panel) if row.kind is RowKind.GIFT]
    assert [(row.count, row.state) for row in gifts] == [(5, RowState.SETTLED)]


def test_a_streak_closed_without_its_end_says_so_in_its_row(panel: FeedPanel, rig: Rig) -> None:
    now_s, streaks = [100.0], rig.services.feed.streaks
    streaks._clock = lambda: now_s[0]
    rig.send(rig.gift("م" * 200, "Rose", 11, streak="s1", ended=False))
    now_s[0] += 60
    streaks.look()
    rig.flush()
    row = shown(panel)[-1]
    words = [layout.text() for text in panel.view._cache.get(row).texts for layout in text.layouts]
    assert "closed, its end never came" in words
    assert "closed, its end never came" in spoken(row) and "closed" in tip(row)


def test_painting_measures_the_way_to_the_screen(panel: FeedPanel, rig: Rig) -> None:
    event = rig.comment("ana", "hello")
    rig.pass_time(38)
    rig.send(event)
    rig.flush()
    panel.view.viewport().repaint()
    panel._show_rate()
    assert rig.services.feed.delay_ms_p50 == 38
    assert "38 ms" in panel.rate.accessibleName()
    assert "38 ms" in panel.rate.toolTip()


def test_new_below_leads_back_down(qtbot: QtBot, panel: FeedPanel, rig: Rig) -> None:
    rig.send(*[rig.comment("ana", f"number {number}") for number in range(60)])
    rig.flush()
    button = panel.stage.new_below
    assert not button.isVisible()
    panel.view.scroll_by(-500)
    assert button.isVisible()
    rig.send(*[rig.comment("ana", f"later {number}") for number in range(12)])
    rig.flush()
    assert button.text() == "12 new below"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()
    assert shown(panel)[-1].text == "later 11"


def test_the_pinned_comment_shows_and_can_be_taken_down(qtbot: QtBot, panel: FeedPanel, rig: Rig) -> None:
    assert not panel.pinned.isVisible()
    pinned = Pinned(comment_id="c1", person=HOST, text="Drop one word")
    rig.send(CommentPinned(pinned=pinned, **rig._stamp()))
    rig.flush()
    assert panel.pinned.isVisible()
    assert panel.pinned.accessibleName() == "Pinned: You: Drop one word"
    rig.send(CommentPinned(pinned=None, **rig._stamp()))
    rig.flush()
    assert not panel.pinned.isVisible()


async def test_a_comment_is_asked_for_shown_greyed_and_settles(
    qtbot: QtBot, panel: FeedPanel, rig: Rig
) -> None:
    qtbot.keyClicks(panel.box.line, "  thank   you ")
    qtbot.keyClick(panel.box.line, Qt.Key.Key_Return)
    rig.flush()
    assert panel.box.line.text() == ""
    row = shown(panel)[-1]
    assert (row.text, row.state, row.mine) == ("thank you", RowState.PENDING, True)
    await asyncio.sleep(0)
    assert rig.link.asked == [Comment(room_id="room", text="thank you")]
    event = rig.comment("you", "thank you")
    rig.send(type(event)(comment_id="posted-1", person=HOST, text="thank you", **rig._stamp()))
    rig.flush()
    assert shown(panel)[-1].key == row.key
    assert shown(panel)[-1].state is RowState.SETTLED


async def test_a_refused_comment_says_why_and_can_be_sent_again(
    qtbot: QtBot, panel: FeedPanel, rig: Rig
) -> None:
    rig.link.refusal = Rejected(429, "You are sending too fast. Wait a moment.")
    qtbot.keyClicks(panel.box.line, "hello")
    qtbot.keyClick(panel.box.line, Qt.Key.Key_Return)
    for _ in range(3):
        await asyncio.sleep(0)
    rig.flush()
    row = shown(panel)[-1]
    assert row.state is RowState.FAILED
    assert "too fast" in row.note
    drawing, box = panel.view._cache.get(row), panel.view.box_of(row.key)
    assert drawing.action is not None and box is not None
    rig.link.refusal = None
    at = drawing.action.rect.translated(0, box.top()).center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    await asyncio.sleep(0)
    rig.flush()
    assert shown(panel)[-1].state is RowState.PENDING
    assert rig.link.asked[-1] == Comment(room_id="room", text="hello")


def test_too_long_a_comment_is_counted_and_refused_not_cut(qtbot: QtBot, panel: FeedPanel, rig: Rig) -> None:
    panel.box.line.setText("x" * 149)
    assert panel.box._count.text() == "1"
    panel.box.line.setText("x" * 163)
    assert panel.box._count.text() == "-13"
    qtbot.keyClick(panel.box.line, Qt.Key.Key_Return)
    assert panel.box.line.text() == "x" * 163
    assert "13 characters too long" in panel.problem.sentence
    assert panel.problem.isVisible()
    assert rig.link.asked == []


def test_emoji_count_as_the_backend_counts_them(panel: FeedPanel) -> None:
    panel.box.line.setText("🦊" * 140)
    assert panel.box._count.text() == "10"


def test_pasted_lines_become_one(qtbot: QtBot, panel: FeedPanel) -> None:
    panel.box.line.insert("one\ntwo\r\n\nthree")
    assert panel.box.text == "one two three"


def test_nothing_can_be_written_off_air_and_the_box_says_why(panel: FeedPanel, rig: Rig) -> None:
    assert panel.box.line.isEnabled()
    rig.services.live._set_phase(Phase.ENDING)
    assert not panel.box.line.isEnabled()
    assert "ending" in panel.box.line.placeholderText()


def test_the_reason_something_failed_is_a_line_not_a_dialog(panel: FeedPanel, rig: Rig) -> None:
    rig.services.live.failed.emit("That comment is already gone.")
    assert panel.problem.isVisible()
    assert panel.problem.sentence == "That comment is already gone."
    panel.problem.acted.emit()
    assert not panel.problem.isVisible()


async def test_what_a_host_can_do_with_a_row_is_asked_for(panel: FeedPanel, rig: Rig) -> None:
    rig.send(rig.comment("troll", "bad"), rig.question("tom", "why?"))
    rig.flush()
    said, asked = shown(panel)[-2:]
    live = rig.services.live
    actions = {action.text: action for action in row_actions(said, live, panel.view.copy)}
    assert list(actions) == [
        "Copy", "Pin", "Remove", "For 5 s", "For 30 s", "For 1 min", "For 5 min", "For the whole LIVE",
    ]  # fmt: skip
    for words in ("Pin", "Remove", "For 5 min", "For the whole LIVE"):
        actions[words].run()
    on_question = {action.text: action for action in row_actions(asked, live, panel.view.copy)}
    on_question["Mark as answered"].run()
    await asyncio.sleep(0)
    troll = person("troll").id
    assert rig.link.asked == [
        PinComment(room_id="room", comment_id=said.item_id),
        RemoveComment(room_id="room", comment_id=said.item_id),
        MutePerson(room_id="room", person_id=troll, seconds=300),
        MutePerson(room_id="room", person_id=troll, seconds=0),
        AnswerQuestion(room_id="room", question_id=asked.item_id),
    ]


def test_a_host_cannot_mute_themselves(panel: FeedPanel, rig: Rig) -> None:
    key = rig.services.feed.add_mine(HOST, "hello")
    rig.flush()
    row = shown(panel)[-1]
    assert row.key == key
    assert [a.text for a in row_actions(row, rig.services.live, panel.view.copy)] == ["Copy"]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_enter_opens_the_menu_of_the_row(qtbot: QtBot, panel: FeedPanel, rig: Rig) -> None:
    rig.send(rig.comment("R&D <b>", "hello"))
    rig.flush()
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert panel.menu is not None
    words = [action.text() for action in panel.menu.actions() if action.text()]
    mark = "Always show as a mention"
    make = "Make \u2068R&&D <b>\u2069 a moderator"
    block = "Block \u2068R&&D <b>\u2069"
    about = "About \u2068R&&D <b>\u2069…"
    why, mute = "Remove, mute or block with a reason…", "Mute \u2068R&&D <b>\u2069"
    assert words == [about, "Copy", "Pin", mark, "Remove", block, make, why, mute]
    panel.menu.close()


def test_muting_hides_what_was_said_and_answering_is_marked(panel: FeedPanel, rig: Rig) -> None:
    said, asked = rig.comment("troll", "bad"), rig.question("tom", "why?")
    rig.send(said, asked)
    rig.flush()
    rig.send(
        PersonMuted(person=said.person, until_ms=0, by=HOST, **rig._stamp()),
        QuestionAnswered(question_id=asked.question_id, **rig._stamp()),
    )
    rig.flush()
    states = {row.item_id: row.state for row in shown(panel)}
    assert states[said.comment_id] is RowState.HIDDEN
    assert states[asked.question_id] is RowState.ANSWERED


@pytest.mark.parametrize("width", [300, 400, 900])
def test_every_width_is_usable(panel: FeedPanel, rig: Rig, width: int) -> None:
    rig.send(rig.comment("x" * 200, "W" * 150), rig.gift("م" * 200, "Universe", 999))
    rig.flush()
    panel.resize(width, 400)
    assert panel.box.width() <= width
    assert panel.tabs.geometry().right() <= width
    for serial, _ in panel.view.in_view:
        row = panel.view.page.stack.row(serial)
        for block in panel.view._cache.get(row).texts:
            assert block.x + min(block.width, block.limit) <= width
