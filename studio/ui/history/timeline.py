"""A LIVE minute by minute: diamonds, viewers, comments, to be zoomed into. GUI thread; theme only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, focus_ring, painter_for

_FOOT, _HEAD = 22, 26
_HIGH, _LOW = 164, 116
#: No closer than so many minutes.
_CLOSEST = 5.0


class HistoryTimeline(QWidget):
    """Wheel, + and - zoom; drag and the arrow keys move; 0 shows all. ``pressed(minute)``: a click."""

    pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._started_ms = 0
        self._diamonds: Sequence[int] = ()
        self._viewers: Sequence[int] = ()
        self._comments: Sequence[int] = ()
        self._from, self._until = 0.0, 1.0
        self._under: int | None = None
        self._low = False
        self._dragged: tuple[float, float] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def show_minutes(
        self, started_ms: int, diamonds: Sequence[int], viewers: Sequence[int], comments: Sequence[int]
    ) -> None:
        """One value a minute each, the three equally long."""
        self._started_ms = started_ms
        self._diamonds, self._viewers, self._comments = diamonds, viewers, comments
        self._from, self._until = 0.0, float(max(1, len(diamonds)))
        self._under = None
        best = max(diamonds, default=0)
        self.setAccessibleName(f"{len(diamonds)} minutes; at most {best:,} diamonds in one of them")
        self.update()

    @property
    def shown(self) -> tuple[float, float]:
        """From which minute to which."""
        return self._from, self._until

    def zoom(self, factor: float, at: float | None = None) -> None:
        """``factor`` below 1 looks closer; ``at``: the minute that stays where it is."""
        count = float(max(1, len(self._diamonds)))
        middle = at if at is not None else (self._from + self._until) / 2
        wide = min(count, max(min(_CLOSEST, count), (self._until - self._from) * factor))
        share = (middle - self._from) / max(0.001, self._until - self._from)
        self._put(middle - wide * share, wide)

    def _put(self, begin: float, wide: float) -> None:
        begin = min(max(0.0, begin), max(0.0, len(self._diamonds) - wide))
        self._from, self._until = begin, begin + wide
        self.update()

    def set_low(self, low: bool) -> None:
        """Where the window leaves little room."""
        if low != self._low:
            self._low = low
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(600, fonts.px(_LOW if self._low else _HIGH))

    def _plot(self) -> QRectF:
        return QRectF(1, _HEAD, self.width() - 2, self.height() - _HEAD - _FOOT)

    def _minute_at(self, x: float) -> float:
        plot = self._plot()
        return self._from + (x - plot.left()) / max(1.0, plot.width()) * (self._until - self._from)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and self._diamonds:
            self.zoom(0.8 if turned > 0 else 1.25, self._minute_at(event.position().x()))
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged = (event.position().x(), self._from)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None and abs(event.position().x() - self._dragged[0]) < 4 and self._diamonds:
            minute = int(self._minute_at(event.position().x()))
            self.pressed.emit(min(len(self._diamonds) - 1, max(0, minute)))
        self._dragged = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragged is not None:
            moved = (x - self._dragged[0]) / max(1.0, self._plot().width()) * (self._until - self._from)
            self._put(self._dragged[1] - moved, self._until - self._from)
        if self._diamonds:
            self._under = min(len(self._diamonds) - 1, max(0, int(self._minute_at(x))))
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._under = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wide = self._until - self._from
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(0.8)
            case Qt.Key.Key_Minus:
                self.zoom(1.25)
            case Qt.Key.Key_0:
                self._put(0.0, float(max(1, len(self._diamonds))))
            case Qt.Key.Key_Left:
                self._put(self._from - wide / 10, wide)
            case Qt.Key.Key_Right:
                self._put(self._from + wide / 10, wide)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, plot = theme.current(), painter_for(self), self._plot()
        self._paint_legend(painter)
        painter.setPen(QPen(t.line, 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        if not self._diamonds:
            painter.setPen(t.text3)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "Nothing was kept of this LIVE")
            return
        painter.save()
        painter.setClipRect(plot.adjusted(-1, -2, 1, 1))
        self._paint_line(painter, self._comments, faded(t.violet, 0.8), 1.2, filled=False)
        self._paint_line(painter, self._diamonds, t.gold, 2.0, filled=True)
        self._paint_line(painter, self._viewers, t.blue, 2.0, filled=False)
        painter.restore()
        self._paint_axis(painter, plot)
        if self._under is not None:
            self._paint_minute(painter, plot, self._under)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 8)

    def _x(self, minute: float) -> float:
        plot = self._plot()
        return plot.left() + (minute - self._from) / (self._until - self._from) * plot.width()

    def _paint_line(
        self, painter: QPainter, values: Sequence[int], ink: QColor, width: float, *, filled: bool
    ) -> None:
        plot, highest = self._plot(), max(values, default=0)
        if not highest:
            return
        # Of a long LIVE a pixel has many minutes: the highest of them is drawn, so that no spike is lost.
        step = max(1, int((self._until - self._from) / max(1.0, plot.width())))
        first = max(0, int(self._from) - step) // step * step
        line = QPolygonF()
        for place in range(first, min(len(values), int(self._until) + 2 * step), step):
            value = max(values[place : place + step])
            spot = self._x(place + step / 2)
            line.append(QPointF(spot, plot.bottom() - plot.height() * 0.94 * value / highest))
        if line.size():  # a value is of a whole minute: the first and the last one reach to the LIVE's ends
            line.prepend(QPointF(self._x(first), line.at(0).y()))
            line.append(QPointF(self._x(min(len(values), place + step)), line.at(line.size() - 1).y()))
        if filled:
            area = QPolygonF(line)
            area.append(QPointF(line.at(line.size() - 1).x(), plot.bottom()))
            area.append(QPointF(line.at(0).x(), plot.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(ink, 0.2))
            painter.drawPolygon(area)
        painter.setPen(
            QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(line)

    def _paint_legend(self, painter: QPainter) -> None:
        t = theme.current()
        painter.setFont(fonts.font(11, 600))
        metrics, x = painter.fontMetrics(), float(self.width())
        painter.setFont(fonts.font(11, 700, tracking=0.6))
        painter.setPen(t.text3)
        painter.drawText(QRectF(0, 0, 200, 18), Qt.AlignmentFlag.AlignVCenter, "TIMELINE")
        painter.setFont(fonts.font(11, 600))
        for words, ink in (("Comments", t.violet), ("Viewers", t.blue), ("Diamonds / min", t.gold)):
            x -= metrics.horizontalAdvance(words)
            painter.setPen(t.text2)
            painter.drawText(QRectF(x, 0, 200, 18), Qt.AlignmentFlag.AlignVCenter, words)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(x - 9, 9), 4, 4)
            x -= 30

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(fonts.font(11.5, figures=True))
        painter.setPen(theme.current().text3)
        foot = QRectF(plot.left(), plot.bottom() + 4, plot.width(), _FOOT - 4)
        begin, middle, end = (
            self._clock(minute) for minute in (self._from, (self._from + self._until) / 2, self._until)
        )
        places = [(begin, Qt.AlignmentFlag.AlignLeft), (end, Qt.AlignmentFlag.AlignRight)]
        if middle not in (begin, end):
            places.append((middle, Qt.AlignmentFlag.AlignHCenter))
        for words, flag in places:
            painter.drawText(foot, flag | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_minute(self, painter: QPainter, plot: QRectF, minute: int) -> None:
        t, x = theme.current(), round(self._x(minute + 0.5)) + 0.5
        painter.setPen(QPen(faded(t.live, 0.9), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        figures = (
            f"{self._diamonds[minute]:,} diamonds",
            f"{_at(self._viewers, minute):,} viewers",
            f"{_at(self._comments, minute):,} comments",
        )
        words = " · ".join((self._clock(minute), *figures))
        painter.setFont(fonts.font(11.5, 600, figures=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 18
        left = min(max(plot.left(), x - width / 2), plot.right() - width)
        note = QRectF(left, plot.top() - 4, width, 24)
        box(painter, note, 7, t.control, t.line)
        painter.setPen(t.text)
        painter.drawText(note, Qt.AlignmentFlag.AlignCenter, words)

    def _clock(self, minute: float) -> str:
        return f"{datetime.fromtimestamp(self._started_ms / 1_000 + minute * 60):%H:%M}"


def _at(values: Sequence[int], minute: int) -> int:
    return values[minute] if minute < len(values) else 0
