"""The backend on this computer dies and cannot start again: the host reads why, a retry brings it back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.net.connection import LinkState
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.rows import FeedTab, RowState
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import until
from tests.system.conftest import Play


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be moved away there")
@pytest.mark.expected_errors("ended unexpectedly|could not be started again")
def test_a_restart_that_fails_is_said_and_tried_again(play: Play, qapp: QApplication, tmp_path: Path) -> None:
    data, aside = tmp_path / "backend", tmp_path / "aside"

    async def story(studio: Studio, said: list[str]) -> None:
        services = studio.services
        window = MainWindow(services, Theme(qapp, "dark"))
        window.show()
        await services.account.sign_up(THIS_COMPUTER, "rin", "Rin", "a long password")
        services.broadcast.source.choose("pattern")
        await services.live.go_live(LiveSetup("Hello"))
        room = services.live.room
        assert room is not None
        data.rename(aside)
        data.write_text("a file where the folder was")
        studio.embedded.kill()
        await until(lambda: services.link.trouble != "", "the host is told")
        why = "The backend on this computer could not start: "
        why += f"cannot write to the data folder {data}: File exists"
        assert services.link.trouble == f"{why}. Put that right and press Retry now."
        await until(lambda: services.link.state is LinkState.RECONNECTING, "cut off")
        assert window.link_line.isVisible()
        assert window.link_line.sentence.startswith(why)
        # A try before anything is put right: the same words, no more.
        failed, starts = [], studio.embedded.start
        studio.embedded.start = lambda: failed.append(1) or starts()  # type: ignore[method-assign,func-returns-value]
        await until(lambda: services.link.retry_in_s is not None, "it waits for the next try")
        services.link.retry_now()
        await until(lambda: bool(failed), "it tries to start the backend")
        await until(lambda: services.link.retry_in_s is not None, "and waits again")
        assert services.link.trouble.startswith(why)
        assert services.live.phase is Phase.LIVE
        assert studio.embedded.restarts == 1, "what never came up is not started over and over"

        data.unlink()
        aside.rename(data)
        window.link_line.acted.emit()  # Retry now
        await until(lambda: services.link.state is LinkState.CONNECTED, "connected again")
        assert services.link.trouble == ""
        assert not window.link_line.isVisible()
        assert services.live.phase is Phase.LIVE and services.live.room is not None
        assert services.live.room.room_id == room.room_id
        services.live.desk.comment("still here")
        await until(
            lambda: any(
                row.text == "still here" and row.state is RowState.SETTLED
                for row in services.feed.rows(FeedTab.ALL)
            ),
            "the LIVE goes on",
        )
        assert said == []
        window.hide()
        window.deleteLater()

    play(story)
