"""A card: rounded surface, a line of small capitals, a body. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for

PADDING = 15
RADIUS = 12


class Card(QWidget):
    """``body`` is the layout to fill, ``head`` the line of the title, ``outer`` holds both.

    Titles are shown in capitals; screen readers get them as written.
    """

    def __init__(self, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = self.outer = QVBoxLayout(self)
        outer.setContentsMargins(PADDING, PADDING - 1, PADDING, PADDING)
        outer.setSpacing(8)
        self._title = Label("", Role.CAPS)
        self._note = Label("", Role.CAPS)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = self.head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._note)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        self.set_title(title)
        self.set_note(note)
        theme.notifier.changed.connect(self.update)

    def set_title(self, title: str) -> None:
        self._title.setText(title.upper())
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_note(self, note: str, tone: str = "") -> None:
        """The words at the right end, coloured by token name."""
        self._note.setText(note.upper())
        self._note.setVisible(bool(note))
        self._note.set_tone(tone)
        self.setAccessibleDescription(note)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), RADIUS, t.surface, t.line)
