"""The answers of a poll as bars. GUI thread; knows the theme and the poll."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.poll import Poll, PollKind
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, painter_for

_GAP = 4
_PAD = 10


class PollBars(QWidget):
    """A line for each answer: its words over a bar of its share, and its figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._poll: Poll | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._restyle)

    def show_poll(self, poll: Poll) -> None:
        grown = self._poll is None or len(self._poll.options) != len(poll.options)
        self._poll = poll
        told = [f"{clean_line(one.text)}: {one.votes:,}" for one in poll.options]
        self.setAccessibleName(", ".join(told))
        if grown:
            self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = len(self._poll.options) if self._poll is not None else 0
        return QSize(200, count * (fonts.px(26) + _GAP))

    def paintEvent(self, _event: QPaintEvent) -> None:
        poll = self._poll
        if poll is None:
            return
        t = theme.current()
        painter = painter_for(self)
        high = fonts.px(26)
        figures = fonts.font(13, 700, figures=True)
        for place, option in enumerate(poll.options):
            line = QRectF(0, place * (high + _GAP), self.width(), high)
            won = poll.ended and place in poll.leaders
            box(painter, line, 6, t.control)
            share = option.votes / poll.total if poll.total else 0.0
            if share > 0:
                bar = QRectF(line.left(), line.top(), max(8.0, line.width() * share), high)
                box(painter, bar, 6, faded(t.gold if won else t.blue, 0.34))
            percent = f"{poll.percent(place)} %"
            count = f"{option.votes:,}" if poll.kind is PollKind.VOTES else f"×{option.votes:,}"
            figure = f"{count} · {percent}"
            painter.setFont(figures)
            painter.setPen(t.gold if won else t.text)
            wide = painter.fontMetrics().horizontalAdvance(figure)
            painter.drawText(
                line.adjusted(0, 0, -_PAD, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                figure,
            )
            painter.setFont(fonts.font(13))
            painter.setPen(t.text)
            room = max(1, round(line.width() - 3 * _PAD - wide))
            metrics = painter.fontMetrics()
            words = metrics.elidedText(clean_line(option.text), Qt.TextElideMode.ElideRight, room)
            place_left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(line.adjusted(_PAD, 0, 0, 0), place_left, words)
