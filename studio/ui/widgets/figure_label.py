"""A label whose words change often and seldom grow. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.label import Label, Role


class FigureLabel(Label):
    """Of a fixed size: words of the same width do not lay out all of their column once more."""

    def __init__(self, role: Role, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", role, tone, parent=parent)

    def set_text(self, text: str) -> None:
        """Shows ``text``; takes another size only when it needs one."""
        self.setText(text)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        size = self.sizeHint()
        if size != self.maximumSize():
            self.setFixedSize(size)
