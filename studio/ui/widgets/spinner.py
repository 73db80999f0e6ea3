"""A quiet turning arc for "busy", painted by whoever shows it. GUI thread; knows no services."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

_TURN_MS = 900


class Spinner:
    """Turns while running and asks ``host`` to paint again. Invariant: no timer runs while it is off."""

    def __init__(self, host: QWidget) -> None:
        self._turn = QVariantAnimation(host)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(360.0)
        self._turn.setDuration(_TURN_MS)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(host.update)

    @property
    def running(self) -> bool:
        return self._turn.state() == QVariantAnimation.State.Running

    def set_running(self, on: bool) -> None:
        if on and not self.running:
            self._turn.start()
        elif not on:
            self._turn.stop()

    def paint(self, painter: QPainter, rect: QRectF, colour: QColor, width: float = 2.0) -> None:
        """Three quarters of a circle inside ``rect``."""
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        angle = float(self._turn.currentValue() or 0.0)
        painter.drawArc(rect, round(-angle * 16), -270 * 16)
