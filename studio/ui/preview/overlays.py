"""What lies over the preview for the host alone: pills in its corners. Painters, GUI thread.

Painted in the preview's own paint event: child widgets above a picture that changes 30 times a second
would each be composed again for every frame. Imports the theme only.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.widgets.paint import box

#: Over the picture the colours do not follow the theme: it may be any picture.
_GLASS = QColor(10, 11, 15, 178)
_QUIET = QColor("#c3cad6")
PILL_HEIGHT = 27
_PADDING = 11


def delay_words(delay_ms: float) -> str:
    """``430`` -> ``"0.4 s"``; below a tenth of a second in milliseconds, since "0.0 s" says nothing."""
    return f"{delay_ms / 1000:.1f} s" if delay_ms >= 100 else f"{max(0, round(delay_ms))} ms"


def paint_pill(
    painter: QPainter, corner: QPointF, words: str, strong: str = "", *, right: bool = False, dot: str = ""
) -> float:
    """A dark pill at ``corner`` (its top left, or top right with ``right``); returns its width.

    Drawn once for the same words: the preview is painted 30 times a second, and its words change once.
    """
    live = theme.current().live.rgba()
    image = _pill(words, strong, dot, live, painter.device().devicePixelRatioF())
    width = image.width() / image.devicePixelRatioF()
    painter.drawImage(QPointF(corner.x() - (width if right else 0), corner.y()), image)
    return width


@lru_cache(maxsize=16)
def _pill(words: str, strong: str, dot: str, live: int, ratio: float) -> QImage:
    """``live``: the theme's colour for the dot ``live``; ``ratio``: device pixels to one."""
    plain, bold = fonts.font(12, figures=True), fonts.font(12, 700, figures=True)
    words_width = QFontMetrics(plain).horizontalAdvance(words)
    strong_width = QFontMetrics(bold).horizontalAdvance(strong)
    gap = 5 if words and strong else 0
    lead = 14 if dot else 0
    width = lead + words_width + gap + strong_width + 2 * _PADDING
    image = QImage(ceil(width * ratio), ceil(PILL_HEIGHT * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(0, 0, width, PILL_HEIGHT)
    box(painter, area, PILL_HEIGHT / 2, QColor.fromRgba(live) if dot == "live" else _GLASS)
    x = area.left() + _PADDING
    if dot:
        painter.setBrush(QColor("#ffffff") if dot == "live" else getattr(theme.DARK, dot))
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
    painter.end()
    return image
