"""A line of text with its name, a counter and its error. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.ui.widgets.field import Field


class TextField(Field):
    """``limit`` counts characters as the model does (code points): "27 / 32". Longer text can be typed and is
    marked, so that a pasted sentence is not cut in silence; ``valid`` is then False.
    """

    edited = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        name: str,
        *,
        limit: int = 0,
        hint: str = "",
        placeholder: str = "",
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.line = QLineEdit()
        super().__init__(name, self.line, hint, parent)
        self._limit = limit
        self._when_empty = hint
        self.line.setPlaceholderText(placeholder)
        self.line.setMaxLength(2_048)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textChanged.connect(self._changed)
        self.line.returnPressed.connect(self.submitted)
        self._count()

    @property
    def text(self) -> str:
        """What was typed, without spaces around it."""
        return (
            self.line.text().strip()
            if self.line.echoMode() == QLineEdit.EchoMode.Normal
            else self.line.text()
        )

    def set_text(self, text: str) -> None:
        self.line.setText(text)

    def set_limit(self, limit: int) -> None:
        """The server may have another limit than the one assumed before it answered."""
        self._limit = limit
        self._count()

    @property
    def valid(self) -> bool:
        return not self._limit or len(self.text) <= self._limit

    def _changed(self, text: str) -> None:
        self.set_error("")
        self._count()
        self.edited.emit(text)

    def _count(self) -> None:
        if not self._limit:
            return
        if not self.text and self._when_empty:
            self.set_hint(self._when_empty)
            return
        over = len(self.text) - self._limit
        self.set_hint(f"{len(self.text)} / {self._limit}", "live" if over > 0 else "")
        if over > 0:
            self.set_error(f"{over} character{'s' if over > 1 else ''} too long")
