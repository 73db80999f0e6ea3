"""A whole LIVE through the real window, the real backend, a real keyring seam and real viewers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.room import GoalWish
from studio.protocol.commands import AskQuestion, Comment, Follow, Like, SendGift
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.rows import FeedTab, RowState
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.viewer_client import TestViewer

ROSE, LION = 1001, 1029


async def sign_up_and_go_live(studio: Studio, handle: str = "rin.sketches") -> None:
    services = studio.services
    await services.account.sign_up(THIS_COMPUTER, handle, "Rin", "a long password")
    assert services.account.signed_in
    services.broadcast.source.choose("pattern")
    await services.live.go_live(
        LiveSetup("Friday night sketching ✏️", "Art & drawing", GoalWish(title="New tablet", target=50_000))
    )
    assert services.live.phase is Phase.LIVE


def test_from_sign_in_to_summary(qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        services = studio.services
        closed = asyncio.Event()

        async def on_close() -> None:
            await studio.stop()
            closed.set()

        window = MainWindow(services, Theme(qapp, "dark"), on_close=on_close)
        window.resize(1440, 900)
        window.show()
        assert services.live.phase is Phase.SIGNED_OUT
        await sign_up_and_go_live(studio)
        room = services.live.room
        address = services.link.address
        assert room is not None and address is not None

        viewer = TestViewer(address, "sunny_side")
        await viewer.enter(room.room_id, "coins-17500", "coins-17500")
        await viewer.ask(Comment(room_id=room.room_id, text="¡qué bonito! <b>🦊</b>"))
        await viewer.ask(Like(room_id=room.room_id, count=15))
        await viewer.ask(Follow(room_id=room.room_id))
        await viewer.ask(AskQuestion(room_id=room.room_id, text="which brush?"))
        for _ in range(5):
            await viewer.ask(SendGift(room_id=room.room_id, gift_id=ROSE))
        await viewer.ask(SendGift(room_id=room.room_id, gift_id=LION))
        services.live.desk.comment("MIKA!! thank you")

        feed = services.feed
        await until(lambda: services.earnings.diamonds == 30_004, "the gifts are in the panel")
        gifts = {row.gift_id: row for row in feed.rows(FeedTab.GIFTS)}
        assert (gifts[ROSE].count, gifts[LION].diamonds) == (5, 29_999)
        await until(lambda: gifts_settled(studio), "the streak settles")
        comments = {row.text: row.state for row in feed.rows(FeedTab.ALL)}
        assert comments["¡qué bonito! <b>🦊</b>"] is RowState.SETTLED
        await until(
            lambda: any(
                r.text == "MIKA!! thank you" and r.state is RowState.SETTLED for r in feed.rows(FeedTab.ALL)
            ),
            "our own comment settles",
        )
        question = feed.rows(FeedTab.QUESTIONS)[0]
        services.live.desk.answer(question.item_id)
        await until(
            lambda: feed.rows(FeedTab.QUESTIONS)[0].state is RowState.ANSWERED, "the question is answered"
        )
        assert (services.live.likes, services.live.new_followers) == (15, 1)
        assert services.live.goal is not None
        await until(
            lambda: services.live.goal is not None and services.live.goal.reached == 30_004, "the goal moves"
        )
        await until(lambda: services.broadcast.media_counters().encoded > 10, "pictures are encoded")
        await until(lambda: services.earnings.verified, "feed and ledger agree")
        await until(lambda: len(feed.delays) > 0, "rows were painted")

        await services.live.end_live()
        summary = services.live.summary
        assert services.live.phase is Phase.SUMMARY and summary is not None
        assert summary.totals.diamonds == summary.feed_diamonds == 30_004
        assert (summary.missed, summary.duplicates, summary.totals.gifts) == (0, 0, 6)
        assert summary.supporters[0].person.handle == "sunny_side"
        await viewer.leave()
        window.close()
        await asyncio.wait_for(closed.wait(), 20)
        window.deleteLater()

    on_qt_loop(story())


def gifts_settled(studio: Studio) -> bool:
    return all(row.state is RowState.SETTLED for row in studio.services.feed.rows(FeedTab.GIFTS))
