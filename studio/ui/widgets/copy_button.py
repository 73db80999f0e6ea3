"""A button that puts something on the clipboard and says so for a moment. GUI thread; knows the theme."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.button import Button, ButtonKind

_COPIED_MS = 2_000


class CopyButton(Button):
    """``copy(text)`` is for whoever knows what; a press alone copies nothing."""

    def __init__(self, words: str, kind: ButtonKind, parent: QWidget | None = None) -> None:
        super().__init__(words, kind, "copy", parent=parent)
        self._words = words
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(_COPIED_MS)
        self._copied.timeout.connect(lambda: self._say(self._words))

    def copy(self, text: str) -> None:
        """Puts ``text`` on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self._say("Copied")
        self._copied.start()

    def _say(self, words: str) -> None:
        self.setText(words)
        self.setAccessibleName(words)
