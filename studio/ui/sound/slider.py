"""A gain or a delay: a slider with its figure beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.widgets.figured_slider import FiguredSlider
from studio.ui.widgets.groove import Groove


class GainSlider(FiguredSlider):
    """In decibels. ``name`` is for screen readers."""

    _unit, _step, _page = " dB", 1, 6
    _origin: int | None = None

    def __init__(self, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        slider = Groove(name)
        slider.setRange(least, most)
        slider.origin = self._origin
        slider.setSingleStep(self._step)
        slider.setPageStep(self._page)
        super().__init__(slider, 52, parent)

    def show_gain(self, value: float) -> None:
        """Shows a value without saying so."""
        self._show(value)


class DelaySlider(GainSlider):
    """The same for milliseconds."""

    _unit, _step, _page = " ms", 5, 50
    _origin = 0
