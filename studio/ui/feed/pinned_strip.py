"""The pinned comment above the feed. GUI thread; hidden while nothing is pinned."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.model.room import Pinned
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.feed.text_block import TypeFace, one_line
from studio.ui.theme import fonts, icons
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.paint import box, painter_for

_MARK = 15


class PinnedStrip(QWidget):
    """``unpin_wanted``: take it down."""

    unpin_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pinned: Pinned | None = None
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 5, 0)
        row.addStretch(1)
        self.unpin = MarkButton("close", "Unpin", "text3", 24)
        self.unpin.clicked.connect(self.unpin_wanted)
        row.addWidget(self.unpin)
        theme.notifier.changed.connect(self._theme_changed)
        self.hide()

    def show_pinned(self, pinned: Pinned | None, own_id: str) -> None:
        """Shows that comment, or nothing."""
        if pinned == self._pinned:
            return
        self._pinned = pinned
        if pinned is not None:
            own = bool(own_id) and pinned.person.id == own_id
            self._name = "You" if own else clean_line(pinned.person.shown_name)
            words = clean_line(pinned.text)
            self.setAccessibleName(f"Pinned: {self._name}: {words}")
            self.setToolTip(words.replace("<", "‹"))  # a tooltip takes <b> for markup
        self.setVisible(pinned is not None)
        self.update()

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, fonts.px(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._pinned is None:
            return
        t = theme.current()
        painter = painter_for(self)
        box(painter, self.rect(), 8, t.raised)
        middle = self.height() / 2
        mark = icons.pixmap("pin", t.live, _MARK, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(12, middle - _MARK / 2), mark)
        room = self.width() - 36.0 - self.unpin.width() - 14
        bold, plain = TypeFace.of(fonts.font(13, 600)), TypeFace.of(fonts.font(13))
        y = middle - plain.pitch / 2
        name = one_line(self._name, bold, t.text, 36, y, max(1.0, room * 0.4))
        name.draw(painter, 0)
        left = 36 + name.width + 8
        text = one_line(self._pinned.text, plain, t.text2, left, y, max(1.0, room - name.width - 8))
        text.draw(painter, 0)
