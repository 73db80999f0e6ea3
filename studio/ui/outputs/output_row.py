"""One line of "Where it goes": name, quiet words, what can be done, a switch. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Role
from studio.ui.widgets.toggle import Toggle


class OutputRow(QWidget):
    """``switched(on)``: the person moved the switch; ``acted``: pressed the button called ``action``."""

    switched = Signal(bool)
    acted = Signal()

    def __init__(self, name: str, action: str, spoken_action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._words = ElidedLabel("", Role.HINT)
        self.action = Button(action, ButtonKind.LINK)
        self.action.setAccessibleName(spoken_action)
        self.action.clicked.connect(self.acted)
        self.toggle = Toggle(name)
        self.toggle.clicked.connect(self.switched)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        row.addWidget(ElidedLabel(name, Role.STRONG))
        row.addWidget(self._words, 1)
        row.addWidget(self.action)
        row.addWidget(self.toggle)

    def show_state(self, words: str, on: bool, usable: bool = True) -> None:
        """``usable`` False: it cannot be switched on, and the words say why."""
        self._words.setText(words)
        self.toggle.setEnabled(usable)
        if self.toggle.isChecked() != (on and usable):
            self.toggle.setChecked(on and usable)
        self.toggle.setAccessibleDescription(words)
