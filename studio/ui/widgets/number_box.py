"""A whole number to type or to step with the arrow keys, its name inside the box. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSpinBox, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, painter_for


class NumberBox(QSpinBox):
    """``chosen(number)``: the person wants another. The wheel changes it only with the keyboard on it."""

    chosen = Signal(int)

    def __init__(
        self, letter: str, name: str, least: int, most: int, unit: str = "", parent: QWidget | None = None
    ) -> None:
        """``letter`` stands before the number, ``name`` is for screen readers."""
        super().__init__(parent)
        self.setRange(least, most)
        self.setPrefix(f"{letter} ")
        self.setSuffix(unit)
        self.setAccessibleName(name)
        self.lineEdit().setAccessibleName(name)
        self.setToolTip(name)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self.chosen)
        theme.notifier.changed.connect(self.update)

    def show_number(self, number: int) -> None:
        """Shows a number without saying so; not while one is being typed."""
        if number != self.value() and not (self.hasFocus() and self.lineEdit().isModified()):
            self.blockSignals(True)
            self.setValue(number)
            self.blockSignals(False)

    def sizeHint(self) -> QSize:
        return QSize(66, 30 + 2 * max(0, fonts.px(12.5) - 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The box of a text field; the line in it paints itself."""
        t = theme.current()
        edge = t.blue if self.hasFocus() else mixed(t.line, t.text, 0.2) if self.underMouse() else t.line
        box(painter_for(self), self.rect(), 7, t.raised if self.isEnabled() else t.surface, edge)
