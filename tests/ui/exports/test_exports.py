"""Exporting through the real window, backend and processes; checking what was altered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.export.verify import verify
from studio.protocol.commands import SendGift
from studio.services.live import Phase
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until
from tests.ui.test_whole_live import sign_up_and_go_live
from tests.viewer_client import TestViewer

ROSE, LION = 1001, 1029
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_a_lives_earnings_are_exported_signed_and_checked(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    file = tmp_path / "earnings.csv"

    async def story() -> None:
        studio = build()
        services = studio.services
        window = MainWindow(services, Theme(qapp, "dark"))
        window.resize(1440, 900)
        window.show()
        await sign_up_and_go_live(studio)
        room, address = services.live.room, services.link.address
        assert room is not None and address is not None
        viewer = TestViewer(address, "mika_draws")
        await viewer.enter(room.room_id, "coins-17500", "coins-17500")
        await viewer.ask(SendGift(room_id=room.room_id, gift_id=LION))
        await viewer.ask(SendGift(room_id=room.room_id, gift_id=ROSE, count=3))
        await viewer.leave()
        await until(lambda: services.earnings.diamonds == 30_002, "both gifts came")
        window.export_earnings()  # the LIVE goes on meanwhile
        assert services.live.phase is Phase.LIVE
        card = window.history.export_card
        assert card is not None and card.isVisible()
        card.export_to(file)
        assert not card.save.isEnabled()
        await until(lambda: not services.exports.busy, "it is written")
        assert services.exports.trouble == ""
        assert card.result.text() == "2 rows, 30,002 diamonds. Signed by the backend."
        verdict = verify(file)
        assert (verdict.altered, verdict.rows, verdict.notes) == ("", 2, ())
        assert verdict.statement is not None and verdict.statement.diamonds == 30_002

        card.check(file)
        await until(lambda: not services.exports.busy, "it is checked")
        assert card.result.text().startswith(
            "Intact: 2 rows, every byte as it was written. Signed by the backend"
        )
        file.write_bytes(file.read_bytes().replace(b"29999", b"99999"))
        card.check(file)
        await until(lambda: not services.exports.busy, "it is checked again")
        assert card.result.text() == "Altered. Row 1: it is not as it was written."
        card.form.setCurrentIndex(card.form.findData("pdf"))
        card.export_to(tmp_path / "earnings.pdf")
        await until(lambda: not services.exports.busy, "the statement is drawn")
        assert card.result.text() == "1 rows, 30,002 diamonds. Signed by the backend."
        statement = verify(tmp_path / "earnings.pdf")
        assert (statement.altered, statement.rows, statement.notes) == ("", 1, ())
        card.form.setCurrentIndex(0)

        (tmp_path / "other.csv").write_text("a,b\n1,2\n")
        card.check(tmp_path / "other.csv")
        await until(lambda: not services.exports.busy, "something else")
        assert "no export of Host Studio" in card.result.text()

        card.period.setCurrentIndex(card.period.count() - 1)
        card.span.set_text("2026-13-01..2026-01-01")
        card.export_to(file)
        assert "is no period" in card.result.text() and not services.exports.busy
        card.period.setCurrentIndex(0)
        card.export_to(tmp_path / "no" / "folder.csv")
        await until(lambda: not services.exports.busy, "it cannot be written")
        assert "No such file or directory" in card.result.text()
        card.export_to(tmp_path / "cancelled.csv")
        QTest.mouseClick(card.cancel, Qt.MouseButton.LeftButton)
        await until(lambda: not services.exports.busy, "it ended")
        assert services.exports.trouble.startswith("Cancelled") or services.exports.file is not None
        window.hide()

    on_qt_loop(story())
    assert not list(tmp_path.glob("*.part"))
