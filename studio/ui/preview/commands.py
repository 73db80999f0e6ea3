"""The palette's commands about cameras. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.services.live import Phase
from studio.ui.actions import Actions
from studio.ui.preview.source_menu import SourceMenu

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow


def add_camera_commands(window: MainWindow, actions: Actions, phases: tuple[Phase, ...]) -> None:
    """Each opens a card of the screen that is shown."""

    def sources() -> SourceMenu:
        live = window.screens.currentWidget() is window.live
        return (window.live if live else window.ready).preview.sources

    actions.add(
        "picture.network",
        "Add a network camera…",
        lambda: sources().open_network(),
        phases=phases,
        words="ip phone rtsp mjpeg address url wifi",
    )
    actions.add(
        "picture.camera",
        "Camera settings…",
        lambda: sources().open_settings(),
        phases=phases,
        words="resolution fps format exposure focus white balance gain",
    )
