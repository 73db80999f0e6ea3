"""A slider with its figure beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.groove import Groove
from studio.ui.widgets.label import Label, Role


class FiguredSlider(QWidget):
    """``moved(amount)``: the person chose another. The slider's steps are whole; ``_scale`` steps are 1.0."""

    moved = Signal(float)
    _scale = 1
    _unit = ""

    def __init__(self, slider: Groove, figure_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = slider
        self._figure = Label("", Role.SMALL)
        self._figure.setMinimumWidth(figure_width)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(slider, 1)
        row.addWidget(self._figure)
        slider.valueChanged.connect(self._changed)
        self._write(slider.value())

    def _show(self, amount: float) -> None:
        """Shows an amount without saying so."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(amount * self._scale))
        self.slider.blockSignals(False)
        self._write(self.slider.value())

    def _changed(self, value: int) -> None:
        self._write(value)
        self.moved.emit(value / self._scale)

    def _sign(self, value: int) -> str:
        return "+" if value > 0 else "−" if value < 0 else ""

    def _write(self, value: int) -> None:
        self._figure.setText(f"{self._sign(value)}{abs(value)}{self._unit}")
        self.slider.update()
