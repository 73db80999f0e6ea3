"""What is edited on the preview is what viewers get: the whole studio, its real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.app import Studio
from studio.model.handles import Grip, grip_points
from studio.model.scene import Placement
from studio.services.account import THIS_COMPUTER
from studio.ui.main_window import MainWindow
from studio.ui.scenes.handle_painting import ARM
from studio.ui.theme.theme import Theme
from tests.studio_parts import Run, until

#: The offscreen platform has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
RED, CLEAR = (255, 0, 0, 255), (0, 0, 0, 0)


def seen(window: MainWindow, across: float, down: float) -> tuple[int, int, int]:
    """The colour at that place of the picture, as the host sees it."""
    view = window.ready.preview.view
    image: QImage | None = view._image
    if image is None:
        return 0, 0, 0
    colour = image.pixelColor(int(image.width() * across), int(image.height() * down))
    return colour.red(), colour.green(), colour.blue()


def red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 200 and max(colour[1:]) < 60


def test_an_image_is_added_dragged_and_undone_in_the_program_picture(
    qapp: QApplication,
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    logo = tmp_path / "logo.png"
    picture = Image.new("RGBA", (200, 100), RED)
    picture.paste(CLEAR, (0, 0, 100, 100))  # its left half is clear
    picture.save(logo)

    async def story() -> None:
        studio = build()
        services = studio.services
        services.broadcast.mirrored = False
        window = MainWindow(services, Theme(qapp, "dark"))
        window.resize(1280, 800)
        window.show()
        await services.account.sign_up(THIS_COMPUTER, "rin.sketches", "Rin", "a long password")
        services.broadcast.source.choose("pattern")
        editor, scenes = window.ready.preview.editor, services.scenes
        window.ready.preview.open_scenes()
        window.ready.preview.scenes_card.edit.click()
        editor.card.menu.choose_image()
        dialog = next(one for one in window.findChildren(QFileDialog) if one.isVisible())
        dialog.fileSelected.emit(str(logo))
        dialog.close()
        layer_id = scenes.selected
        assert scenes.scene.layers[-1].name == "logo"
        await until(lambda: scenes.layer_size(layer_id) == (200, 100), "the image is open")

        def place() -> Placement:
            return scenes.scene.layers[-1].placement

        await until(lambda: place().height < 0.2, "its box has the image's shape")
        assert place().width / place().height == pytest.approx(2 * 1280 / 720)
        await until(lambda: red(seen(window, 0.6, 0.5)), "the red half shows")
        assert not red(seen(window, 0.4, 0.5)), "the clear half does not"

        view = editor.stage
        corner = view.map.to_view(grip_points(place(), (720, 1280), ARM * view.map.scale)[Grip.TOP_LEFT])
        QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner.toPoint())
        QTest.mouseMove(view, (corner * 0.5).toPoint())
        QTest.mouseMove(view, (corner * 0.25).toPoint())
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
        grown = place()
        assert grown.width > 0.6, "the corner was dragged"
        y = grown.y - grown.height / 2 + 0.01
        await until(lambda: red(seen(window, 0.6, y)), "viewers get the larger one")
        QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: not red(seen(window, 0.6, y)), "and the smaller one again")
        QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert len(scenes.scene.layers) == 1, "adding and shaping it was one step"
        await until(lambda: not red(seen(window, 0.6, 0.5)), "it is gone from the picture")
        window.deleteLater()

    on_qt_loop(story())
