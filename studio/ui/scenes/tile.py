"""The Scenes tile: opens the card, and says which scene is on. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.services.scenes.service import ScenesService
from studio.ui.widgets.tile import IconButton


class ScenesTile(IconButton):
    """Invariant: says what the service says; a press opens the card."""

    def __init__(self, scenes: ScenesService, parent: QWidget | None = None) -> None:
        super().__init__("Scenes", "scenes", parent=parent)
        self._scenes = scenes
        scenes.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        words = f"“{self._scenes.scene.name}” is on. Switch scenes, or edit this one"
        self.setToolTip(words)
        self.setAccessibleDescription(words)
