"""Diamonds of each minute of a LIVE, drawn as an area. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count, format_short
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, painter_for

_FOOT = 22
_HEAD = 12


class Timeline(QWidget):
    """One value a minute; the minute under the pointer is named, otherwise the best one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[int, ...] = ()
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

    def sizeHint(self) -> QSize:
        return QSize(600, 172)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def _plot(self) -> QRectF:
        return QRectF(1, _HEAD, self.width() - 2, self.height() - _HEAD - _FOOT)

    def _points(self) -> list[QPointF]:
        plot, best = self._plot(), max(1, max(self._values, default=0))
        values = self._values if len(self._values) > 1 else self._values * 2
        step = plot.width() / max(1, len(values) - 1)
        return [
            QPointF(plot.left() + step * place, plot.bottom() - (plot.height() - 8) * value / best)
            for place, value in enumerate(values)
        ]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        count = len(self._values)
        if count:
            share = event.position().x() / max(1, self.width())
            self._under = min(count - 1, max(0, round(share * (count - 1))))
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
            y = round(plot.bottom() - (plot.height() - 8) * share) + 0.5
            painter.setPen(QPen(faded(t.line, 0.55 if share else 1.0), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if not any(self._values):
            painter.setPen(t.text3)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "No gifts in this LIVE")
            return
        points = self._points()
        self._paint_area(painter, points, plot)
        self._paint_axis(painter, plot)
        place = self._under if self._under is not None else self._values.index(max(self._values))
        self._paint_minute(painter, points[place], place, plot)

    def _paint_area(self, painter: QPainter, points: list[QPointF], plot: QRectF) -> None:
        gold = theme.current().gold
        line = QPainterPath(points[0])
        for point in points[1:]:
            line.lineTo(point)
        area = QPainterPath(line)
        area.lineTo(points[-1].x(), plot.bottom())
        area.lineTo(points[0].x(), plot.bottom())
        area.closeSubpath()
        shade = QLinearGradient(0, plot.top(), 0, plot.bottom())
        shade.setColorAt(0, faded(gold, 0.30))
        shade.setColorAt(1, faded(gold, 0.10))
        painter.fillPath(area, shade)
        pen = QPen(gold, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(line)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        t, count = theme.current(), len(self._values)
        foot = QRectF(plot.left(), plot.bottom() + 5, plot.width(), _FOOT - 5)
        painter.setPen(t.text3)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "start")
        end = f"{count} min"
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, end)
        if count >= 4:
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
