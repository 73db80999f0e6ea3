"""A gain or a delay: a slider with its figure beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.groove import Groove
from studio.ui.widgets.label import Label, Role


class GainSlider(QWidget):
    """``moved(value)``: the person chose another. ``name`` is for screen readers."""

    moved = Signal(float)
    _unit, _step, _page = "dB", 1, 6
    _origin: int | None = None

    def __init__(self, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = Groove(name, self)
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
