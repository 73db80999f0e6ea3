"""Editing a scene: handles over the picture and a card beside it, opened and closed together. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.services.studio import Services
from studio.ui.scenes.editor_card import EditorCard
from studio.ui.scenes.stage import SceneStage


class SceneEditor(QObject):
    """Invariant: handles and card are both open or both closed; closed, they cost nothing."""

    def __init__(self, services: Services, picture: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._scenes, self._picture = services.scenes, picture
        self.stage = SceneStage(services.scenes, services.broadcast, picture)
        self.card = EditorCard(services, parent)
        self.stage.done.connect(self.end)
        self.card.done.connect(self.end)

    @property
    def editing(self) -> bool:
        return not self.stage.isHidden()

    def begin(self) -> None:
        """Opens both, the topmost layer that can be moved selected."""
        if not self._picture.isVisible():
            return
        if self._scenes.selected_layer is None:
            free = [layer.id for layer in self._scenes.scene.shown if not layer.locked]
            self._scenes.select(free[-1] if free else "")
        self.card.open_beside(self._picture)
        self.stage.begin()

    def toggle(self) -> None:
        if self.editing:
            self.end()
        else:
            self.begin()

    def end(self) -> None:
        """Closes both; nothing is taken back."""
        self.card.hide()
        self.stage.hide()
        self._scenes.settle()
