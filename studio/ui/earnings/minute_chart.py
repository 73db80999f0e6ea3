"""Diamonds per minute: where the LIVE was generous. GUI thread; painted, no chart library.

A long LIVE is drawn in steps of several minutes, at most ``_MOST_POINTS`` of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count
from studio.ui import theme
from studio.ui.theme import faded, fonts, mixed
from studio.ui.widgets import minutes_plot
from studio.ui.widgets.paint import box, painter_for

_PLOT = 66
_TOP = 4
_MOST_POINTS = 120
_STEPS = (1, 2, 5, 10, 15, 30, 60)
_MINUTE_MS = 60_000


def stepped(per_minute: Sequence[int]) -> tuple[int, list[int]]:
    """(minutes a step, diamonds of each step): minutes summed so that they fit; none is left out."""
    step = next((size for size in _STEPS if len(per_minute) <= size * _MOST_POINTS), 0)
    if not step:
        step = -(-len(per_minute) // _MOST_POINTS)
    return step, [sum(per_minute[start : start + step]) for start in range(0, len(per_minute), step)]


def clock_time(ms: int) -> str:
    """``"20:42"`` in this machine's time zone, of Unix milliseconds."""
    return f"{datetime.fromtimestamp(ms / 1000).astimezone():%H:%M}"


class MinuteChart(QWidget):
    """Hovering a step names its time and figure; screen readers get the sum and the best step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._started_ms = 0
        self._minutes: tuple[int, ...] = ()
        self._step = 1
        self._points: list[int] = []
        self.hovered: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._theme_changed)

    def set_minutes(self, started_ms: int, per_minute: tuple[int, ...]) -> None:
        """One figure per minute since ``started_ms``; the last one still runs."""
        if (started_ms, per_minute) == (self._started_ms, self._minutes):
            return
        self._started_ms, self._minutes = started_ms, per_minute
        self._step, self._points = stepped(per_minute)
        best = max(self._points, default=0)
        self.setAccessibleName(f"Diamonds {self._unit}: {sum(self._points):,} in all, at most {best:,}")
        self.update()

    @property
    def _unit(self) -> str:
        return "per minute" if self._step == 1 else f"per {self._step} minutes"

    def words_of(self, point: int) -> str:
        """``"20:17 · 1,240 diamonds"``: what hovering a step says."""
        at = self._started_ms + point * self._step * _MINUTE_MS
        diamonds = self._points[point]
        return f"{clock_time(at)} · {format_count(diamonds)} {'diamond' if diamonds == 1 else 'diamonds'}"

    def point_at(self, x: float) -> int | None:
        """The step under a coordinate; None while there is none."""
        return minutes_plot.place_at(x, len(self._points), self._plot())

    def sizeHint(self) -> QSize:
        return QSize(240, _TOP + _PLOT + 6 + fonts.px(17))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.point_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, point: int | None) -> None:
        if point != self.hovered:
            self.hovered = point
            self.update()

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _plot(self) -> QRectF:
        return QRectF(1, _TOP, self.width() - 2, _PLOT - 1)

    def _spots(self) -> list[QPointF]:
        return minutes_plot.spots(self._points, self._plot(), 5)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        base = _TOP + _PLOT - 0.5
        painter.setPen(QPen(t.line, 1))
        painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
        if any(self._points):
            minutes_plot.paint_minutes(painter, self._spots(), self._plot())
        self._paint_foot(painter, t.text3)
        if self.hovered is not None and self.hovered < len(self._points):
            self._paint_hover(painter, base)

    def _paint_foot(self, painter: QPainter, ink: QColor) -> None:
        painter.setFont(fonts.font(11.5, figures=True))
        painter.setPen(ink)
        foot = QRectF(0, _TOP + _PLOT + 4, self.width(), self.height() - _TOP - _PLOT - 4)
        align = Qt.AlignmentFlag
        painter.drawText(foot, align.AlignHCenter | align.AlignVCenter, self._foot_words())
        if self._started_ms:
            end = self._started_ms + max(0, len(self._minutes) - 1) * _MINUTE_MS
            painter.drawText(foot, align.AlignLeft | align.AlignVCenter, clock_time(self._started_ms))
            if len(self._minutes) > 1:
                painter.drawText(foot, align.AlignRight | align.AlignVCenter, clock_time(end))

    def _foot_words(self) -> str:
        words = f"diamonds {self._unit}"
        times = QFontMetricsF(fonts.font(11.5)).horizontalAdvance(f"00:00   {words}   00:00")
        return words if times <= self.width() else self._unit

    def _paint_hover(self, painter: QPainter, base: float) -> None:
        assert self.hovered is not None
        t = theme.current()
        spot = self._spots()[self.hovered]
        painter.setPen(QPen(faded(t.text, 0.35), 1))
        painter.drawLine(QPointF(spot.x(), _TOP), QPointF(spot.x(), base))
        painter.setPen(QPen(t.surface, 2))
        painter.setBrush(t.gold)
        painter.drawEllipse(spot, 4.5, 4.5)
        words, font = self.words_of(self.hovered), fonts.font(12, 600, figures=True)
        wide = QFontMetricsF(font).horizontalAdvance(words) + 18
        left = min(max(0.0, spot.x() - wide / 2), max(0.0, self.width() - wide))
        high = fonts.px(22)
        top = _TOP if spot.y() > _TOP + high + 6 else base - high - 4
        rect = QRectF(left, top, wide, high)
        box(painter, rect, 6, mixed(t.control, t.text, 0.05), t.line)
        painter.setFont(font)
        painter.setPen(t.text)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
