"""Who somebody is, and what was said long ago: from the journal of the real studio on air."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.protocol.commands import Comment, Like, SendGift
from studio.protocol.moderation import RemoveComment
from studio.services.rows import FeedRow, FeedTab, RowState
from studio.ui.feed.feed_view import FeedView
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ROSE = 1001


async def viewer_in(studio: Studio, handle: str, *packs: str) -> TestViewer:
    room, address = studio.services.live.room, studio.services.link.address
    assert room is not None and address is not None
    viewer = TestViewer(address, handle)
    await viewer.enter(room.room_id, *packs)
    return viewer


def room_of(studio: Studio) -> str:
    assert studio.services.live.room is not None
    return studio.services.live.room.room_id


def window_of(qapp: QApplication, studio: Studio) -> MainWindow:
    window = MainWindow(studio.services, Theme(qapp, "dark"))
    window.resize(1280, 720)
    window.show()
    return window


def row_by(studio: Studio, handle: str) -> FeedRow:
    rows = studio.services.feed.rows(FeedTab.ALL)
    return next(row for row in rows if row.person is not None and row.person.handle == handle and row.text)


def test_a_person_is_known_over_lives_with_note_and_can_be_deleted(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        window = window_of(qapp, studio)
        await sign_up_and_go_live(studio)
        ana = await viewer_in(studio, "ana", "coins-70")
        await ana.ask(Comment(room_id=room_of(studio), text="hello"))
        await ana.ask(Like(room_id=room_of(studio), count=7))
        await ana.ask(SendGift(room_id=room_of(studio), gift_id=ROSE, count=3))
        people, live = studio.services.people, studio.services.live
        await until(lambda: any(row.text == "hello" for row in studio.services.feed.rows(FeedTab.ALL)))
        row = row_by(studio, "ana")
        assert row.person is not None
        person = row.person
        await until(lambda: people.doings(person.id).gifts == 3, "the gift is counted")
        feed = window.live.feed
        feed.show_person(row, window.mapToGlobal(QPoint(400, 200)))
        card = feed.person
        assert card is not None and card.isVisible()
        await until(lambda: card.past.text() == "First time in a LIVE of yours", "the past is looked up")
        assert card.figures.texts == (["1", "7", "3", "3"], ["0", "0", "0", "0"])
        assert card.gifts.text() == "Rose ×3"
        QTest.keyClicks(card.note, "draws foxes")
        QTest.keyClick(card.note, Qt.Key.Key_Return)
        card.hide()
        await ana.leave()
        await live.end_live()
        await live.leave_summary()

        await sign_up_again(studio)
        again = await viewer_back(studio, ana)
        await again.ask(Comment(room_id=room_of(studio), text="me again"))
        await until(lambda: any(row.text == "me again" for row in studio.services.feed.rows(FeedTab.ALL)))
        feed.show_person(row_by(studio, "ana"), window.mapToGlobal(QPoint(400, 200)))
        await until(lambda: card.past.text().startswith("In 1 LIVE before"), "the journal knows them")
        assert card.figures.texts[1] == ["1", "7", "3", "3"]
        assert card.note.text() == "draws foxes"
        QTest.mouseClick(card.delete, Qt.MouseButton.LeftButton)
        assert card.delete.text() == "Delete for good?"
        QTest.mouseClick(card.delete, Qt.MouseButton.LeftButton)
        await until(lambda: card.delete.text().startswith("Deleted"), "their data is gone")
        await until(lambda: card.past.text().startswith("In no LIVE kept"), "and not known any more")
        assert card.note.text() == ""
        card.hide()
        await again.leave()
        await live.end_live()
        window.deleteLater()

    on_qt_loop(story())


async def sign_up_again(studio: Studio) -> None:
    from studio.services.live import LiveSetup

    await studio.services.live.go_live(LiveSetup("The next evening"))


async def viewer_back(studio: Studio, before: TestViewer) -> TestViewer:
    """The same account, on a new connection."""
    address = studio.services.link.address
    assert address is not None
    viewer = TestViewer(address, before.handle)
    viewer.connection.token = before.connection.token
    viewer.connection.start()
    await viewer.connection.wait_open()
    from studio.protocol.commands import EnterRoom

    await viewer.ask(EnterRoom(room_id=room_of(studio)))
    return viewer


def test_rows_beyond_the_ring_come_back_from_the_journal(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        window = window_of(qapp, studio)
        await sign_up_and_go_live(studio)
        ana = await viewer_in(studio, "ana")
        room_id, feed = room_of(studio), studio.services.feed
        for start in range(0, 2_400, 100):
            said = (
                Comment(room_id=room_id, text=f"comment {number}") for number in range(start, start + 100)
            )
            await asyncio.gather(*(ana.ask(one) for one in said))
        await until(lambda: feed.count(FeedTab.ALL) >= 2_400, "all have come")
        view = window.live.feed.view
        assert len(feed.rows(FeedTab.ALL)) == 2_000, "the ring keeps what it can"
        view.scroll_by(-10_000_000)
        await until(lambda: "comment 0" in texts(view), "the beginning is there again")
        kept = texts(view)
        wanted = {f"comment {number}" for number in range(2_400)}
        assert wanted <= set(kept)
        assert len(kept) == len(set(kept)), "nothing twice"
        first = next(row for row in rows(view) if row.text == "comment 0")
        assert first.person is not None and first.person.handle == "ana"
        await studio.services.link.ask(RemoveComment(room_id=room_id, comment_id=first.item_id))
        await until(
            lambda: next(row for row in rows(view) if row.key == first.key).state is RowState.HIDDEN,
            "what is taken out is hidden there, too",
        )
        view.follow()
        assert len(view.page.stack) <= 2_000, "back at the newest nothing more than the ring is kept"
        await ana.leave()
        await studio.services.live.end_live()
        window.deleteLater()

    on_qt_loop(story())


def rows(view: FeedView) -> list[FeedRow]:
    stack = view.page.stack
    return [stack.row(serial) for serial in range(stack.first_serial, stack.end_serial)]


def texts(view: FeedView) -> list[str]:
    return [row.text for row in rows(view)]
