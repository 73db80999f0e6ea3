"""Bars with a name and a figure each, lying or standing. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import faded
from studio.ui.widgets.paint import box, painter_for

_LINE = 26


class LyingBars(QWidget):
    """(name, value, figure in words) from top to bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Sequence[tuple[str, int, str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def show_bars(self, bars: Sequence[tuple[str, int, str]]) -> None:
        self._bars = bars
        self.setAccessibleName(", ".join(f"{name}: {words}" for name, _, words in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, fonts.px(_LINE) * len(self._bars))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = theme.current(), painter_for(self)
        highest, line = max((value for _, value, _ in self._bars), default=0), fonts.px(_LINE)
        strong, plain = fonts.font(12.5, 700, figures=True), fonts.font(12.5)
        figures = max(
            (QFontMetricsF(strong).horizontalAdvance(words) for _, _, words in self._bars), default=0.0
        )
        for place, (name, value, words) in enumerate(self._bars):
            area = QRectF(0, place * line, self.width(), line - 4)
            room = max(40.0, area.width() - figures - 12)
            share = value / highest if highest else 0.0
            box(painter, QRectF(0, area.top(), max(4.0, room * share), area.height()), 5, faded(t.gold, 0.22))
            painter.setFont(plain)
            painter.setPen(t.text)
            shown = QFontMetricsF(plain).elidedText(name, Qt.TextElideMode.ElideRight, room - 10)
            painter.drawText(area.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(strong)
            painter.setPen(t.gold)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


class HourBars(QWidget):
    """24 of them, the best one named."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hours: Sequence[int] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def show_hours(self, hours: Sequence[int]) -> None:
        self._hours = hours
        if any(hours):
            best = max(range(len(hours)), key=lambda hour: hours[hour])
            self.setAccessibleName(f"Best hour: {best}:00, {hours[best]:,} diamonds")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, fonts.px(110))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = theme.current(), painter_for(self)
        highest = max(self._hours, default=0)
        plot = QRectF(0, 18, self.width(), self.height() - 38)
        painter.setFont(fonts.font(11, figures=True))
        painter.setPen(t.text3)
        for hour in (0, 6, 12, 18):
            x = plot.width() * hour / 24
            painter.drawText(QRectF(x, plot.bottom() + 3, 50, 16), Qt.AlignmentFlag.AlignLeft, f"{hour}:00")
        if not highest:
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "No gifts yet")
            return
        slot = plot.width() / 24
        for hour, value in enumerate(self._hours):
            high = plot.height() * value / highest
            best = value == highest
            ink = t.gold if best else faded(t.gold, 0.45)
            bar = QRectF(hour * slot + 1.5, plot.bottom() - high, slot - 3, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRoundedRect(bar, 2, 2)
            if best:
                painter.setPen(t.text)
                above = QRectF(bar.center().x() - 60, bar.top() - 18, 120, 16)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{value:,}")
