"""A gain in decibels: a slider with its figure beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from studio.ui import theme
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, focus_ring, painter_for

_KNOB = 16


class _Groove(QSlider):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        middle, room = self.height() / 2, self.width() - _KNOB
        at = _KNOB / 2 + room * share
        box(painter, QRectF(0, middle - 2, self.width(), 4), 2, t.control)
        box(painter, QRectF(0, middle - 2, at, 4), 2, t.teal)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.text)
        painter.drawEllipse(QPointF(at, middle), _KNOB / 2 - 1, _KNOB / 2 - 1)
        if self.hasFocus():
            focus_ring(painter, QRectF(at - _KNOB / 2, middle - _KNOB / 2, _KNOB, _KNOB), _KNOB / 2)


class GainSlider(QWidget):
    """``moved(gain_db)``: the person chose another gain. ``name`` is for screen readers."""

    moved = Signal(float)

    def __init__(self, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = _Groove(self)
        self.slider.setAccessibleName(name)
        self.slider.setRange(least, most)
        self.slider.setPageStep(6)
        self._figure = Label("", Role.SMALL)
        self._figure.setMinimumWidth(48)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._figure)
        self.slider.valueChanged.connect(self._changed)
        self._write(self.slider.value())

    def show_gain(self, gain_db: float) -> None:
        """Shows a gain without saying so."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(gain_db))
        self.slider.blockSignals(False)
        self._write(self.slider.value())

    def _changed(self, value: int) -> None:
        self._write(value)
        self.moved.emit(float(value))

    def _write(self, value: int) -> None:
        sign = "+" if value > 0 else "−" if value < 0 else ""
        self._figure.setText(f"{sign}{abs(value)} dB")
        self.slider.update()
