"""Rows as they were painted, while they stay in view: a row that only moves is copied, not drawn again.

GUI thread. Holds a picture a row in view, at most; what leaves the view is let go with the next painting.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap

from studio.ui.feed.row_drawing import RowDrawing


class RowPrints:
    """A print belongs to one `RowDrawing`: a row that changes has another drawing."""

    def __init__(self) -> None:
        self._prints: dict[int, tuple[RowDrawing, QPixmap]] = {}

    def __len__(self) -> int:
        return len(self._prints)

    def paint(self, painter: QPainter, drawing: RowDrawing, top: int, dpr: float, ground: QColor) -> None:
        """Paints the row at ``top`` on ``ground``, its background: an opaque print keeps letters sharp."""
        kept = self._prints.get(id(drawing))
        if kept is None:
            kept = self._prints[id(drawing)] = (drawing, self._print(drawing, dpr, ground))
        painter.drawPixmap(QPoint(0, top), kept[1])

    def keep(self, drawings: Iterable[RowDrawing]) -> None:
        """The prints of all others go."""
        alive = {id(one) for one in drawings}
        for gone in self._prints.keys() - alive:
            del self._prints[gone]

    def clear(self) -> None:
        self._prints.clear()

    @staticmethod
    def _print(drawing: RowDrawing, dpr: float, ground: QColor) -> QPixmap:
        picture = QPixmap(math.ceil(drawing.width * dpr), math.ceil(drawing.height * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(ground)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        drawing.draw(painter, 0)
        painter.end()
        return picture
