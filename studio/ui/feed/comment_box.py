"""Where the host writes to everyone. GUI thread; knows the theme and the limits, not the services."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.paint import box, painter_for

_INVITATION = "Say something to everyone…"
#: The counter shows up when this many characters are left.
_COUNT_FROM = 30
_BARE = "QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }"


class CommentBox(QWidget):
    """Enter or the button sends. Text over the limit can be typed and is counted, never cut in silence.

    Signals: ``sent(str)`` a comment within the limit, one line; ``refused(str)`` why not.
    """

    sent = Signal(str)
    refused = Signal(str)

    def __init__(self, limit: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(13, 0, 6, 0)
        row.setSpacing(8)
        self.line = QLineEdit()
        self.line.setStyleSheet(_BARE)
        self.line.setMaxLength(4_096)
        self.line.setAccessibleName("Comment to everyone")
        self.line.installEventFilter(self)
        self._count = Label("", Role.HINT)
        self.send = MarkButton("send", "Send (Enter)", "text3", 28)
        row.addWidget(self.line, 1)
        row.addWidget(self._count)
        row.addWidget(self.send)
        self.line.textChanged.connect(self._changed)
        self.line.returnPressed.connect(self._submit)
        self.send.clicked.connect(self._submit)
        self.setFocusProxy(self.line)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()
        self.set_reason("")

    @property
    def text(self) -> str:
        """What would be sent: one clean line."""
        return clean_line(self.line.text())

    def set_limit(self, limit: int) -> None:
        """The server's limit, in characters."""
        if limit != self._limit:
            self._limit = limit
            self._changed()

    def set_reason(self, reason: str) -> None:
        """Why nothing can be written now; empty: writing is possible."""
        self.line.setEnabled(not reason)
        self.line.setPlaceholderText(reason or _INVITATION)
        self.line.setAccessibleDescription(reason)
        self._changed()

    def _submit(self) -> None:
        text = self.text
        over = len(text) - self._limit
        if not text:
            return
        if over > 0:
            characters = "character" if over == 1 else "characters"
            self.refused.emit(f"That is {over:,} {characters} too long: {self._limit} fit in a comment.")
            return
        self.line.clear()
        self.sent.emit(text)

    def _changed(self) -> None:
        raw = self.line.text()
        folded = " ".join(raw.splitlines())
        if folded != raw:  # pasted lines become one: a comment has no other
            at = self.line.cursorPosition()
            self.line.setText(folded)
            self.line.setCursorPosition(min(at, len(folded)))
            return
        left = self._limit - len(self.text)
        self._count.setText(f"{left:,}" if left <= _COUNT_FROM else "")
        self._count.setAccessibleName(f"{left:,} characters left")
        self._count.set_tone("live" if left < 0 else "text3")
        self.send.setEnabled(bool(self.text) and self.line.isEnabled())
        self.send.set_tone("live" if left < 0 else "blue")

    def _restyle(self) -> None:
        self.line.setFont(fonts.font(13.5))
        self._count.setFont(fonts.font(12, 600, figures=True))
        self.updateGeometry()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        return QSize(260, fonts.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        focused = self.line.hasFocus()
        box(painter_for(self), self.rect(), 9, t.raised if self.line.isEnabled() else t.surface,
            t.blue if focused else t.line, 1.5 if focused else 1.0)  # fmt: skip
        self.setCursor(Qt.CursorShape.IBeamCursor if self.line.isEnabled() else Qt.CursorShape.ArrowCursor)
