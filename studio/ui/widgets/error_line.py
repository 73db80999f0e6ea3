"""What went wrong, where it happened, with what to do. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.paint import box, painter_for


class ErrorLine(QWidget):
    """Hidden while all is well. ``acted``: the person pressed what it offers."""

    acted = Signal()

    def __init__(self, space_above: int = 0, parent: QWidget | None = None) -> None:
        """``space_above``: free pixels over the box, which go with it when it hides."""
        super().__init__(parent)
        self._above = space_above
        self._tone = "live"
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9 + space_above, 12, 9)
        row.setSpacing(10)
        self._mark = QLabel()
        self._words = Label("", Role.BODY, wrap=True)
        self._action = Button("", ButtonKind.LINK)
        self._action.clicked.connect(self.acted)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.notifier.changed.connect(self._restyle)
        self.clear()

    @property
    def sentence(self) -> str:
        """What it says now, empty when it says nothing."""
        return self._words.text()

    def show_problem(self, sentence: str, action: str = "", tone: str = "live") -> None:
        """Says ``sentence`` and offers ``action``; ``tone`` "live" for an error, "gold" for a warning,
        "teal" for good news. Screen readers are told at once.
        """
        self._tone = tone
        self._words.setText(sentence)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self._action.updateGeometry()
        self.setAccessibleName(sentence)
        self._restyle()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        """All is well again."""
        self._words.setText("")
        self.hide()

    def _restyle(self) -> None:
        name = {"live": "error", "gold": "warning", "teal": "check"}.get(self._tone, "info")
        self._mark.setPixmap(icons.pixmap(name, token(self._tone), 17, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        ink = token(self._tone)
        area = self.rect().adjusted(0, self._above, 0, 0)
        box(painter_for(self), area, 9, mixed(t.surface, ink, 0.12), mixed(t.surface, ink, 0.4))
