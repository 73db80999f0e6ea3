"""Explains why there is nothing here yet, and what to do. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role


class EmptyState(QWidget):
    """Icon, sentence, detail, and an action when there is one. ``acted``: the action was pressed."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        sentence: str,
        detail: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        self._mark = QLabel()
        self._sentence = Label(sentence, Role.STRONG, wrap=True)
        self._detail = Label(detail, Role.SMALL, wrap=True)
        self._action = Button(action, ButtonKind.FILLED)
        self._action.clicked.connect(self.acted)
        column.addStretch(1)
        column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for label in (self._sentence, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(12)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        theme.notifier.changed.connect(self._restyle)
        self.say(icon, sentence, detail, action)

    def say(self, icon: str, sentence: str, detail: str = "", action: str = "") -> None:
        """Explains something else."""
        self._icon = icon
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self._action.updateGeometry()
        self.setAccessibleName(sentence)
        self._restyle()

    def _restyle(self) -> None:
        self._mark.setPixmap(icons.pixmap(self._icon, theme.current().text3, 34, self.devicePixelRatioF()))
