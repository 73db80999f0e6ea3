"""An amount in hundredths: a slider that fills from zero, with the figure beside it.

GUI thread; knows the theme only.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.groove import KNOB, Groove
from studio.ui.widgets.label import Label, Role

_FIGURE_WIDTH = 34


class _Groove(Groove):
    """Goes where it is clicked; a double click, or a click near it, is ``rest``."""

    def __init__(self, name: str, parent: QWidget, rest: int) -> None:
        super().__init__(name, parent)
        self._rest = rest

    def sizeHint(self) -> QSize:
        return QSize(120, 24)

    def _go_to(self, event: QMouseEvent) -> None:
        share = (event.position().x() - KNOB / 2) / max(1, self.width() - KNOB)
        value = self.minimum() + round(share * (self.maximum() - self.minimum()))
        # The place of rest is found without aiming.
        self.setValue(self._rest if abs(self.place_of(value) - self.place_of(self._rest)) < 4 else value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.setValue(self._rest)


class AmountSlider(QWidget):
    """``moved(amount)``: the person chose another, from -1 or 0 to 1. ``name`` is for screen readers; a
    double click goes back to ``rest`` (in hundredths).
    """

    moved = Signal(float)

    def __init__(
        self, name: str, *, both_ways: bool = False, rest: int = 0, parent: QWidget | None = None
    ) -> None:
        """``both_ways``: from -100 on instead of from 0."""
        super().__init__(parent)
        self._signed = both_ways
        self.slider = _Groove(name, self, rest)
        self.slider.origin = 0 if both_ways else None
        self.slider.setRange(-100 if both_ways else 0, 100)
        self.slider.setPageStep(10)
        self._figure = Label("", Role.SMALL)
        self._figure.setFixedWidth(_FIGURE_WIDTH)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._figure)
        self.slider.valueChanged.connect(self._changed)
        self._write(self.slider.value())

    def show_amount(self, amount: float) -> None:
        """Shows an amount (-1 to 1) without saying so. Not while the person holds the knob."""
        if self.slider.isSliderDown():
            return
        self.slider.blockSignals(True)
        self.slider.setValue(round(amount * 100))
        self.slider.blockSignals(False)
        self._write(self.slider.value())

    def _changed(self, value: int) -> None:
        self._write(value)
        self.moved.emit(value / 100)

    def _write(self, value: int) -> None:
        sign = "+" if value > 0 and self._signed else "−" if value < 0 else ""
        self._figure.setText(f"{sign}{abs(value)}")
        self.slider.update()
