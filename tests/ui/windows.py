"""A window on a furnished stage, for tests of one card or panel in it."""

from __future__ import annotations

from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.studio_stage import GOOD, Stage


def shown(stage: Stage, theme: Theme, width: int = 1280, height: int = 720) -> MainWindow:
    """On the Ready screen, with a camera that gives a picture."""
    window = MainWindow(stage.services, theme)
    window.resize(width, height)
    window.show()
    stage.broadcast.run_camera(GOOD)
    stage.sign_in()
    stage.broadcast.show_frame()
    return window


async def close(window: MainWindow, stage: Stage) -> None:
    await stage.services.tasks.stop()
    window.deleteLater()
