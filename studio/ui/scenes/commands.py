"""The commands of scenes, for the palette and the keyboard. GUI thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from studio.services.live import Phase
from studio.services.scenes.service import ScenesService
from studio.ui.actions import Actions
from studio.ui.scenes.scene_row import KEYS

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow
    from studio.ui.preview.panel import PreviewPanel


def add_scene_commands(
    window: MainWindow, scenes: ScenesService, actions: Actions, phases: tuple[Phase, ...]
) -> None:
    """Fills ``actions``: the card, the editor, and a key for each of the first scenes."""

    def panel() -> PreviewPanel:
        return window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview

    words = "layers picture in picture overlay image text screen window"
    actions.add(
        "scenes.card",
        "Scenes…",
        lambda: panel().open_scenes(),
        shortcut="Ctrl+Shift+S",
        phases=phases,
        words=words,
    )
    actions.add(
        "scenes.edit",
        "Edit the scene, or end editing",
        lambda: panel().editor.toggle(),
        shortcut="Ctrl+Shift+X",
        phases=phases,
        words=words + " move resize crop turn",
    )
    actions.add("scenes.undo", "Scenes: undo the last change", scenes.undo, phases=phases)
    actions.add("scenes.redo", "Scenes: redo", scenes.redo, phases=phases)
    for place in range(KEYS):
        actions.add(
            f"scenes.{place + 1}",
            f"Scene {place + 1}",
            partial(_switch, scenes, place),
            shortcut=f"Ctrl+{place + 1}",
            phases=phases,
            words=words + " switch",
            possible=partial(_is_there, scenes, place),
        )

    def name_them() -> None:
        for place, scene in enumerate(scenes.book.scenes[:KEYS]):
            actions.get(f"scenes.{place + 1}").setText(f"Show scene: {scene.name}")
        actions.look()

    scenes.changed.connect(name_them)
    name_them()


def _is_there(scenes: ScenesService, place: int) -> bool:
    return place < len(scenes.book.scenes)


def _switch(scenes: ScenesService, place: int) -> None:
    if _is_there(scenes, place):
        scenes.switch(scenes.book.scenes[place].id)
