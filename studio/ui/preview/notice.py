"""A notice over the preview: what the host must know about the picture right now. Painter, GUI thread.

Painted in the preview's own paint event, like the pills (see ``overlays``). Imports the theme only.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.widgets.paint import box

#: Over the picture the colours do not follow the theme: it may be any picture.
_GLASS = QColor(10, 11, 15, 232)
_QUIET = QColor("#c3cad6")
_PADDING, _DOT_ROOM, _BELOW_PILLS = 12, 16, 46


def paint_notice(painter: QPainter, area: QRectF, strong: str, words: str, tone: str) -> QRectF:
    """A glass box at the top of ``area``, below the pills: a strong line, words under it. Returns the box."""
    width = round(area.width() - 20)
    inner = width - 2 * _PADDING - _DOT_ROOM
    wrap = int(Qt.TextFlag.TextWordWrap)
    strong_font, words_font = fonts.font(13, 700, figures=True), fonts.font(12)
    room = QRect(0, 0, inner, 1000)
    strong_height = QFontMetrics(strong_font).boundingRect(room, wrap, strong).height()
    words_height = QFontMetrics(words_font).boundingRect(room, wrap, words).height() if words else 0
    height = strong_height + (words_height + 3 if words else 0) + 2 * _PADDING - 4
    frame = QRectF(area.left() + 10, area.top() + _BELOW_PILLS, width, height)
    box(painter, frame, 10, _GLASS)
    left, top = frame.left() + _PADDING + _DOT_ROOM, frame.top() + _PADDING - 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(getattr(theme.DARK, tone))
    painter.drawEllipse(
        QPointF(frame.left() + _PADDING + 4, top + QFontMetrics(strong_font).height() / 2), 4, 4
    )
    painter.setFont(strong_font)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(QRectF(left, top, inner, strong_height), wrap, strong)
    painter.setFont(words_font)
    painter.setPen(_QUIET)
    painter.drawText(QRectF(left, top + strong_height + 3, inner, words_height + 2), wrap, words)
    return frame
