"""A horizontal slider in the looks of the theme. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from studio.ui import theme
from studio.ui.widgets.paint import box, focus_ring, painter_for

KNOB = 16


class Groove(QSlider):
    """Filled from `origin` to its knob, quiet while disabled. The wheel changes nothing: scrolling must not
    edit.

    Attributes: `origin`, the value that changes nothing, marked where it is not the end; None: the left end.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` is for screen readers."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.origin: int | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def place_of(self, value: int) -> float:
        """Where the middle of the knob is at this value, in pixels."""
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        return KNOB / 2 + (self.width() - KNOB) * share

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        middle, at = self.height() / 2, self.place_of(self.value())
        edge = t.line if t.name == "contrast" else None
        box(painter, QRectF(0, middle - 2, self.width(), 4), 2, t.control, edge)
        begin = 0.0 if self.origin is None else self.place_of(self.origin)
        if self.isEnabled() and begin != at:
            box(painter, QRectF(min(begin, at), middle - 2, abs(at - begin), 4), 2, t.teal)
        if self.origin is not None:
            box(painter, QRectF(begin - 1, middle - 5, 2, 10), 1, t.text3)
        if not self.isEnabled():
            box(painter, QRectF(at - 3, middle - 6, 6, 12), 3, t.text3)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.text)
        painter.drawEllipse(QPointF(at, middle), KNOB / 2 - 1, KNOB / 2 - 1)
        if self.hasFocus():
            focus_ring(painter, QRectF(at - KNOB / 2, middle - KNOB / 2, KNOB, KNOB), KNOB / 2)
