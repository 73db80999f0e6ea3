"""The health pill: says how the LIVE is doing, and opens the card that says why. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.health import Health
from studio.ui.widgets.paint import focus_ring, painter_for
from studio.ui.widgets.pill import Part, Pill

#: A target may have any name; the bar has room for so many letters beside the rest.
_LONGEST = 30


class HealthPill(Pill):
    """``pressed``: by mouse, Enter or Space. Takes the keyboard by Tab alone, so that a press on it does not
    close the card first.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(dot="teal", parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("How every layer is doing")
        self.setAccessibleDescription(self.toolTip())

    def show_health(self, health: Health) -> None:
        """Shows the word and the figures."""
        strong = health.tone != "teal"
        words = health.words if len(health.words) <= _LONGEST else health.words[: _LONGEST - 1] + "…"
        parts: list[Part] = [(words, strong, "text" if strong else "text2")]
        for figure in health.figures:
            parts += [("·", False, "text3"), (figure, True, "text")]
        self.set_dot(health.tone)
        self.set_parts(*parts)

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
