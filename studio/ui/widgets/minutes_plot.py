"""Figures of each minute: bars while they are few, an area with a line when they are many. GUI thread.

A line between two minutes tells of diamonds nobody gave; with a handful of minutes that is all one would
see. Knows the theme only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPen

from studio.ui import theme
from studio.ui.theme.tokens import faded

#: Up to here each figure has a bar.
MOST_BARS = 15
_WIDEST_BAR = 64.0


def are_bars(count: int) -> bool:
    return count <= MOST_BARS


def spots(values: Sequence[int], plot: QRectF, head: float) -> list[QPointF]:
    """Where each figure's top lies; the largest ends ``head`` px under the upper edge."""
    highest, room = max(1, max(values, default=0)), plot.height() - head
    tops = [plot.bottom() - room * value / highest for value in values]
    if are_bars(len(values)):
        slot = plot.width() / max(1, len(values))
        return [QPointF(plot.left() + slot * (place + 0.5), top) for place, top in enumerate(tops)]
    apart = plot.width() / (len(values) - 1)
    return [QPointF(plot.left() + apart * place, top) for place, top in enumerate(tops)]


def place_at(x: float, count: int, plot: QRectF) -> int | None:
    """Which figure lies at ``x``; None when there is none at all."""
    if not count:
        return None
    share = (x - plot.left()) / max(1.0, plot.width())
    place = int(share * count) if are_bars(count) else round(share * (count - 1))
    return min(count - 1, max(0, place))


def paint_minutes(painter: QPainter, tops: list[QPointF], plot: QRectF) -> None:
    """Draws the figures whose ``tops`` :func:`spots` gave."""
    if are_bars(len(tops)):
        _paint_bars(painter, tops, plot)
    elif tops:
        _paint_area(painter, tops, plot)


def _paint_bars(painter: QPainter, tops: list[QPointF], plot: QRectF) -> None:
    gold = theme.current().gold
    width = min(_WIDEST_BAR, plot.width() / max(1, len(tops)) * 0.62)
    fill = QLinearGradient(0, plot.top(), 0, plot.bottom())
    fill.setColorAt(0, gold)
    fill.setColorAt(1, faded(gold, 0.45))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.save()
    painter.setClipRect(plot)
    for top in tops:
        height = plot.bottom() - top.y()
        if height <= 0:
            continue
        round_ = min(4.0, width / 2)
        # Longer than it shows: the lower corners lie under the edge and stay square.
        bar = QRectF(top.x() - width / 2, plot.bottom() - max(2.0, height), width, max(2.0, height) + round_)
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, round_, round_)
    painter.restore()


def _paint_area(painter: QPainter, tops: list[QPointF], plot: QRectF) -> None:
    gold = theme.current().gold
    line = QPainterPath(tops[0])
    for top in tops[1:]:
        line.lineTo(top)
    area = QPainterPath(line)
    area.lineTo(tops[-1].x(), plot.bottom())
    area.lineTo(tops[0].x(), plot.bottom())
    area.closeSubpath()
    shade = QLinearGradient(0, plot.top(), 0, plot.bottom())
    shade.setColorAt(0, faded(gold, 0.34))
    shade.setColorAt(1, faded(gold, 0.11))
    painter.fillPath(area, shade)
    pen = QPen(gold, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(line)
