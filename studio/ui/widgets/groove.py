"""A horizontal slider in the looks of the theme. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from studio.ui import theme
from studio.ui.widgets.paint import box, focus_ring, painter_for

_KNOB = 16


class Groove(QSlider):
    """Filled up to its knob, quiet while disabled. The wheel changes nothing: scrolling must not edit."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` is for screen readers."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        middle, at = self.height() / 2, _KNOB / 2 + (self.width() - _KNOB) * share
        edge = t.line if t.name == "contrast" else None
        box(painter, QRectF(0, middle - 2, self.width(), 4), 2, t.control, edge)
        if not self.isEnabled():
            box(painter, QRectF(at - 3, middle - 6, 6, 12), 3, t.text3)
            return
        box(painter, QRectF(0, middle - 2, at, 4), 2, t.teal)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.text)
        painter.drawEllipse(QPointF(at, middle), _KNOB / 2 - 1, _KNOB / 2 - 1)
        if self.hasFocus():
            focus_ring(painter, QRectF(at - _KNOB / 2, middle - _KNOB / 2, _KNOB, _KNOB), _KNOB / 2)
