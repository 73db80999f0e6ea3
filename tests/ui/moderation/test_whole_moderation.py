"""Moderation's whole way through the real backend: rules set, comments stopped, decided, taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.moderation import ModAction
from studio.model.rules import RuleKind
from studio.protocol.commands import Comment, Fate
from studio.services.rows import FeedTab, RowState
from studio.ui.main_window import MainWindow
from studio.ui.moderation.moderation_panel import Page
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer


def test_from_rule_to_undo(qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        moderation, feed = studio.services.moderation, studio.services.feed
        window = MainWindow(studio.services, Theme(qapp, "dark"))
        window.resize(1280, 720)
        window.show()
        await sign_up_and_go_live(studio)
        room, address = studio.services.live.room, studio.services.link.address
        assert room is not None and address is not None
        viewer = TestViewer(address, "viewer")
        await viewer.enter(room.room_id)

        async def say(text: str) -> Fate:
            posted = await viewer.ask(Comment(room_id=room.room_id, text=text))
            return posted.fate  # type: ignore[attr-defined,no-any-return]

        def states() -> dict[str, RowState]:
            return {row.text: row.state for row in feed.rows(FeedTab.ALL) if row.text}

        assert await say("HELLO EVERYBODY") is Fate.SHOWN
        panel = window.live.feed
        panel.show_moderation(Page.RULES)
        rules = panel.moderation.rules
        await until(lambda: moderation.known and bool(moderation.lists), "the backend has told its rules")
        rules.cards[RuleKind.CAPITALS].toggle.click()
        rules.try_out.click()
        await until(lambda: rules.trial.isVisible(), "the trial is shown")
        assert rules.trial.sentence.text() == "1 of your only comment so far."
        rules.use.click()
        await until(lambda: bool(moderation.rules.rules), "the rules are used")
        assert await say("LOUD AND CLEAR") is Fate.HELD
        await until(lambda: len(moderation.waiting) == 1, "it waits")
        assert "LOUD AND CLEAR" not in states()
        panel.show_moderation(Page.WAITING)
        cards = panel.moderation.waiting.cards
        await until(lambda: bool(cards) and cards[0].isVisible(), "its card is on screen")
        cards[0].allow.click()
        await until(lambda: "LOUD AND CLEAR" in states(), "it is in the feed")
        assert not moderation.waiting

        person = next(row.person for row in feed.rows(FeedTab.ALL) if row.text == "LOUD AND CLEAR")
        assert person is not None
        studio.services.live.desk.mute(person.id, 0)
        await until(lambda: states()["LOUD AND CLEAR"] is RowState.HIDDEN, "the mute hides what was said")
        muted = next(one for one in moderation.entries() if one.action is ModAction.MUTED)
        moderation.undo(muted)
        await until(lambda: states()["LOUD AND CLEAR"] is RowState.SETTLED, "the undo shows it again")
        assert states()["HELLO EVERYBODY"] is RowState.SETTLED
        assert await say("free again") is Fate.SHOWN
        await viewer.leave()
        await studio.services.live.end_live()
        window.deleteLater()

    on_qt_loop(story())
