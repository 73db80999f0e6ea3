"""What lies over the preview: pills in its corners, the goal, the newest large gift. Painters, GUI thread.

Painted in the preview's own paint event: child widgets above a picture that changes 30 times a second
would each be composed again for every frame. Imports theme and model only.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from studio.model.money import format_count
from studio.model.room import Goal
from studio.services.rows import FeedRow
from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.paint import box

#: Over the picture the colours do not follow the theme: it may be any picture.
_GLASS = QColor(10, 11, 15, 178)
_INK = QColor("#f3f5f9")
_QUIET = QColor("#c3cad6")
_GROOVE = QColor(255, 255, 255, 46)
_PILL_HEIGHT = 27
_PADDING = 11


def delay_words(delay_ms: float) -> str:
    """``430`` -> ``"0.4 s"``; below a tenth of a second in milliseconds, since "0.0 s" says nothing."""
    return f"{delay_ms / 1000:.1f} s" if delay_ms >= 100 else f"{max(0, round(delay_ms))} ms"


def paint_pill(
    painter: QPainter, corner: QPointF, words: str, strong: str = "", *, right: bool = False, dot: str = ""
) -> float:
    """A dark pill at ``corner`` (its top left, or top right with ``right``); returns its width."""
    plain, bold = fonts.font(12, figures=True), fonts.font(12, 700, figures=True)
    words_width = QFontMetrics(plain).horizontalAdvance(words)
    strong_width = QFontMetrics(bold).horizontalAdvance(strong)
    gap = 5 if words and strong else 0
    lead = 14 if dot else 0
    width = lead + words_width + gap + strong_width + 2 * _PADDING
    area = QRectF(corner.x() - (width if right else 0), corner.y(), width, _PILL_HEIGHT)
    box(painter, area, _PILL_HEIGHT / 2, theme.current().live if dot == "live" else _GLASS)
    x = area.left() + _PADDING
    if dot:
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(x + 4, area.center().y()), 3.5, 3.5)
        x += lead
    painter.setFont(plain)
    painter.setPen(_QUIET)
    painter.drawText(
        QRectF(x, area.top(), words_width + 2, area.height()), Qt.AlignmentFlag.AlignVCenter, words
    )
    painter.setFont(bold)
    painter.setPen(QColor("#ffffff"))
    spot = QRectF(x + words_width + gap, area.top(), strong_width + 2, area.height())
    painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, strong)
    return float(width)


def paint_goal(painter: QPainter, area: QRectF, goal: Goal) -> QRectF:
    """The goal's bar along the bottom of ``area``; returns the box it took."""
    frame = QRectF(area.left() + 16, area.bottom() - 20 - 44, area.width() - 32, 44)
    box(painter, frame, 9, _GLASS)
    figures = f"{format_count(goal.diamonds)} / {format_count(goal.target_diamonds)}"
    painter.setFont(fonts.font(12, 700, figures=True))
    width = painter.fontMetrics().horizontalAdvance(figures)
    line = QRectF(frame.left() + 10, frame.top() + 6, frame.width() - 20, 18)
    painter.setPen(QColor("#ffffff"))
    mark = 12
    painter.drawText(
        line.adjusted(0, 0, -mark - 4, 0),
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
        figures,
    )
    diamond = icons.pixmap("diamond", theme.DARK.gold, mark, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(line.right() - mark, line.center().y() - mark / 2), diamond)
    painter.setFont(fonts.font(12, 500))
    painter.setPen(_INK)
    room = line.width() - width - mark - 14
    title = painter.fontMetrics().elidedText(goal.title, Qt.TextElideMode.ElideRight, max(0, int(room)))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
    groove = QRectF(line.left(), frame.bottom() - 13, line.width(), 5)
    box(painter, groove, 2.5, _GROOVE)
    if goal.fraction > 0:
        filled = QRectF(groove)
        filled.setWidth(max(5.0, groove.width() * goal.fraction))
        box(painter, filled, 2.5, theme.DARK.gold)
    return frame


def paint_gift(
    painter: QPainter, area: QRectF, bottom: float, gift: FeedRow, art: str, opacity: float
) -> None:
    """The newest large gift, in a box whose lower edge is ``bottom``."""
    painter.save()
    painter.setOpacity(opacity)
    frame = QRectF(area.left() + 16, bottom - 58, area.width() - 32, 58)
    box(painter, frame, 10, _GLASS)
    picture = icons.gift_pixmap(art, 34, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(frame.left() + 12, frame.center().y() - 17), picture)
    left, room = frame.left() + 58, frame.width() - 70
    times = f" ×{gift.count}" if gift.count > 1 else ""
    what = f"{gift.gift_name}{times}"
    painter.setFont(fonts.font(13, 700))
    metrics = painter.fontMetrics()
    sent_width = QFontMetrics(fonts.font(13)).horizontalAdvance(" sent ")
    what_width = min(metrics.horizontalAdvance(what) + 2, int(room * 0.5))
    who = gift.person.shown_name if gift.person else "Someone"
    who = metrics.elidedText(who, Qt.TextElideMode.ElideRight, int(room - sent_width - what_width))
    top = QRectF(left, frame.top() + 9, room, 20)
    at = left
    who_width = metrics.horizontalAdvance(who)
    for words, weight, colour, width in (
        (who, 700, QColor("#ffffff"), who_width),
        (" sent ", 400, _INK, sent_width),
        (metrics.elidedText(what, Qt.TextElideMode.ElideRight, what_width), 700, theme.DARK.gold, what_width),
    ):
        painter.setFont(fonts.font(13, weight))
        painter.setPen(colour)
        painter.drawText(QRectF(at, top.top(), width + 2, 20), Qt.AlignmentFlag.AlignVCenter, words)
        at += width
    painter.setFont(fonts.font(12, figures=True))
    painter.setPen(_QUIET)
    coins = f"{format_count(gift.coins)} {'coin' if gift.coins == 1 else 'coins'}"
    painter.drawText(QRectF(left, frame.top() + 29, room, 18), Qt.AlignmentFlag.AlignVCenter, coins)
    painter.restore()
