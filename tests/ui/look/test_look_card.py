"""The Look tile, its card and the eyedropper: what is moved reaches the picture, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.model.look import ChromaKey, Look
from studio.ui.main_window import MainWindow
from studio.ui.preview.panel import PreviewPanel
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import Stage
from tests.studio_parts import until
from tests.ui.windows import close, shown

Play = Callable[[Callable[[], Awaitable[None]]], None]
#: The offscreen platform has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SKIN = QPoint(50, 47)  # hundredths of the preview: the middle of the drawn face


def face(stage: Stage) -> tuple[int, int, int]:
    image = stage.broadcast._program()
    colour = image.pixelColor(image.width() * SKIN.x() // 100, image.height() * SKIN.y() // 100)
    return colour.red(), colour.green(), colour.blue()


def at(panel: PreviewPanel, across: float, down: float) -> QPoint:
    return QPoint(round(panel.eyedropper.width() * across), round(panel.eyedropper.height() * down))


def test_a_slider_changes_the_picture_and_is_remembered(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        panel = window.ready.preview
        before = face(stage)
        assert not panel.look.isChecked()
        panel.look.click()
        assert panel.look_card.isVisible()
        slider = panel.look_card.sliders["brightness"].slider
        assert slider.hasFocus() or panel.look_card.focusWidget() is slider
        for _ in range(20):
            QTest.keyClick(slider, Qt.Key.Key_Right)
        assert stage.services.look.look.brightness == 0.2
        await until(lambda: stage.broadcast.look.look == stage.services.look.look)
        assert face(stage) == tuple(channel + 16 for channel in before)
        assert stage.services.profile.saved.look == Look(brightness=0.2)
        assert panel.look.isChecked()
        assert window.live.preview.look_card.sliders["brightness"].slider.value() == 20
        QTest.keyClick(panel.look_card, Qt.Key.Key_Escape)
        assert not panel.look_card.isVisible()
        await close(window, stage)

    play(story)


def test_a_click_on_the_groove_sets_and_a_double_click_takes_back(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        slider = window.ready.preview.look_card.sliders["contrast"].slider
        slider.resize(200, 24)
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(146, 12))
        assert slider.value() == 50
        assert not slider.isSliderDown()
        QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(146, 12))
        assert slider.value() == 0
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(103, 12))
        assert slider.value() == 0, "nothing is found without aiming"
        await until(lambda: stage.broadcast.look.look == stage.services.look.look)
        await close(window, stage)

    play(story)


def test_reset_and_the_last_of_many_moves_wins(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        card, look = window.ready.preview.look_card, stage.services.look
        assert not card.reset.isEnabled() and not card.before.isEnabled()
        for hundredth in range(1, 101):
            look.adjust(contrast=hundredth / 100, smoothing=1.0)
        await until(lambda: stage.broadcast.look.look == Look(contrast=1.0, smoothing=1.0))
        card.reset.click()
        await until(lambda: stage.broadcast.look.look == Look())
        assert not window.ready.preview.look.isChecked()
        assert look.look.neutral
        await close(window, stage)

    play(story)


def test_comparing_shows_the_host_the_camera_and_ends_with_the_card(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        panel, look = window.ready.preview, stage.services.look
        before = face(stage)
        look.adjust(brightness=-0.5)
        await until(lambda: stage.broadcast.look.look == look.look)
        after = face(stage)
        assert after != before
        panel.open_look()
        QTest.mousePress(panel.look_card.before, Qt.MouseButton.LeftButton)
        assert look.compared
        assert face(stage) == before
        QTest.mouseRelease(panel.look_card.before, Qt.MouseButton.LeftButton)
        assert not look.compared
        assert face(stage) == after
        QTest.keyPress(panel.look_card.before, Qt.Key.Key_Space)
        assert look.compared
        panel.look_card.hide()
        assert not look.compared
        await close(window, stage)

    play(story)


def test_the_eyedropper_takes_the_colour_that_is_clicked_mirrored_as_the_host_sees_it(
    play: Play, stage: Stage, theme: Theme
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        panel, look = window.ready.preview, stage.services.look
        panel.open_look()
        panel.look_card.key.toggle.click()
        assert look.look.chroma == ChromaKey()
        panel.look_card.key.pick.click()
        assert panel.eyedropper.isVisible() and not panel.look_card.isVisible()
        assert look.compared
        QTest.mouseClick(panel.eyedropper, Qt.MouseButton.LeftButton, pos=at(panel, 0.5, 0.47))
        assert look.key.colour == "#c99b7c"  # the drawn face
        assert not panel.eyedropper.isVisible() and panel.look_card.isVisible()
        assert panel.look_card.key.swatch.accessibleName() == "Colour of the screen: #c99b7c"
        stage.broadcast.mirrored = False
        left = look.colour_under(0.02, 0.05)
        stage.broadcast.mirrored = True
        assert look.colour_under(0.98, 0.05) == left
        await close(window, stage)

    play(story)


def test_the_eyedropper_by_keyboard_and_giving_up(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        panel, look = window.ready.preview, stage.services.look
        window.actions_list.get("look.eyedropper").trigger()
        dropper = panel.eyedropper
        assert dropper.isVisible()
        for _ in range(12):
            QTest.keyClick(dropper, Qt.Key.Key_Right)
        wanted = dropper.colour
        assert wanted
        QTest.keyClick(dropper, Qt.Key.Key_Return)
        assert look.look.chroma is not None and look.look.chroma.colour == wanted
        panel.look_card.hide()
        dropper.begin()
        QTest.keyClick(dropper, Qt.Key.Key_Escape)
        assert not dropper.isVisible() and not look.compared
        assert look.key.colour == wanted
        dropper.begin()
        window.screens.setCurrentWidget(window.live)
        assert not look.compared
        await close(window, stage)

    play(story)


def test_a_bad_lut_is_said_in_the_card_and_goes_with_it(
    play: Play, stage: Stage, theme: Theme, tmp_path: Path
) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        card, look = window.ready.preview.look_card, stage.services.look
        window.ready.preview.open_look()
        low = card.height()
        path = tmp_path / ("a very long name " * 12 + ".cube")
        path.touch()
        look.adjust(lut=str(path), brightness=0.2)
        await until(lambda: bool(look.problem))
        assert "is empty" in card.lut.problem.sentence
        assert card.lut.problem.isVisible()
        assert card.height() > low
        assert card.width() == 348, "a long name must not push the card wide"
        assert stage.broadcast.look.look.brightness == 0.2
        card.lut.remove.click()
        await until(lambda: not look.problem)
        assert not card.lut.problem.isVisible()
        assert look.look == Look(brightness=0.2)
        await close(window, stage)

    play(story)


def test_the_card_says_when_a_look_is_too_much(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        card, look = window.ready.preview.look_card, stage.services.look
        assert card.accessibleDescription() == ""
        look.adjust(brightness=0.2)
        await until(lambda: stage.broadcast.look.look == look.look)
        for _ in range(60):
            stage.broadcast.look.cost_ms.add(31.0)
        stage.broadcast.changed.emit()
        assert card.accessibleDescription() == "Too slow here: 31 ms a picture"
        look.reset()
        await until(lambda: stage.broadcast.look.look == Look())
        assert card.accessibleDescription() == ""
        await close(window, stage)

    play(story)


def test_commands_and_names(play: Play, stage: Stage, theme: Theme) -> None:
    async def story() -> None:
        window = shown(stage, theme)
        get = window.actions_list.get
        get("look.key").trigger()
        assert stage.services.look.look.chroma is not None
        get("look.reset").trigger()
        assert stage.services.look.look == Look()
        get("look.card").trigger()
        card = window.ready.preview.look_card
        assert card.isVisible()
        sliders = [*card.sliders.values(), *card.key.sliders.values(), card.lut.strength]
        names = [slider.slider.accessibleName() for slider in sliders]
        assert all(names) and len(set(names)) == len(names)
        assert card.lut.choose.accessibleName() == "Choose a LUT file"
        assert window.ready.preview.eyedropper.accessibleDescription()
        await close(window, stage)

    play(story)


@pytest.mark.parametrize("width", [230, 300, 375, 600])
def test_every_tile_has_its_place_in_the_column(stage: Stage, theme: Theme, width: int) -> None:
    window = MainWindow(stage.services, theme)
    panel = window.live.preview
    panel.resize(width, 640)
    tiles = [tile for tile in panel._tiles._tiles if not tile.isHidden()]
    assert panel.look in tiles and window.live.away_tile in tiles
    for tile in tiles:
        assert panel._tiles.rect().contains(tile.geometry()), tile.text()
        assert tile.width() >= 54
        assert not any(tile.geometry().intersects(other.geometry()) for other in tiles if other is not tile)
    assert panel._tiles.geometry().bottom() <= panel.rect().bottom()
    assert panel.view.geometry().bottom() < panel._tiles.geometry().top()
    assert len({tile.small for tile in tiles}) == 1
    window.deleteLater()
