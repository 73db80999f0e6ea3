"""Search in this LIVE through the real backend: typed, filtered, acted on, left again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.protocol.commands import AskQuestion, Comment
from studio.services.rows import FeedTab, RowState
from studio.services.search import Found, SearchKind
from studio.ui.feed import search_panel
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer


def test_search_finds_filters_and_acts(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story() -> None:
        studio = build()
        window = MainWindow(studio.services, Theme(qapp, "dark"))
        window.resize(1280, 720)
        window.show()
        await sign_up_and_go_live(studio)
        room, address = studio.services.live.room, studio.services.link.address
        assert room is not None and address is not None
        viewer = TestViewer(address, "viewer")
        await viewer.enter(room.room_id)
        for number in range(5):
            await viewer.ask(Comment(room_id=room.room_id, text=f"shading number {number}"))
        await viewer.ask(Comment(room_id=room.room_id, text="something else"))
        await viewer.ask(AskQuestion(room_id=room.room_id, text="which shading?"))
        panel = window.live.feed
        search = panel.search
        panel.show_search()

        def found() -> list[str]:
            return [row.text for row in search._rows]

        await until(lambda: len(found()) == 7, "everything is found at first")
        QTest.keyClicks(search.line, "SHADING")
        await until(lambda: len(found()) == 6, "a pause in typing looks")
        assert found()[0] == "shading number 0" and found()[-1] == "which shading?"
        search.kind.setCurrentIndex(search.kind.findData(SearchKind.COMMENTS))
        search.look()
        await until(lambda: len(found()) == 5, "comments alone")
        assert search.count.text() == "5 found" and search.older.isHidden()

        monkeypatch.setattr(search_panel, "_ENOUGH", 3)
        part = 2
        found_in_parts = studio.services.search.find

        async def in_parts(text: str, kind: SearchKind, before_seq: int = 0) -> Found:
            """As a backend that looks at little for one answer."""
            whole = await found_in_parts(text, kind)
            begin = before_seq or len(whole.rows)
            end = max(0, begin - part)
            return Found(whole.rows[end:begin], end)

        monkeypatch.setattr(studio.services.search, "find", in_parts)
        search.look()
        await until(lambda: len(found()) == 4, "it goes on until there is enough")
        assert search.count.text() == "4 found, and maybe more before"
        search.older.click()
        await until(lambda: len(found()) == 5 and search.older.isHidden(), "older ones when wanted")
        monkeypatch.undo()

        first = search._rows[0]
        studio.services.live.desk.remove(first.item_id)
        feed = studio.services.feed
        await until(
            lambda: (
                [row.state for row in feed.rows(FeedTab.ALL) if row.item_id == first.item_id]
                == [RowState.HIDDEN]
            ),
            "acted on from what was found",
        )
        search.look()
        await until(lambda: search._rows[0].state is RowState.HIDDEN, "it is found as hidden")
        QTest.keyClick(search.line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(search.line, "nothing like it")
        await until(lambda: search.empty.isVisible(), "it says that nothing was found")
        QTest.keyClick(search.line, Qt.Key.Key_Escape)
        assert not search.isVisible() and panel.stage.isVisible()
        await viewer.leave()
        await studio.services.live.end_live()
        window.deleteLater()

    on_qt_loop(story())
