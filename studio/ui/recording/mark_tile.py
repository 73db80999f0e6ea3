"""The tile that marks this moment; says that it did, and when. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.services.marks import MarksService
from studio.ui.widgets.tile import IconButton

KEY = "Ctrl+M"
_WORDS = "Mark clip"


class MarkTile(IconButton):
    """For a moment after a mark it is teal and shows its time."""

    def __init__(self, marks: MarksService, parent: QWidget | None = None) -> None:
        super().__init__(_WORDS, "mark", parent=parent)
        self._marks = marks
        self.setToolTip(f"Marks this moment of the recording, to cut a clip of it later ({KEY})")
        self.setAccessibleDescription(self.toolTip())
        self.clicked.connect(marks.mark_now)
        marks.word.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        words = self._marks.word.words
        self._tone = "teal" if words else ""
        self.setText(words.removeprefix("Marked ") or _WORDS)
        self.setAccessibleName(words or _WORDS)
        self.set_icon("check" if words else "mark")
