"""The Look tile: opens the card, and says that the picture is not as the camera gives it. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.services.look import LookService
from studio.ui.widgets.tile import IconButton


class LookTile(IconButton):
    """Teal while a look is on. Invariant: says what the service says; a press opens the card."""

    def __init__(self, look: LookService, parent: QWidget | None = None) -> None:
        super().__init__("Look", "look", "teal", parent)
        self._look = look
        self.setCheckable(True)
        self.clicked.connect(self._show)  # Qt has switched the tile by itself
        look.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        on = not self._look.look.neutral
        self.setChecked(on)
        words = "A look is on" if on else "Colours, skin, LUT files, green screen"
        self.setToolTip(words)
        self.setAccessibleDescription(words)
