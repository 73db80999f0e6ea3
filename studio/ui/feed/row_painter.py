"""What lies on a row besides itself: hover, the keyboard's ring, the dots under the mouse. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter

from studio.ui import theme
from studio.ui.feed.row_drawing import RowDrawing
from studio.ui.theme import faded, icons, mixed
from studio.ui.widgets.paint import box, focus_ring

_FADE = 18
_DOTS = 17


@dataclass(frozen=True, slots=True)
class RowMarks:
    """How the host touches a row: the mouse is on it, on a part of it by name, or it has the keyboard."""

    hovered: bool = False
    hot_part: str = ""
    current: bool = False


def paint_row(painter: QPainter, drawing: RowDrawing, top: int, marks: RowMarks, dpr: float) -> None:
    """Paints a row at ``top``; the painter is clipped to the row's box."""
    area = drawing.area.translated(0, top)
    if marks.hovered and drawing.highlight is not None:
        t = theme.current()
        box(painter, area, 8, mixed(t.bg, t.text, 0.045))
    action = drawing.action
    hot = action is not None and (marks.current or (marks.hovered and marks.hot_part == action.name))
    drawing.draw(painter, top, hot_action=hot, hot_part=marks.hot_part if marks.hovered else "")
    if marks.hovered and drawing.more is not None:
        _paint_dots(painter, drawing.more.translated(0, top), marks.hot_part == "more", dpr)
    if marks.current:
        focus_ring(painter, area.adjusted(-1, -1, 1, 1), 10)


def _paint_dots(painter: QPainter, rect: QRectF, hot: bool, dpr: float) -> None:
    t = theme.current()
    if hot:
        box(painter, rect, 6, mixed(t.bg, t.text, 0.14))
    mark = icons.pixmap("more", t.text if hot else t.text2, _DOTS, dpr)
    painter.drawPixmap(rect.center() - QPointF(_DOTS / 2, _DOTS / 2), mark)


def fade_top(painter: QPainter, width: int) -> None:
    """Rows that go on above the view fade out instead of being cut."""
    bg = theme.current().bg
    fade = QLinearGradient(0, 0, 0, _FADE)
    fade.setColorAt(0, bg)
    fade.setColorAt(1, faded(bg, 0.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(0, 0, width, _FADE, fade)
