"""An amount in hundredths: a slider that fills from zero, with the figure beside it.

GUI thread; knows the theme only.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.figured_slider import FiguredSlider
from studio.ui.widgets.groove import KNOB, Groove

_FIGURE_WIDTH = 34


class _Groove(Groove):
    """Goes where it is clicked; a double click, or a click near it, is ``rest``."""

    def __init__(self, name: str, rest: int) -> None:
        super().__init__(name)
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


class AmountSlider(FiguredSlider):
    """From -1 or 0 to 1; a double click goes to ``rest`` (in hundredths). ``name`` is for screen readers."""

    _scale = 100

    def __init__(
        self, name: str, *, both_ways: bool = False, rest: int = 0, parent: QWidget | None = None
    ) -> None:
        """``both_ways``: from -100 on instead of from 0."""
        self._signed = both_ways
        slider = _Groove(name, rest)
        slider.origin = 0 if both_ways else None
        slider.setRange(-100 if both_ways else 0, 100)
        slider.setPageStep(10)
        super().__init__(slider, _FIGURE_WIDTH, parent)
        self._figure.setMaximumWidth(_FIGURE_WIDTH)

    def show_amount(self, amount: float) -> None:
        """Shows an amount (-1 to 1) without saying so. Not while the person holds the knob."""
        if not self.slider.isSliderDown():
            self._show(amount)

    def _sign(self, value: int) -> str:
        return super()._sign(value) if self._signed or value < 0 else ""
