"""The video card: it shows what the service says, and what is chosen is what the LIVE is made with."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.services.profile import Profile
from studio.services.video import VideoService
from studio.ui.video.card import VideoCard
from tests.fakes.quiet_tasks import QuietTasks
from tests.fakes.still_broadcast import no_trial


class Table:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.on_air = False
        self.tasks = QuietTasks()
        self.video = VideoService(Profile(folder / "p.json"), self.tasks, lambda: self.on_air, no_trial)
        self.around = QWidget()
        qtbot.addWidget(self.around)
        self.card = VideoCard(self.video, self.tasks, self.around)

    def pick(self, row: str, words: str) -> None:
        """As with the keyboard: the entry with these words becomes the current one and is activated."""
        choices = getattr(self.card, row).list
        index = choices.findText(words)
        assert index >= 0, f"{words!r} is not in the list of {row}"
        choices.setCurrentIndex(index)
        choices.activated.emit(index)


@pytest.fixture
def table(qtbot: QtBot, tmp_path: Path) -> Table:
    return Table(qtbot, tmp_path)


def test_a_preset_sets_everything_and_a_change_by_hand_makes_it_custom(table: Table) -> None:
    assert table.card.preset.list.currentText() == "TikTok 720p"
    table.pick("preset", "Twitch 1080p60")
    assert (table.video.canvas.width, table.video.canvas.fps, table.video.saved.kbps) == (1920, 60, 6_000)
    assert table.card.canvas.list.currentText() == "Landscape 1920×1080"
    assert table.card.kbps.list.currentText() == "6,000 kb/s"
    table.pick("kbps", "4,000 kb/s")
    assert table.card.preset.list.currentText() == "Custom"
    table.pick("preset", "Custom")
    assert table.video.saved.kbps == 4_000, "Custom is a name, not a choice"
    table.pick("preset", "TikTok 720p")
    assert table.card.preset.list.findText("Custom") < 0


def test_the_reason_and_what_it_needs_are_told(table: Table) -> None:
    assert "Trying" in table.card.reason.text()
    video = table.video
    video.choice = no_trial(video.canvas, video.settings, "auto")
    video.changed.emit()
    words = "x264 veryfast · 11 ms a frame of 33 · no driver for NVENC, QuickSync, AMF"
    assert table.card.reason.text() == words
    assert table.card.needs.text() == "It needs: upload 3.8 Mb/s for each target · 11 ms of a frame's 33"
    assert [table.card.encoder.list.itemText(n) for n in range(2)] == ["Automatic", "x264"]


def test_on_air_it_only_tells(table: Table) -> None:
    table.on_air = True
    table.video.changed.emit()
    assert not any(row.isEnabled() for row in table.card.rows)
    assert "End the LIVE" in table.card.reason.text()
    table.video.took_over("NVENC failed; x264 took over, and the LIVE goes on.")
    assert table.card.reason.text() == "NVENC failed; x264 took over, and the LIVE goes on."


def test_every_list_has_a_name_for_screen_readers(table: Table) -> None:
    names = [row.list.accessibleName() for row in table.card.rows]
    assert all(names) and len(set(names)) == len(names)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_it_opens_on_the_screen_and_takes_the_keyboard(table: Table, qtbot: QtBot) -> None:
    table.around.resize(300, 200)
    table.around.show()
    table.card.open_at(table.around)
    qtbot.waitUntil(table.card.isVisible)
    screen = table.card.screen().availableGeometry()
    assert screen.contains(table.card.geometry())
    table.card.hide()
