"""Draws the question that is being answered as a box in the picture. GUI thread; only when it has changed."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QPointF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTextLayout, QTextOption

from studio.media.overlay import Overlay
from studio.model.money import format_count
from studio.model.question import Question
from studio.model.text import clean_line
from studio.services.overlays.art import icon_image
from studio.services.overlays.layout import GRID, SIDE
from studio.services.overlays.sheet import QUIET, VIOLET, VIOLET_EDGE, WHITE, Lettering, Sheet, words

_WIDE = GRID - 2 * SIDE
_RADIUS = 18.0
_PADDING, _TOP, _GAP = 22.0, 17.0, 10.0
_HEAD = 28.0
#: Size of the letters and the most lines of it: a short question is read from afar, a long one fits. With six
#: lines the box takes 19 % of a portrait picture, and the host stays in it.
_SIZES = ((34, 2), (29, 3), (25, 6))
_PITCH = 1.3
#: Nobody reads further, and laying out a novel takes long.
_LONGEST = 600


def paint_question(question: Question, lettering: Lettering, scale: float) -> Overlay:
    """Who asks, how many want to know, and the question, wrapped; what finds no room becomes an ellipsis."""
    text = clean_line(question.text[:_LONGEST])
    room = _WIDE - 2 * _PADDING
    for size, most in _SIZES:
        font = lettering.font(size, 600)
        lines, fits = _laid_out(text, font, room, most)
        if fits:
            break
    else:
        lines, _ = _laid_out(_shortened(text, font, room, most), font, room, most)
    body = _TOP + _HEAD + _GAP
    pitch = round(font.pixelSize() * _PITCH)
    sheet = Sheet(_WIDE, body + max(1, lines.lineCount()) * pitch + _TOP, scale)
    sheet.glass(_RADIUS, VIOLET_EDGE, 2.0)
    _head(sheet, question, lettering)
    sheet.painter.setPen(WHITE)
    # The baseline of Inter, whatever script stands on it: a stack of accents must not push the lines apart.
    rise = QFontMetricsF(font).capHeight() / 2
    for number in range(lines.lineCount()):
        line = lines.lineAt(number)
        line.setPosition(QPointF(0, (number + 0.5) * pitch + rise - line.ascent()))
    lines.draw(sheet.painter, QPointF(_PADDING, body))
    return sheet.finish()


def _head(sheet: Sheet, question: Question, lettering: Lettering) -> None:
    """Who asks, and how many others want to know."""
    middle = _TOP + _HEAD / 2
    sheet.image(
        icon_image("question", VIOLET.name(), sheet.pixels(_HEAD)), _PADDING, middle - _HEAD / 2, _HEAD
    )
    left, right = _PADDING + _HEAD + 10, _WIDE - _PADDING
    if question.votes > 0:
        votes = words(format_count(question.votes), lettering.font(23, 700), VIOLET)
        right -= votes.width
        sheet.write(votes, right, middle)
        right -= 22
        triangle = QPainterPath(QPointF(right, middle + 6))
        triangle.lineTo(right + 7.5, middle - 6)
        triangle.lineTo(right + 15, middle + 6)
        triangle.closeSubpath()
        sheet.painter.fillPath(triangle, VIOLET)
        right -= 16
    asks = words(" asks", lettering.font(23), QUIET)
    name = clean_line(question.person.shown_name)
    left = sheet.write(words(name, lettering.font(23, 700), VIOLET, right - left - asks.width), left, middle)
    sheet.write(asks, left, middle)


def _laid_out(text: str, font: QFont, room: float, most: int) -> tuple[QTextLayout, bool]:
    """``text`` on lines of ``room`` grid units, at most ``most``; whether all of it found a place."""
    layout = QTextLayout(text, font)
    side = Qt.AlignmentFlag.AlignRight if _from_the_right(text) else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(side)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    fits = False
    for _ in range(most + 1):
        line = layout.createLine()
        if not line.isValid():
            fits = True
            break
        line.setLineWidth(room)
    layout.endLayout()
    return layout, fits


def _from_the_right(text: str) -> bool:
    """Whether a text's first strong character is of a script written from the right (UAX 9, P2)."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), False)


def _shortened(text: str, font: QFont, room: float, most: int) -> str:
    """The longest beginning of ``text`` that fits with an ellipsis, cut between graphemes."""
    units = text.encode("utf-16-le", "surrogatepass")  # Qt counts UTF-16 units, Python characters
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    ends = [0]
    while (end := finder.toNextBoundary()) > 0:
        ends.append(end)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        begun = units[: 2 * ends[middle]].decode("utf-16-le", "surrogatepass").rstrip() + "…"
        if _laid_out(begun, font, room, most)[1]:
            low = middle
        else:
            high = middle - 1
    return units[: 2 * ends[low]].decode("utf-16-le", "surrogatepass").rstrip() + "…"
