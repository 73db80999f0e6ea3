"""Polls, countdowns, giveaways, boxes and fans through the real backend, begun by the host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.giveaway import Entrants
from studio.model.poll import Poll
from studio.model.treasure import BoxState
from studio.protocol.activities import EnterGiveaway, FundBox, JoinBox, JoinFanClub, VotePoll
from studio.protocol.commands import Comment, SendGift
from studio.services.rows import FeedTab
from studio.ui.activities.box_editor import BoxEditor
from studio.ui.activities.countdown_editor import CountdownEditor
from studio.ui.activities.giveaway_editor import GiveawayEditor
from studio.ui.activities.poll_editor import PollEditor
from studio.ui.activities.strip_card import StripCard
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ROSE, CONE = 1001, 1002


class OnAir:
    """A studio on air with its window and one viewer."""

    def __init__(self, studio: Studio, window: MainWindow, viewer: TestViewer) -> None:
        self.studio, self.window, self.viewer = studio, window, viewer
        self.activities = studio.services.activities
        self.start = window.live.feed.start
        self.strip = window.live.feed.activities
        room = studio.services.live.room
        assert room is not None
        self.room_id = room.room_id

    @property
    def poll(self) -> Poll:
        poll = self.activities.shown.poll
        assert poll is not None
        return poll

    async def card(self, key: str) -> StripCard:
        await until(lambda: key in self.strip.cards, "its card is shown")
        return self.strip.cards[key]

    def said(self) -> list[str]:
        return [row.text for row in self.studio.services.feed.rows(FeedTab.ALL)]


async def on_air(qapp: QApplication, build: Callable[..., Studio], *packs: str) -> OnAir:
    studio = build()
    window = MainWindow(studio.services, Theme(qapp, "dark"))
    window.resize(1280, 720)
    window.show()
    await sign_up_and_go_live(studio)
    room, address = studio.services.live.room, studio.services.link.address
    assert room is not None and address is not None
    viewer = TestViewer(address, "ana")
    await viewer.enter(room.room_id, *packs)
    return OnAir(studio, window, viewer)


async def ended(live: OnAir) -> None:
    await live.viewer.leave()
    await live.studio.services.live.end_live()
    live.window.deleteLater()


def test_a_poll_from_question_to_result(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        live = await on_air(qapp, build, "coins-70")
        live.start.open_poll()
        editor = live.start.editor("poll")
        assert isinstance(editor, PollEditor) and editor.isVisible()
        editor.question.set_text("What next?")
        QTest.mouseClick(editor.act, Qt.MouseButton.LeftButton)
        assert (editor.problem.text(), editor.isVisible()) == ("Every answer needs words.", True)
        editor.rows[0].line.setText("Fox")
        editor.rows[1].line.setText("fox")
        editor.submit()
        assert editor.problem.text() == "Two answers are the same."
        QTest.mouseClick(editor.more, Qt.MouseButton.LeftButton)
        assert editor.focusWidget() is editor.rows[2].line
        editor.rows[1].line.setText("Tea")
        QTest.keyClicks(editor.rows[2].line, "Moon")
        QTest.keyClick(editor.rows[2].line, Qt.Key.Key_Return)
        assert not editor.isVisible()
        await until(lambda: live.activities.poll_runs, "the poll runs")
        vote = VotePoll(room_id=live.room_id, poll_id=live.poll.poll_id, choice=1)
        await live.viewer.ask(vote)
        await until(lambda: live.poll.total == 1, "a vote is counted")
        card = await live.card(live.poll.poll_id)
        await until(lambda: card.note.text() == "1 vote", "the card says so")
        assert live.strip.isVisible() and card.time.text().startswith(("1:", "2:00"))
        assert live.strip.bars is not None and live.strip.bars.accessibleName() == "Fox: 0, Tea: 1, Moon: 0"
        QTest.mouseClick(card.act, Qt.MouseButton.LeftButton)
        await until(lambda: not live.activities.poll_runs, "it has ended")
        await until(lambda: card.away.isVisible(), "it can be put away")
        await until(lambda: "The poll ended: Tea, with 1 of 1 vote." in live.said(), "the feed says it")
        QTest.mouseClick(card.away, Qt.MouseButton.LeftButton)
        await until(lambda: not live.strip.isVisible(), "the room is the feed's again")

        live.start.open_poll()
        assert editor.question.text == "" and len(editor.rows) == 2, "the next one begins empty"
        editor.question.set_text("Which pen?")
        editor.kind.setCurrentIndex(1)
        editor.rows[1].gift.setCurrentIndex(editor.rows[1].gift.findData(ROSE))
        editor.rows[0].gift.setCurrentIndex(editor.rows[0].gift.findData(ROSE))
        editor.submit()
        assert editor.problem.text() == "Each answer needs a gift of its own."
        editor.rows[0].gift.setCurrentIndex(editor.rows[0].gift.findData(CONE))
        editor.submit()
        await until(lambda: live.activities.poll_runs, "the poll of gifts runs")
        await live.viewer.ask(SendGift(room_id=live.room_id, gift_id=ROSE, count=4))
        await until(lambda: live.poll.options[1].votes == 4, "gifts are votes")
        assert live.poll.options[1].text == "Rose"
        await ended(live)

    on_qt_loop(story())


def test_a_countdown_by_keyboard(qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        live = await on_air(qapp, build)
        live.start.open_countdown()
        editor = live.start.editor("countdown")
        assert isinstance(editor, CountdownEditor)
        QTest.keyClicks(editor.length.line, "soon")
        QTest.keyClick(editor.length.line, Qt.Key.Key_Return)
        assert "2:30" in editor.length.error
        editor.title.set_text("Next sketch")
        editor.length.set_text("2:30")
        editor.submit()
        await until(lambda: live.activities.shown.countdown is not None, "it runs")
        await until(lambda: len(live.strip.cards) == 1, "it is shown")
        (card,) = live.strip.cards.values()
        assert (card.title.text(), card.time.text()[:2]) == ("Next sketch", "2:")
        live.activities.set_countdown("Now", 1)
        await until(lambda: "Time is up: Now" in live.said(), "the feed says that time is up")
        live.activities.set_countdown("", 0)
        await until(lambda: not live.strip.cards, "it is taken away")
        await ended(live)

    on_qt_loop(story())


def test_a_giveaway_is_drawn_and_the_draw_checked(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        live = await on_air(qapp, build)
        live.start.open_giveaway()
        editor = live.start.editor("giveaway")
        assert isinstance(editor, GiveawayEditor)
        editor.places.set_text("0")
        editor.submit()
        assert (editor.prize.error, editor.places.error) == ("What is the prize?", "1 to 20")
        editor.prize.set_text("A print")
        editor.places.set_text("1")
        editor.submit()
        await until(lambda: live.activities.giveaway_runs, "it runs")
        giveaway = live.activities.shown.giveaway
        assert giveaway is not None and giveaway.who is Entrants.EVERYONE
        await live.viewer.ask(EnterGiveaway(room_id=live.room_id, giveaway_id=giveaway.giveaway_id))
        card = await live.card(giveaway.giveaway_id)
        await until(lambda: "1 take part" in card.note.text(), "one entered")
        QTest.mouseClick(card.act, Qt.MouseButton.LeftButton)
        await until(lambda: "draw checked" in card.note.text(), "the studio has worked it out again")
        assert card.title.text() == "A print: ana"
        assert "Giveaway: A print goes to ana, of 1 person." in live.said()
        live.activities.start_giveaway("Nobody's", 1, Entrants.FANS, 0)
        await until(lambda: live.activities.giveaway_runs, "another one runs")
        live.activities.draw()
        await until(
            lambda: "Giveaway: Nobody's. Nobody took part, so nobody wins." in live.said(), "nobody wins"
        )
        await ended(live)

    on_qt_loop(story())


def test_boxes_and_fans_reach_the_host(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        live = await on_air(qapp, build, "coins-350")
        live.start.open_box()
        editor = live.start.editor("box")
        assert isinstance(editor, BoxEditor)
        editor.submit()
        assert (editor.coins.error, editor.shop.isVisible()) == ("You have 0", True)
        editor.hide()
        await live.viewer.ask(FundBox(room_id=live.room_id, coins=100, places=5, seconds=30))
        await until(lambda: len(live.strip.cards) == 1, "the box is shown")
        (box,) = live.activities.shown.boxes
        assert live.strip.cards[box.box_id].title.text() == "100 coins from ana"
        assert live.studio.services.link.address is not None
        other = TestViewer(live.studio.services.link.address, "ben")
        await other.enter(live.room_id)
        await other.ask(JoinBox(room_id=live.room_id, box_id=box.box_id))
        await until(lambda: live.activities.shown.boxes[0].joined == 1, "one has come")
        await other.ask(JoinFanClub(room_id=live.room_id))
        await other.ask(Comment(room_id=live.room_id, text="hello"))
        rows = live.studio.services.feed.rows
        await until(lambda: any("Fan · Lv 1" in row.badges for row in rows(FeedTab.ALL)), "fans have a badge")
        assert live.activities.fans == 1
        await live.studio.services.live.end_live()
        await until(lambda: live.activities.shown.boxes[0].state is BoxState.OPENED, "the end opens it")
        await other.leave()
        await live.viewer.leave()
        live.window.deleteLater()

    on_qt_loop(story())
