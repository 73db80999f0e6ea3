"""Draws the last comments as a box in the picture. GUI thread; called only when they have changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from studio.media.overlay import Overlay
from studio.services.overlays.facts import ChatLine
from studio.services.overlays.sheet import GLASS, QUIET, WHITE, Lettering, Sheet, words, wrapped

_WIDTH = 452.0
_PADDING, _GAP = 16.0, 8.0
_NAME, _TEXT = 20.0, 24.0
_NAME_LINE, _TEXT_LINE = 27.0, 31.0
_LINES = 2
_RADIUS = 16.0


def paint_chat(lines: Sequence[ChatLine], lettering: Lettering, scale: float) -> Overlay:
    """The newest lowest, each on glass of its own; a comment has two lines at most."""
    name_font, text_font = lettering.font(_NAME, 600), lettering.font(_TEXT, 500)
    room = _WIDTH - 2 * _PADDING
    bodies = [wrapped(line.text, text_font, room, _LINES) for line in lines]
    heights = [2 * 10 + _NAME_LINE + _TEXT_LINE * len(body) for body in bodies]
    sheet = Sheet(_WIDTH, sum(heights) + _GAP * (len(lines) - 1), scale)
    top = 0.0
    for line, body, height in zip(lines, bodies, heights, strict=True):
        name = words(line.person.shown_name, name_font, QUIET, room)
        pieces = [words(text, text_font, WHITE, room) for text in body]
        width = max(piece.width for piece in (name, *pieces)) + 2 * _PADDING
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(QColor(GLASS))
        sheet.painter.drawRoundedRect(QRectF(0, top, width, height), _RADIUS, _RADIUS)
        sheet.write(name, _PADDING, top + 10 + _NAME_LINE / 2)
        for place, piece in enumerate(pieces):
            sheet.write(piece, _PADDING, top + 10 + _NAME_LINE + _TEXT_LINE * (place + 0.5))
        top += height + _GAP
    return sheet.finish()
