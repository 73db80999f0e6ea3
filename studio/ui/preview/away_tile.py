"""The tile that steps away and comes back; says its key. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.services.step_away import StepAwayService
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import painter_for
from studio.ui.widgets.tile import IconButton

#: One key, reachable without looking, and free on all three systems.
KEY = "F8"
_ROOM_FOR_KEY = 64


class AwayTile(IconButton):
    """Rose while present: this hides you from everyone. Teal while away: it brings you back."""

    def __init__(self, away: StepAwayService, parent: QWidget | None = None) -> None:
        super().__init__("Step away", "step-away", "live", parent)
        self._away = away
        self.clicked.connect(away.toggle)
        away.changed.connect(self._changed)
        self._changed()

    def _changed(self) -> None:
        away = self._away.away
        self._tone = "teal" if away else "live"
        self.setText("I’m back" if away else "Step away")
        self.setAccessibleName(self.text())
        self.set_icon("play" if away else "step-away")
        hushed = "".join(f", {words}" for words in self._away.hushes)
        tip = "Shows viewers your picture again" if away else f"Viewers see a holding picture{hushed}"
        self.setToolTip(f"{tip} ({KEY})")
        self.setAccessibleDescription(self.toolTip())
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.small or self.width() < _ROOM_FOR_KEY:
            return
        painter = painter_for(self)
        painter.setFont(fonts.font(9, 600))
        painter.setPen(faded(token(self._tone), 0.75))
        corner = QRectF(self.rect()).adjusted(0, 5, -7, 0)
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, KEY)
