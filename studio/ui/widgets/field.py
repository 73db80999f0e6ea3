"""A labelled control with a hint at the right and a line for what is wrong. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.widgets.label import Label, Role


class Field(QWidget):
    """``control`` under its name. The error line takes room only while it says something."""

    def __init__(self, name: str, control: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        self._name = Label(name, Role.FIELD)
        self._name.setBuddy(control)
        self._hint = Label(hint, Role.HINT)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._hint)
        self._error = Label("", Role.SMALL, "live", wrap=True)
        self._error.hide()
        column.addLayout(head)
        column.addWidget(control)
        column.addWidget(self._error)
        if not control.accessibleName():
            control.setAccessibleName(name)
        self.setFocusProxy(control)

    def set_hint(self, hint: str, tone: str = "") -> None:
        """The words at the right of the name, coloured by token name."""
        self._hint.setText(hint)
        self._hint.set_tone(tone)

    def set_error(self, sentence: str) -> None:
        """Says what is wrong with the entry; an empty sentence clears it."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.control.setAccessibleDescription(sentence)
        if self.control.property("problem") != bool(sentence):
            self.control.setProperty("problem", bool(sentence))
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)

    @property
    def error(self) -> str:
        return self._error.text()
