"""Diamonds of each minute of a LIVE. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count, format_short
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets import minutes_plot
from studio.ui.widgets.paint import box, painter_for

_FOOT = 22
_HEAD = 12
#: Room between the best minute and the upper line, where its note stands.
_OVER = 8


class Timeline(QWidget):
    """One value a minute; the minute under the pointer is named, otherwise the best one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[int, ...] = ()
        self._marks: tuple[float, ...] = ()
        self._under: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier.changed.connect(self.update)

    def show_values(self, values: tuple[int, ...]) -> None:
        """Diamonds of minute 1, 2, ..."""
        self._values = values
        best = max(values, default=0)
        self.setAccessibleName(f"Diamonds a minute over {len(values)} minutes; at most {best:,}")
        self.update()

    def show_marks(self, minutes: tuple[float, ...]) -> None:
        """Where marks were set, in minutes since the start."""
        if minutes != self._marks:
            self._marks = minutes
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 172)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def _plot(self) -> QRectF:
        return QRectF(1, _HEAD, self.width() - 2, self.height() - _HEAD - _FOOT)

    def _points(self) -> list[QPointF]:
        return minutes_plot.spots(self._values, self._plot(), _OVER)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = minutes_plot.place_at(event.position().x(), len(self._values), self._plot())
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._under = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        plot = self._plot()
        painter.setFont(fonts.font(11.5, figures=True))
        for share in (0.0, 0.5, 1.0):
            y = round(plot.bottom() - (plot.height() - _OVER) * share) + 0.5
            painter.setPen(QPen(faded(t.line, 0.55 if share else 1.0), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if not any(self._values):
            painter.setPen(t.text3)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "No gifts in this LIVE")
            return
        points = self._points()
        minutes_plot.paint_minutes(painter, points, plot)
        self._paint_marks(painter, plot)
        self._paint_axis(painter, plot, points)
        place = self._under if self._under is not None else self._values.index(max(self._values))
        self._paint_minute(painter, points[place], place, plot)

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(QPen(faded(theme.current().live, 0.8), 1, Qt.PenStyle.DashLine))
        for minute in self._marks:
            x = round(plot.left() + plot.width() * min(1.0, minute / len(self._values))) + 0.5
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_axis(self, painter: QPainter, plot: QRectF, points: list[QPointF]) -> None:
        count = len(self._values)
        foot = QRectF(plot.left(), plot.bottom() + 5, plot.width(), _FOOT - 5)
        painter.setPen(theme.current().text3)
        if minutes_plot.are_bars(count):
            slot = plot.width() / count
            fits = painter.fontMetrics().horizontalAdvance(f"{count} min") + 10 <= slot
            for place, point in enumerate(points):
                words = f"{place + 1} min" if fits else str(place + 1)
                under = QRectF(point.x() - slot / 2, foot.top(), slot, foot.height())
                painter.drawText(under, Qt.AlignmentFlag.AlignCenter, words)
            return
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "start")
        end = f"{count} min"
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, end)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"{count // 2} min")

    def _paint_minute(self, painter: QPainter, point: QPointF, place: int, plot: QRectF) -> None:
        t = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.surface)
        painter.drawEllipse(point, 5, 5)
        painter.setBrush(t.gold)
        painter.drawEllipse(point, 3.5, 3.5)
        value = self._values[place]
        shown = format_count(value) if value < 1_000_000 else format_short(value)
        words = f"minute {place + 1} · {shown}"
        painter.setFont(fonts.font(11.5, 600, figures=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 18
        left = point.x() + 10 if point.x() + 10 + width <= plot.right() else point.x() - 10 - width
        note = QRectF(left, max(0.0, point.y() - 12), width, 24)
        box(painter, note, 7, t.control, t.line)
        painter.setPen(t.text)
        painter.drawText(note, Qt.AlignmentFlag.AlignCenter, words)
