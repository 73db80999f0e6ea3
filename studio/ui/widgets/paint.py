"""Shapes every painted widget shares: rounded boxes and the focus ring. Pure painting, GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import theme


def painter_for(widget: QWidget) -> QPainter:
    """An antialiasing painter on ``widget``; end it by leaving the paint event."""
    painter = QPainter(widget)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    radius: float,
    fill: QColor | None = None,
    border: QColor | None = None,
    width: float = 1.0,
) -> None:
    """A rounded box whose border lies inside ``rect``, on whole pixels."""
    area = QRectF(rect)
    if border is not None:
        inset = width / 2
        area = area.adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(border, width))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, radius, radius)


def focus_ring(painter: QPainter, rect: QRect | QRectF, radius: float) -> None:
    """The blue ring of the widget that has the keyboard."""
    box(painter, rect, radius, None, theme.current().blue, 2.0)
