"""One thing that runs, above the feed: what it is, the time left, one button. GUI thread; knows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.model.countdown import clock_words
from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role, token
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.paint import box, painter_for

_MARK = 16


class StripCard(QWidget):
    """``acted``: its one button; ``put_away``: the host has seen the result. ``body`` lies below the line."""

    acted = Signal()
    put_away = Signal()

    def __init__(self, icon: str, tone: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, tone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._picture = QLabel()
        self.title = ElidedLabel("", Role.STRONG)
        self.note = Label("", Role.SMALL)
        self.time = Label("", Role.FIELD)
        self.act = Button(act, ButtonKind.COMPACT)
        self.away = MarkButton("close", "Put away", "text3", 24)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._picture)
        line.addWidget(self.title, 1)
        for part in (self.note, self.time, self.act, self.away):
            line.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 6, 5)
        column.setSpacing(4)
        column.addLayout(line)
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        column.addLayout(self.body)
        self.act.clicked.connect(self.acted)
        self.away.clicked.connect(self.put_away)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def show_line(self, title: str, note: str, left_ms: int | None, *, ended: bool) -> None:
        """``left_ms``: until the clock ends it; None when it does not."""
        self.title.setText(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.act.setVisible(not ended)
        self.away.setVisible(ended)
        self.show_left(None if ended else left_ms)
        self.setAccessibleName(f"{title}. {note}".strip())

    def show_left(self, left_ms: int | None) -> None:
        """Whole seconds, the last one to its end."""
        words = "" if left_ms is None else clock_words(-(-left_ms // 1_000))
        if words != self.time.text():
            self.time.setText(words)
            self.time.setVisible(bool(words))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(200, max(fonts.px(40), super().sizeHint().height()))

    def _restyle(self) -> None:
        self.time.setFont(fonts.font(13, 700, figures=True))
        self._picture.setPixmap(icons.pixmap(self._icon, token(self._tone), _MARK, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), 8, t.raised, t.line)
