"""Goals through the real backend: set while on air by keyboard and mouse, moved by viewers, taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.model.room import Goal, GoalKind
from studio.protocol.commands import BuyCoins, Like, SendGift, Share
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
ROSE = 1001


def test_a_host_changes_what_the_room_collects(
    qapp: QApplication, build: Callable[..., Studio], on_qt_loop: Run
) -> None:  # type: ignore[type-arg]
    async def story() -> None:
        studio = build()
        live = studio.services.live
        window = MainWindow(studio.services, Theme(qapp, "dark"))
        window.resize(1280, 720)
        window.show()
        await sign_up_and_go_live(studio)
        assert live.room is not None and studio.services.link.address is not None
        viewer = TestViewer(studio.services.link.address, "ana")
        await viewer.enter(live.room.room_id)
        column = window.live.earnings

        def goal() -> Goal:
            assert live.goal is not None
            return live.goal

        assert (goal().title, goal().kind) == ("New tablet", GoalKind.DIAMONDS)
        QTest.mouseClick(column.goal.edit, Qt.MouseButton.LeftButton)
        editor = column.goal_editor
        assert editor is not None and editor.isVisible()
        fields = editor.fields
        assert (fields.title.text, fields.target.text) == ("New tablet", "50,000")
        fields.target.set_text("many")
        QTest.mouseClick(editor.set, Qt.MouseButton.LeftButton)
        assert (fields.target.error, editor.isVisible()) == ("A whole number", True)
        fields.title.set_text("Hearts")
        fields.kind.setCurrentIndex(fields.kind.findData("likes"))
        fields.target.set_text("20")
        QTest.keyClick(fields.target.line, Qt.Key.Key_Return)
        assert not editor.isVisible()
        await until(lambda: goal().kind is GoalKind.LIKES, "the goal counts likes")
        await viewer.ask(Like(room_id=live.room.room_id, count=12))
        await viewer.ask(Share(room_id=live.room.room_id))
        await until(lambda: goal().reached == 12, "likes move it, a share does not")
        await until(lambda: column.goal.figures.text() == "12 / 20 likes", "the card says so")

        window.actions_by_name["goal.edit"].trigger() if hasattr(
            window, "actions_by_name"
        ) else column.edit_goal()
        fields.title.set_text("Roses")
        fields.kind.setCurrentIndex(fields.kind.findData("gift"))
        assert fields.gift.isVisible()
        fields.gift.setCurrentIndex(fields.gift.findData(ROSE))
        fields.target.set_text("5")
        editor.submit()
        await until(lambda: goal().gift_name == "Rose", "one gift counts")
        await viewer.ask(BuyCoins(pack_id="coins-70"))
        await viewer.ask(SendGift(room_id=live.room.room_id, gift_id=ROSE, count=5))
        await until(lambda: goal().reached == 5, "roses move it")
        await until(lambda: column.goal.accessibleDescription() == "reached", "it is reached")

        QTest.mouseClick(column.goal.edit, Qt.MouseButton.LeftButton)
        QTest.mouseClick(editor.take_away, Qt.MouseButton.LeftButton)
        await until(lambda: live.goal is None, "it is taken away")
        await until(lambda: column.goal.edit.text() == "Set a goal", "a new one can be set")
        await viewer.leave()
        await live.end_live()
        window.deleteLater()

    on_qt_loop(story())
