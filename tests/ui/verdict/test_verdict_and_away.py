"""The health pill, the card behind it, stepping away by key and tile, and what the preview says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.services.verdict import Failing, Layer
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from studio.ui.verdict.card import _Line
from studio.ui.widgets.label import Label
from tests.fakes.studio_stage import GOOD, Stage
from tests.ui.shell.conftest import Story, play, stage, theme, turn

__all__ = ["play", "stage", "theme"]

Play = Callable[[Story], None]


@pytest.fixture
def on_air(play: Play, stage: Stage, theme: Theme) -> Callable[[Callable[[MainWindow], None]], None]:
    """``on_air(act)``: a window in the middle of a LIVE."""

    def run(act: Callable[[MainWindow], None]) -> None:
        async def story() -> None:
            window = MainWindow(stage.services, theme)
            window.resize(1440, 900)
            window.show()
            stage.broadcast.run_camera(GOOD)
            stage.sign_in()
            stage.go_on_air()
            stage.judge()
            await turn()
            act(window)
            await turn()
            window.hide()
            window.deleteLater()
            await stage.services.tasks.stop()
            await turn()

        play(story)

    return run


def lines(window: MainWindow) -> list[str]:
    """What the card says, line by line."""
    shown = [line for line in window.verdict_card.findChildren(_Line) if line.isVisible()]
    return [line.accessibleName() for line in sorted(shown, key=lambda line: line.y())]


def test_the_pill_is_calm_while_all_is_good_and_says_what_fails(
    on_air: Callable[..., None], stage: Stage
) -> None:
    def act(window: MainWindow) -> None:
        assert window.top.health.accessibleName() == "All good · 30 fps · 3.4 Mb/s"
        stage.judge(skipped=4, encode_ms=41.0)
        assert stage.services.watch.verdict.failing.layer is Layer.ENCODER
        assert window.top.health.accessibleName() == "Encoder slow"

    on_air(act)


def test_a_long_name_leaves_room_in_the_bar(on_air: Callable[..., None], stage: Stage) -> None:
    def act(window: MainWindow) -> None:
        verdict = stage.services.watch.verdict
        verdict.failing = Failing(Layer.UPLINK, f"Upload to {'x' * 200} slow", "evidence")
        stage.services.link.changed.emit()
        assert window.top.health.accessibleName() == "Upload to xxxxxxxxxxxxxxxxxxx…"
        assert window.width() == 1440

    on_air(act)


def test_the_card_has_the_evidence_by_layer_and_closes_with_escape(
    on_air: Callable[..., None], stage: Stage
) -> None:
    def act(window: MainWindow) -> None:
        stage.judge(skipped=4, encode_ms=41.0)
        pill, card = window.top.health, window.verdict_card
        pill.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(pill, Qt.Key.Key_Return)
        assert card.isVisible()
        said = lines(window)
        assert "Camera: 30 fps" in said
        assert "Encoder: 41 ms a frame, 33 allowed · 20 skipped in 5 s" in said
        assert "Processor: 48 % busy · 17 % by the studio" in said
        assert "Viewers: 0.4 s behind · 38 reporting" in said
        assert said[-1].startswith("Now: Encoder slow for ")
        assert window.rect().contains(card.geometry())
        QTest.keyClick(card, Qt.Key.Key_Escape)
        assert not card.isVisible()
        assert pill.hasFocus()

    on_air(act)


def test_what_takes_more_lines_than_before_has_room(on_air: Callable[..., None], stage: Stage) -> None:
    def act(window: MainWindow) -> None:
        stage.judge(skipped=4, encode_ms=41.0)
        window.show_verdict()
        verdict = stage.services.watch.verdict
        long = "live.example.org did not answer in time; check your network. " * 3
        verdict.findings[-1] = replace(verdict.findings[-1], evidence=long)
        verdict.changed.emit()
        QApplication.sendPostedEvents()
        words = [label for label in window.verdict_card.findChildren(Label) if label.isVisible()]
        assert any("live.example.org" in label.text() for label in words)
        for label in words:
            assert label.height() >= label.heightForWidth(label.width()), label.text()

    on_air(act)


def test_the_pill_closes_the_card_it_opened_and_so_does_work_elsewhere(on_air: Callable[..., None]) -> None:
    def act(window: MainWindow) -> None:
        pill, card = window.top.health, window.verdict_card
        QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
        assert card.isVisible()
        QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
        assert not card.isVisible()
        window.actions_list.get("verdict.show").trigger()
        assert card.isVisible()
        window.live.feed.box.setFocus(Qt.FocusReason.MouseFocusReason)
        assert not card.isVisible()

    on_air(act)


def test_at_most_five_findings_the_newest_first(on_air: Callable[..., None], stage: Stage) -> None:
    def act(window: MainWindow) -> None:
        verdict = stage.services.watch.verdict
        stage.judge(skipped=4, encode_ms=41.0)
        one = verdict.findings[-1]
        verdict.findings.extend([one] * 6)
        window.show_verdict()
        assert sum(line.startswith("Now: ") for line in lines(window)) == 5

    on_air(act)


def test_f8_and_the_tile_step_away_and_come_back(on_air: Callable[..., None], stage: Stage) -> None:
    def act(window: MainWindow) -> None:
        away, tile = stage.services.watch.away, window.live.away_tile
        assert tile.accessibleName() == "Step away"
        assert "F8" in tile.toolTip()
        QTest.keyClick(window, Qt.Key.Key_F8)
        assert away.away
        assert stage.broadcast.curtain is not None
        assert stage.services.overlays.alerts_paused
        assert stage.services.sound.muted
        assert tile.accessibleName() == "I’m back"
        assert window.top.away.isVisible()
        assert window.top.away.accessibleName().startswith("AWAY 0:")
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
        assert not away.away
        assert stage.broadcast.curtain is None
        assert not stage.services.overlays.alerts_paused
        assert not stage.services.sound.muted
        assert not window.top.away.isVisible()

    on_air(act)


def test_the_end_of_the_live_ends_being_away(on_air: Callable[..., None], stage: Stage) -> None:
    def act(window: MainWindow) -> None:
        QTest.keyClick(window, Qt.Key.Key_F8)
        window.show_verdict()
        stage.finish()
        assert not stage.services.watch.away.away
        assert not window.verdict_card.isVisible()

    on_air(act)


def test_the_preview_says_that_the_host_is_away_and_that_the_camera_froze(
    on_air: Callable[..., None], stage: Stage
) -> None:
    def act(window: MainWindow) -> None:
        view = window.live.preview.view

        def notice() -> tuple[int, int, int, int]:
            """The dot of the notice, where nothing else is."""
            colour = view.grab().toImage().pixelColor(26, 46 + 18)
            return colour.getRgb()

        stage.broadcast.show_frame()
        plain = notice()
        stage.freeze()
        frozen = notice()
        assert frozen != plain
        assert frozen[0] > 200 and frozen[1] < 120, "the notice's dot is red"
        QTest.keyClick(window, Qt.Key.Key_F8)
        away = notice()
        assert away[0] > 200 and away[1] > 150, "the notice's dot is gold"

    on_air(act)
