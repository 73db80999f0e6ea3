"""Comments that say the same, in one row: who, how often, and on request each of them. GUI thread; part of
``compose``.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from studio.model.money import format_short
from studio.services.rows import FeedRow
from studio.ui.feed.compose_parts import add_mention, add_portrait, icon
from studio.ui.feed.feed_style import MORE, PLAIN_LEFT, SIDE, TEXT_LEFT, FeedStyle
from studio.ui.feed.row_drawing import Action, Box, RowDrawing
from studio.ui.feed.speech import names_shown, others_words
from studio.ui.feed.text_block import TypeFace, one_line, paragraph
from studio.ui.theme import mixed

#: More lines than these would fill the feed; what is beyond is counted.
LINES = 6
#: Laid out of a line's name and words; more has no room there, and shaping it would cost milliseconds a row.
_NAME, _WORDS = 24, 60
_MARK = 12
_PAD = 7


def compose_alike(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """Names, count and the first one's words; unfolded, a line for each comment."""
    t = style.tokens
    drawing = RowDrawing(width)
    add_portrait(drawing, style, row, PLAIN_LEFT, 6)
    left = _add_count(row, drawing, style, width - SIDE - 2)
    drawing.more = QRectF(left - MORE + 4, 3, 26, 22)
    _add_names(row, drawing, style, TEXT_LEFT, 4, max(1.0, left - MORE - TEXT_LEFT))
    y = 4 + style.name.pitch + 1.0
    text = paragraph(row.text, style.message, t.text, TEXT_LEFT, y, width - TEXT_LEFT - SIDE)
    drawing.texts.append(text)
    y += text.height
    if row.unfolded:
        y = _add_lines(row, drawing, style, y + 4)
    drawing.height = round(y + 6)
    drawing.highlight = QRectF(SIDE - 4, 1, width - 2 * SIDE + 8, drawing.height - 2)
    if row.mention:
        add_mention(drawing, style)
    return drawing


def _add_count(row: FeedRow, drawing: RowDrawing, style: FeedStyle, right: float) -> float:
    """×14 with the mark that says it opens; returns where it begins."""
    t = style.tokens
    face, words = style.small, f"×{format_short(row.count)}"
    wide, height = face.width(words) + _MARK + 3 + 2 * _PAD, style.name.pitch + 1.0
    rect = QRectF(right - wide, 4, wide, height)
    drawing.boxes.append(Box(rect, height / 2, (mixed(t.control, t.text, 0.06),), t.line))
    label = one_line(words, face, t.text, rect.left() + _PAD, 4 + (height - face.pitch) / 2, wide)
    drawing.action = Action("unfold", rect, label, t.blue)
    mark = "chevron-up" if row.unfolded else "chevron-down"
    x, y = rect.right() - _PAD - _MARK + 1, 4 + (height - _MARK) / 2
    drawing.pictures.append(icon(style, mark, t.text2, _MARK, x, y))
    return rect.left()


def _add_names(row: FeedRow, drawing: RowDrawing, style: FeedStyle, x: float, y: float, width: float) -> None:
    """The first two names as far as they have room, and how many others; each name is a block of its own, so
    that one from right to left turns nothing but itself.
    """
    t = style.tokens
    names, others = names_shown(row), others_words(row)
    between = (", " if others else " and ") if len(names) > 1 else ""
    fixed = style.name.width(between + others) + 4
    room = max(40.0, width - fixed)
    second = style.name.width(names[1]) if len(names) > 1 else 0.0
    for place, name in enumerate(names):
        share = max(room - second, room / 2) if place == 0 else room
        block = one_line(name, style.name, t.text2, x, y, max(1.0, share))
        x, room = x + block.width, max(1.0, room - block.width)
        drawing.texts.append(block)
        if place == 0 and between:
            x = _add_word(between, drawing, style.name, t.text3, x, y)
    if others:
        _add_word(others, drawing, style.name, t.text3, x, y)


def _add_word(words: str, drawing: RowDrawing, face: TypeFace, color: QColor, x: float, y: float) -> float:
    """Words of ours with the spaces around them; returns where they end."""
    lead = face.width(" ") if words.startswith(" ") else 0.0
    wide = face.width(words)
    if x + wide <= drawing.width:
        drawing.texts.append(one_line(words.strip(), face, color, x + lead, y, wide + 1))
    return x + wide


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _add_lines(row: FeedRow, drawing: RowDrawing, style: FeedStyle, y: float) -> float:
    """A line for each comment, to be pressed: who, and words that differ; returns where they end."""
    t = style.tokens
    pitch = style.quiet.pitch + 6
    right = drawing.width - SIDE
    drawing.boxes.append(Box(QRectF(TEXT_LEFT, y, 2, 0), 1, (t.line,)))
    rule = drawing.boxes[-1]
    for place, said in enumerate(row.said[:LINES]):
        name = said.person.shown_name if said.person is not None else "Someone"
        room = right - TEXT_LEFT - 24
        who = one_line(_cut(name, _NAME), style.quiet_strong, t.text2, TEXT_LEFT + 14, y + 3, room * 0.5)
        x = TEXT_LEFT + 14 + who.width + 8
        drawing.texts.append(who)
        words = _cut(said.text, _WORDS) if said.text != row.text else ""
        text = one_line(words, style.quiet, t.text2, x, y + 3, max(1.0, right - 8 - x))
        rect = QRectF(TEXT_LEFT + 8, y, right - TEXT_LEFT - 8, pitch)
        drawing.parts.append(Action(f"said:{place}", rect, text, t.text2))
        y += pitch
    beyond = row.count - min(len(row.said), LINES)
    if beyond:
        words = f"and {beyond:,} more like {'it' if beyond == 1 else 'these'}"
        drawing.texts.append(
            one_line(words, style.quiet, t.text3, TEXT_LEFT + 14, y + 3, right - TEXT_LEFT - 22)
        )
        y += pitch
    rule.rect.setBottom(y)
    return y
