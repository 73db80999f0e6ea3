"""A pill that can be pressed by mouse and keyboard. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.paint import focus_ring, painter_for
from studio.ui.widgets.pill import Pill


class PressPill(Pill):
    """``pressed``: by mouse, Enter or Space. Takes the keyboard by Tab alone, so that a press on it does not
    close first what it opens. ``tip`` says what it opens.
    """

    pressed = Signal()

    def __init__(self, tip: str, *, dot: str = "", parent: QWidget | None = None) -> None:
        super().__init__(dot=dot, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not event.isAutoRepeat():
                self.pressed.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            focus_ring(painter_for(self), self.rect(), self.height() / 2)
