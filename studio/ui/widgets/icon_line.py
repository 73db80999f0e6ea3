"""A small icon and one quiet sentence. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.widgets.label import Label, Role, token


class IconLine(QWidget):
    """Hidden while it has nothing to say."""

    def __init__(self, icon: str = "info", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        self._mark = QLabel()
        self._words = Label("", Role.HINT)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        theme.notifier.changed.connect(self._restyle)
        self.show_line(icon, text)

    @property
    def text(self) -> str:
        return self._words.text()

    def show_line(self, icon: str, text: str, tone: str = "") -> None:
        """``tone``: token name; the hints' colour without one."""
        self._icon, self._tone = icon, tone
        self._words.setText(text)
        self._words.set_tone(tone)
        self.setAccessibleName(text)
        self._restyle()
        self.setVisible(bool(text))

    def _restyle(self) -> None:
        ink = token(self._tone or "text3")
        self._mark.setPixmap(icons.pixmap(self._icon, ink, 14, self.devicePixelRatioF()))
