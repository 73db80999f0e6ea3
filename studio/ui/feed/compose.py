"""From a row to its drawing: comments, quiet lines and what the studio itself says. GUI thread.

``compose`` is pure in (row, width, style): the view caches what it returns under exactly these.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from studio.services.moving_line import MOVING
from studio.services.rows import FeedRow, RowKind, RowState
from studio.ui.feed.compose_alike import compose_alike
from studio.ui.feed.compose_cards import compose_gift, compose_question
from studio.ui.feed.compose_parts import add_mention, add_name_line, add_portrait, icon, who
from studio.ui.feed.feed_style import MORE, PLAIN_LEFT, PORTRAIT, SIDE, SMALL_PORTRAIT, TEXT_LEFT, FeedStyle
from studio.ui.feed.row_drawing import Action, Box, Portrait, RowDrawing
from studio.ui.feed.text_block import TextBlock, one_line, paragraph
from studio.ui.theme import mixed

_TONE_ICONS = {
    "follow": ("follow", "teal"),
    "share": ("share", "blue"),
}
_SYSTEM_ICONS = {"good": ("check", "teal"), "warning": ("warning", "gold")}


def compose(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """The drawing of ``row`` in a column of ``width`` pixels."""
    match row.kind:
        case RowKind.COMMENT | RowKind.QUESTION if row.state is RowState.HIDDEN:
            return _hidden(row, width, style)
        case RowKind.GIFT:
            return compose_gift(row, width, style)
        case RowKind.QUESTION:
            return compose_question(row, width, style)
        case RowKind.ACTIVITY if row.tone == MOVING:
            return _moving(row, width, style)
        case RowKind.ACTIVITY:
            return _activity(row, width, style)
        case RowKind.SYSTEM:
            return _system(row, width, style)
        case RowKind.COMMENT if row.folded:
            return compose_alike(row, width, style)
        case RowKind.COMMENT:
            return _comment(row, width, style)


def _comment(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    t = style.tokens
    drawing = RowDrawing(width)
    air = 2.0 if style.compact else 4.0
    if style.compact:
        inset = (PORTRAIT - SMALL_PORTRAIT) / 2
        middle = air + (style.message.pitch - SMALL_PORTRAIT) / 2
        add_portrait(drawing, style, row, PLAIN_LEFT + inset, middle, SMALL_PORTRAIT)
    else:
        add_portrait(drawing, style, row, PLAIN_LEFT, 6)
    room = width - TEXT_LEFT - SIDE - MORE
    pending = row.state is RowState.PENDING
    name_color = t.live if row.mine else t.text2
    # In a compact row the name stands on the baseline of the words that may follow it.
    top = air + (style.message.ascent - style.name.ascent if style.compact else 0.0)
    after = "· sending…" if pending else ""
    end = add_name_line(drawing, style, row, TEXT_LEFT, top, room, name_color, after=after)
    text = _beside(row.text, style, t.text, end + 8, air, TEXT_LEFT + room - end - 8)
    y = air
    if text is None:
        y = top + style.name.pitch + 1.0
        text = paragraph(row.text, style.message, t.text, TEXT_LEFT, y, room + MORE)
    drawing.texts.append(text)
    y += text.height
    if row.state is RowState.FAILED:
        y = _failure(row, drawing, style, y + 2)
    if pending:
        drawing.opacity = 0.5
    drawing.more = QRectF(width - SIDE - 26, 3, 26, 22)
    drawing.height = round(y + (air if style.compact else 6))
    drawing.highlight = QRectF(SIDE - 4, 1, width - 2 * SIDE + 8, drawing.height - 2)
    if row.mention:
        add_mention(drawing, style)
    return drawing


def _failure(row: FeedRow, drawing: RowDrawing, style: FeedStyle, y: float) -> float:
    """Why our comment was refused, and the words to send it again; returns where it ends."""
    t = style.tokens
    face, words = style.quiet, "Try again"
    button = style.quiet_strong.width(words) + 16
    room = drawing.width - TEXT_LEFT - SIDE - button - 28
    drawing.pictures.append(icon(style, "error", t.live, 14, TEXT_LEFT, y + (face.pitch - 14) / 2))
    why = paragraph(row.note or "It was not sent.", face, t.live, TEXT_LEFT + 20, y, room, 3)
    drawing.texts.append(why)
    left = TEXT_LEFT + 20 + why.width + 8
    label = one_line(words, style.quiet_strong, t.blue, left + 8, y, button)
    drawing.action = Action("retry", QRectF(left, y - 3, button, face.pitch + 6), label, t.blue)
    return y + why.height


def _beside(text: str, style: FeedStyle, color: QColor, x: float, y: float, room: float) -> TextBlock | None:
    """A comment on the line of its name, if rows are compact and it fits there whole."""
    if not style.compact or room <= 0:
        return None
    block = paragraph(text, style.message, color, x, y, room, 2)
    return block if block.height < 2 * style.message.pitch else None


def _hidden(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """A comment that was taken out: that it was there, not what it said."""
    t = style.tokens
    drawing = RowDrawing(width)
    face = style.quiet
    height = max(face.pitch + 12, 30)
    faint = mixed(t.bg, t.text3, 0.75)
    middle = QPointF(PLAIN_LEFT + PORTRAIT / 2, height / 2)
    drawing.portrait = Portrait(middle, 10, mixed(t.bg, t.control, 0.8), t.text3, None)
    words = f"· hidden · {row.note}" if row.note else "· hidden"
    y = (height - face.pitch) / 2
    room = width - TEXT_LEFT - SIDE
    tail = style.quiet.width(words) + 8
    name = one_line(who(row), style.quiet_strong, faint, TEXT_LEFT, y, max(40.0, room - tail))
    rest = max(1.0, room - name.width - 7)
    drawing.texts += [name, one_line(words, face, faint, TEXT_LEFT + name.width + 7, y, rest)]
    drawing.height = round(height)
    drawing.highlight = QRectF(SIDE - 4, 1, width - 2 * SIDE + 8, height - 2)
    return drawing


def _activity(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """One quiet line: who followed, who shared."""
    t = style.tokens
    drawing = RowDrawing(width)
    name, tone = _TONE_ICONS.get(row.tone, ("info", "text3"))
    color: QColor = getattr(t, tone)
    face, y = style.quiet, 5.0
    drawing.pictures.append(icon(style, name, color, 14, TEXT_LEFT, y + (face.pitch - 14) / 2))
    x, room = TEXT_LEFT + 20.0, width - TEXT_LEFT - 20 - SIDE
    if row.person is not None:
        tail = min(face.width(row.text) + 6, room * 0.6)
        block = one_line(who(row), style.quiet_strong, color, x, y, room - tail)
        drawing.texts.append(block)
        x, room = x + block.width + 5, room - block.width - 5
    drawing.texts.append(one_line(row.text, face, t.text3, x, y, max(1.0, room)))
    drawing.height = round(y + face.pitch + 5)
    drawing.highlight = QRectF(SIDE - 4, 0, width - 2 * SIDE + 8, drawing.height)
    return drawing


def _moving(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """Likes, and who joined, in one quiet line of constant height."""
    t = style.tokens
    drawing = RowDrawing(width)
    face, y = style.moving, 5.0
    x, end = float(TEXT_LEFT), width - SIDE
    for name, words, person in (("heart", row.text, ""), ("user", row.note, who(row))):
        if not words or end - x < 60:
            continue
        drawing.pictures.append(icon(style, name, t.text3, 14, x, y + (face.pitch - 14) / 2))
        x += 20
        if person:
            tail = min(face.width(words) + 5, (end - x) * 0.6)
            block = one_line(person, style.quiet_strong, t.text2, x, y, max(1.0, end - x - tail))
            drawing.texts.append(block)
            x += block.width + 5
        said = one_line(words, face, t.text3, x, y, max(1.0, end - x))
        drawing.texts.append(said)
        x += said.width + 14
    drawing.height = round(y + face.pitch + 5)
    drawing.highlight = QRectF(SIDE - 4, 0, width - 2 * SIDE + 8, drawing.height)
    return drawing


def _system(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """What the studio says: recovered, cut off, closed."""
    t = style.tokens
    drawing = RowDrawing(width)
    name, tone = _SYSTEM_ICONS.get(row.tone, ("info", "text2"))
    color: QColor = getattr(t, tone)
    room = width - TEXT_LEFT - 2 * SIDE
    text = paragraph(row.text, style.quiet, t.text2, TEXT_LEFT, 10, room, 4)
    drawing.texts.append(text)
    height = text.height + 20
    fill = mixed(t.bg, color if row.tone in _SYSTEM_ICONS else t.text2, 0.07)
    drawing.boxes.append(Box(QRectF(SIDE, 3, width - 2 * SIDE, height - 6), 8, (fill,)))
    middle = PLAIN_LEFT + PORTRAIT / 2
    drawing.pictures.append(icon(style, name, color, 16, middle - 8, 10 + (style.quiet.pitch - 16) / 2))
    drawing.height = round(height)
    return drawing
