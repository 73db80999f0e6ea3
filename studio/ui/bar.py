"""The surface of top bar and status bar, with the line that parts it from the room. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui import theme


class Bar(QWidget):
    """``row`` is the layout to fill. ``edge``: on which side its line lies."""

    def __init__(self, height: int, edge: Qt.Edge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self.setMinimumHeight(height)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 0, 16, 0)
        theme.notifier.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        y = 0 if self._edge is Qt.Edge.TopEdge else self.height() - 1
        painter.fillRect(0, y, self.width(), 1, t.line)
