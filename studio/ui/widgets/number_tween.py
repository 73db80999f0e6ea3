"""Lets a whole number travel to its new value instead of jumping. GUI thread; knows nothing of the studio."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import SIGNAL, QEasingCurve, QElapsedTimer, QObject, QTimer, Signal, Slot

_TRAVEL_MS = 450
#: A number is read, not followed: 20 steps a second are enough, and each draws a part of the window.
_STEP_MS = 50


class _Steps(QObject):
    """One clock for all numbers under way: those that move together are drawn in one go."""

    step = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Somebody listens from now on."""
        if not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        self.step.emit()
        if not self.receivers(SIGNAL("step()")):
            self._timer.stop()


@cache
def _steps() -> _Steps:
    return _Steps()


class NumberTween(QObject):
    """``moved``: the number to show changed. Integers all the way: money is never drawn from a float sum."""

    moved = Signal(object)

    def __init__(self, parent: QObject, travel_ms: int = _TRAVEL_MS) -> None:
        super().__init__(parent)
        self.value: int | None = None
        self.shown = 0
        self._from = 0
        self._curve = QEasingCurve(QEasingCurve.Type.OutCubic)
        self._travel_ms = travel_ms
        self._under_way = QElapsedTimer()
        self._moving = False

    def go_to(self, value: int, *, animate: bool = True) -> None:
        """Moves toward ``value``. The first value, a smaller one and an unseen one are shown at once."""
        if value == self.value:
            return
        first = self.value is None
        self.value = value
        if first or not animate or value < self.shown:
            self._stop()
            self._show(value)
            return
        self._from = self.shown
        self._under_way.start()
        if not self._moving:
            self._moving = True
            _steps().step.connect(self._step)
            _steps().start()

    def _stop(self) -> None:
        if self._moving:
            self._moving = False
            _steps().step.disconnect(self._step)

    @Slot()
    def _step(self) -> None:
        assert self.value is not None
        share = self._under_way.elapsed() / self._travel_ms
        if share >= 1:
            self._stop()
            self._show(self.value)
        else:
            self._show(self._from + int((self.value - self._from) * self._curve.valueForProgress(share)))

    def _show(self, number: int) -> None:
        if number != self.shown or number == self.value:
            self.shown = number
            self.moved.emit(number)
