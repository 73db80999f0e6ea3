"""A word shown for a moment: "Marked 12:34", "Replay saved". GUI thread.

Signals: ``changed`` (it came, or went).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

_SHOWN_MS = 2_500


class BriefWord(QObject):
    """Invariant: ``words`` are empty again after ``_SHOWN_MS``."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.words = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SHOWN_MS)
        self._later.timeout.connect(self.clear)

    def say(self, words: str) -> None:
        self.words = words
        self._later.start()
        self.changed.emit()

    def clear(self) -> None:
        """Takes it away before its time."""
        self._later.stop()
        if self.words:
            self.words = ""
            self.changed.emit()
