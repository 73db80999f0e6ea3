"""The feed on air: real window, real backend, real viewers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.protocol.commands import Comment, Like, SendGift
from studio.services.rows import FeedRow, FeedTab, RowState
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import ROSE, sign_up_and_go_live
from tests.viewer_client import TestViewer

Build = Callable[..., Studio]


async def on_air(studio: Studio, qapp: QApplication) -> MainWindow:
    """The window of a LIVE that has begun."""
    window = MainWindow(studio.services, Theme(qapp, "dark"))
    window.resize(1280, 720)
    window.show()
    await sign_up_and_go_live(studio)
    return window


def test_a_streak_whose_end_is_late_is_closed_told_and_put_right(
    qapp: QApplication,
    build: Build,
    on_qt_loop: Run,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        studio = build()
        services, window = studio.services, await on_air(studio, qapp)
        services.feed.streaks.limit_ms = 600  # the backend ends a streak after 4 s: to us that is late
        room, address = services.live.room, services.link.address
        assert room is not None and address is not None
        viewer = TestViewer(address, "sunny_side")
        await viewer.enter(room.room_id, "coins-70")
        await viewer.ask(SendGift(room_id=room.room_id, gift_id=ROSE, count=3))

        def row() -> FeedRow:
            return services.feed.rows(FeedTab.GIFTS)[0]

        card = window.live.earnings.this_live
        await until(lambda: bool(services.feed.rows(FeedTab.GIFTS)), "the gift is in the feed")
        await until(lambda: row().note == "closed, its end never came", "the watchdog closes the streak")
        assert (row().state, row().count) == (RowState.SETTLED, 3)
        await until(card.streaks.isVisible, "the card says what was put right")
        assert "1 streak was closed at the last count" in card.streaks.text()
        await until(lambda: row().note == "its end came late", "the backend's own end comes after all")
        assert (row().count, services.earnings.gifts, services.earnings.difference) == (3, 3, 0)
        await until(lambda: "1 went on or ended later" in card.streaks.text(), "the card says so, too")
        await viewer.leave()
        window.deleteLater()

    on_qt_loop(story())


def test_a_crowd_that_says_the_same_is_one_row_and_every_comment_counts(
    qapp: QApplication,
    build: Build,
    on_qt_loop: Run,  # type: ignore[type-arg]
) -> None:
    async def story() -> None:
        studio = build()
        services, window = studio.services, await on_air(studio, qapp)
        room, address = services.live.room, services.link.address
        assert room is not None and address is not None
        viewers = [TestViewer(address, f"viewer.{number}") for number in range(3)]
        for viewer in viewers:
            await viewer.enter(room.room_id)
        services.live.desk.comment("draw a fox")
        for viewer, text in zip(viewers, ("Draw a fox!", "DRAW A FOX!!", "dräw a foooox!"), strict=True):
            await viewer.ask(Comment(room_id=room.room_id, text=text))

        def folded() -> list[FeedRow]:
            return [row for row in services.feed.rows(FeedTab.ALL) if row.folded]

        await until(lambda: [row.count for row in folded()] == [3], "the three are one row")
        assert [row.text for row in services.feed.rows(FeedTab.ALL) if row.mine] == ["draw a fox"]
        view = window.live.feed.view
        await until(lambda: view.page.get(folded()[0].key) is not None, "the row is in the view")
        for viewer in viewers:
            await viewer.ask(Like(room_id=room.room_id, count=5))
        await until(lambda: services.live.likes == 15, "the likes have come")
        await until(lambda: view.moving_top is not None, "their line is below the newest row")
        line = services.feed.moving(FeedTab.ALL)
        assert line is not None and line.text == "15 likes from 3 people"
        assert line.note == "and 2 others joined"
        view.toggle_newest()
        live = services.live
        live.desk.remove(folded()[0].said[0].comment_id)
        await until(lambda: [row.count for row in folded()] == [2], "the removed one has left the row")
        assert folded()[0].text == "DRAW A FOX!!"
        await live.end_live()
        assert live.summary is not None and live.summary.totals.comments == 4
        for viewer in viewers:
            await viewer.leave()
        window.deleteLater()

    on_qt_loop(story())
