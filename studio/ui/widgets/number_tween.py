"""Lets a whole number travel to its new value instead of jumping. GUI thread; knows nothing of the studio."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

_TRAVEL_MS = 450


class NumberTween(QObject):
    """``moved``: the number to show changed. Integers all the way: money is never drawn from a float sum."""

    moved = Signal(object)

    def __init__(self, parent: QObject, travel_ms: int = _TRAVEL_MS) -> None:
        super().__init__(parent)
        self.value: int | None = None
        self.shown = 0
        self._from = 0
        self._travel = QVariantAnimation(self)
        self._travel.setStartValue(0.0)
        self._travel.setEndValue(1.0)
        self._travel.setDuration(travel_ms)
        self._travel.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._travel.valueChanged.connect(self._step)
        self._travel.finished.connect(self._arrive)

    def go_to(self, value: int, *, animate: bool = True) -> None:
        """Moves toward ``value``. The first value, a smaller one and an unseen one are shown at once."""
        if value == self.value:
            return
        first = self.value is None
        self.value = value
        if first or not animate or value < self.shown:
            self._travel.stop()
            self._show(value)
            return
        self._from = self.shown
        self._travel.stop()
        self._travel.start()

    def _step(self, share: float) -> None:
        if self.value is not None:
            self._show(self._from + int((self.value - self._from) * share))

    def _arrive(self) -> None:
        if self.value is not None:
            self._show(self.value)

    def _show(self, number: int) -> None:
        if number != self.shown or number == self.value:
            self.shown = number
            self.moved.emit(number)
