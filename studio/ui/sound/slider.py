"""A gain or a delay: a slider with its figure beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from studio.ui import theme
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, focus_ring, painter_for

_KNOB = 16


class _Groove(QSlider):
    """Filled from ``origin`` (the left end, or a middle that changes nothing) to the knob."""

    origin: int | None = None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        middle, at = self.height() / 2, self._place(self.value())
        begin = 0.0 if self.origin is None else self._place(self.origin)
        box(painter, QRectF(0, middle - 2, self.width(), 4), 2, t.control)
        box(painter, QRectF(min(begin, at), middle - 2, abs(at - begin), 4), 2, self._ink())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.text if self.isEnabled() else t.text3)
        painter.drawEllipse(QPointF(at, middle), _KNOB / 2 - 1, _KNOB / 2 - 1)
        if self.hasFocus():
            focus_ring(painter, QRectF(at - _KNOB / 2, middle - _KNOB / 2, _KNOB, _KNOB), _KNOB / 2)

    def _place(self, value: int) -> float:
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return _KNOB / 2 + (self.width() - _KNOB) * share

    def _ink(self) -> QColor:
        t = theme.current()
        return t.teal if self.isEnabled() else t.text3


class GainSlider(QWidget):
    """``moved(value)``: the person chose another. ``name`` is for screen readers."""

    moved = Signal(float)
    _unit, _step, _page = "dB", 1, 6
    _origin: int | None = None

    def __init__(self, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = _Groove(self)
        self.slider.setAccessibleName(name)
        self.slider.setRange(least, most)
        self.slider.origin = self._origin
        self.slider.setSingleStep(self._step)
        self.slider.setPageStep(self._page)
        self._figure = Label("", Role.SMALL)
        self._figure.setMinimumWidth(52)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._figure)
        self.slider.valueChanged.connect(self._changed)
        self._write(self.slider.value())

    def show_gain(self, value: float) -> None:
        """Shows a value without saying so."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(value))
        self.slider.blockSignals(False)
        self._write(self.slider.value())

    def _changed(self, value: int) -> None:
        self._write(value)
        self.moved.emit(float(value))

    def _write(self, value: int) -> None:
        sign = "+" if value > 0 else "−" if value < 0 else ""
        self._figure.setText(f"{sign}{abs(value)} {self._unit}")
        self.slider.update()


class DelaySlider(GainSlider):
    """The same for milliseconds."""

    _unit, _step, _page = "ms", 5, 50
    _origin = 0
