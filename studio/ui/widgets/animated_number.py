"""A figure that counts up to its new value. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from studio.model.money import format_count
from studio.ui.widgets.figure_label import FigureLabel
from studio.ui.widgets.label import Role
from studio.ui.widgets.number_tween import NumberTween


class AnimatedNumber(FigureLabel):
    """Tabular digits; ``format`` turns the whole number into words. Screen readers get the final value."""

    def __init__(
        self,
        role: Role = Role.FIGURE,
        tone: str = "",
        format_value: Callable[[int], str] = format_count,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(role, tone, parent)
        self._format = format_value
        self._tween = NumberTween(self)
        self._tween.moved.connect(self._show)

    def set_value(self, value: int) -> None:
        """Counts up to ``value``; at once when nobody can see it."""
        self.setAccessibleName(self._format(value))
        self._tween.go_to(value, animate=self.isVisible())

    def _show(self, number: int) -> None:
        self.set_text(self._format(number))
