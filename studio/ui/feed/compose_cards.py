"""The rows that ask to be seen: gifts and questions, as cards. GUI thread; part of ``compose``."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from studio.model.money import format_count
from studio.services.rows import FeedRow, RowState
from studio.ui.feed.compose_parts import add_name_line, add_portrait, gift, icon, right_aligned
from studio.ui.feed.feed_style import CARD_PAD, PORTRAIT, PORTRAIT_GAP, SIDE, FeedStyle
from studio.ui.feed.row_drawing import Action, Box, RowDrawing
from studio.ui.feed.text_block import one_line, paragraph
from studio.ui.theme import DARK, mixed

_GAP = 4  # above and below a card
_LEFT = SIDE + CARD_PAD
_TEXT_LEFT = _LEFT + PORTRAIT + PORTRAIT_GAP

#: From this tier on a gift is an event: larger card, larger figure, a gradient towards the colour of LIVE.
_LARGE_TIER = 4
#: Height of the card and size of the drawing by tier, 1 to 5.
_HEIGHTS = (58, 58, 62, 74, 84)
_DRAWINGS = (32, 34, 40, 54, 66)
#: How much gold: fill at the left end, border.
_GOLD = ((0.10, 0.34), (0.13, 0.42), (0.17, 0.55), (0.26, 0.85), (0.34, 1.0))


def compose_gift(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """Who sent what, drawn; how many, large; what it is worth. A larger tier takes more room and gold."""
    t = style.tokens
    tier = min(5, max(1, row.tier))
    large = tier >= _LARGE_TIER
    lines = style.name.pitch + style.strong.pitch + 2
    height = max(_HEIGHTS[tier - 1], lines + 18)
    drawing = RowDrawing(width, height + 2 * _GAP)
    drawing.boxes.append(_gift_card(style, tier, QRectF(SIDE, _GAP, width - 2 * SIDE, height)))
    middle = _GAP + height / 2
    add_portrait(drawing, style, row, _LEFT, middle - PORTRAIT / 2)

    right = width - SIDE - CARD_PAD
    left = min(_count(row, drawing, style, right, middle, large), right - 60)
    size = _DRAWINGS[tier - 1]
    show_art = left - size - 14 - _TEXT_LEFT >= 90
    if show_art:
        left -= size + 14
        drawing.pictures.append(gift(style, row.gift_id, size, left, middle - size / 2))
    room = max(1.0, left - 10 - _TEXT_LEFT)
    y = middle - lines / 2
    add_name_line(drawing, style, row, _TEXT_LEFT, y, room, t.gold if large else t.text2)
    _gift_name(row, drawing, style, y + style.name.pitch + 2, room)
    return drawing


def _gift_card(style: FeedStyle, tier: int, rect: QRectF) -> Box:
    t = style.tokens
    share, edge = _GOLD[tier - 1]
    gold = mixed(t.bg, DARK.gold, share)  # the light theme's gold is an ink; spread out it would be brown
    if tier >= _LARGE_TIER:
        fills: tuple[QColor, ...] = (gold, mixed(t.bg, DARK.gold, share * 0.55), mixed(t.bg, t.live, 0.26))
    else:
        fills = (gold, mixed(t.bg, DARK.gold, share * 0.7))
    return Box(rect, 10, fills, mixed(t.bg, t.gold, edge))


def _count(
    row: FeedRow, drawing: RowDrawing, style: FeedStyle, right: float, middle: float, large: bool
) -> float:
    """×47 and its worth, right-aligned; returns where the column begins."""
    t = style.tokens
    face = style.count_large if large else style.count
    if row.state is not RowState.RUNNING:
        face = style.final_large if large else style.final  # it changes no more: no gap around a narrow 1
    top = middle - (face.pitch + style.small.pitch) / 2
    left = right_aligned(f"×{format_count(row.count)}", face, t.gold, right, top, drawing)
    y = top + face.pitch
    mark = round(style.small.font.pixelSize() * 1.15)
    drawing.pictures.append(
        icon(style, "diamond", t.gold, mark, right - mark + 1, y + (style.small.pitch - mark) / 2)
    )
    coins = f"{format_count(row.coins)} {'coin' if row.coins == 1 else 'coins'}"
    worth = f"{coins} → {format_count(row.diamonds)}" if drawing.width >= 340 else format_count(row.diamonds)
    return min(left, right_aligned(worth, style.small, t.text2, right - mark - 2, y, drawing))


def _gift_name(row: FeedRow, drawing: RowDrawing, style: FeedStyle, y: float, room: float) -> None:
    t = style.tokens
    words = "streak running…" if row.state is RowState.RUNNING else row.note
    tail = style.quiet.width(words) + 6 if words else 0.0
    if row.state is not RowState.RUNNING:
        tail = min(tail, room * 0.7)  # what was put right may be long
    if room - tail < 48:
        words, tail = "", 0.0
    face = style.gift_large if row.tier >= _LARGE_TIER else style.strong
    name = one_line(row.gift_name or "Gift", face, t.text, _TEXT_LEFT, y, room - tail)
    drawing.texts.append(name)
    if words:
        drop = face.ascent - style.quiet.ascent  # on one baseline
        x = _TEXT_LEFT + name.width + 6
        drawing.texts.append(one_line(words, style.quiet, t.text2, x, y + drop, room - name.width - 6))


def compose_question(row: FeedRow, width: float, style: FeedStyle) -> RowDrawing:
    """What somebody asks the host, how many want to know, and the word to take it up or be done with it."""
    t = style.tokens
    answered, now = row.state is RowState.ANSWERED, row.state is RowState.ANSWERING
    drawing = RowDrawing(width)
    word = "Answered" if answered else "Done" if now else "Answer"
    face = style.quiet_strong
    button = face.width(word) + (36 if answered else 22)
    top = _GAP + 9.0
    room = max(60.0, width - SIDE - CARD_PAD - button - 8 - _TEXT_LEFT)
    text = paragraph(
        row.text, style.message, t.text2 if answered else t.text, _TEXT_LEFT,
        top + style.name.pitch + 1, room, 6,
    )  # fmt: skip
    height = max(style.name.pitch + 1 + text.height + 18, PORTRAIT + 24)
    share, edge = (0.05, 0.2) if answered else (0.24, 1.0) if now else (0.13, 0.45)
    card = QRectF(SIDE, _GAP, width - 2 * SIDE, height)
    drawing.boxes.append(Box(card, 10, (mixed(t.bg, t.violet, share),), mixed(t.bg, t.violet, edge)))
    add_portrait(drawing, style, row, _LEFT, top + 2)
    color = mixed(t.bg, t.violet, 0.65) if answered else t.violet
    after = "· answering now" if now else "asks"
    add_name_line(drawing, style, row, _TEXT_LEFT, top, room, color, after=after)
    drawing.texts.append(text)
    right = width - SIDE - CARD_PAD
    if answered:
        left = right_aligned(word, face, t.text3, right, top, drawing)
        drawing.pictures.append(icon(style, "check", t.teal, 15, left - 20, top + (face.pitch - 15) / 2))
    else:
        rect = QRectF(right - button + 11, top - 4, button, face.pitch + 8)
        label = one_line(word, face, t.violet, rect.left() + 11, top, button)
        drawing.action = Action("answer", rect, label, t.violet)
    if row.votes:
        votes = f"▲ {format_count(row.votes)}"
        right_aligned(votes, style.small, t.text2, right, top + face.pitch + 3, drawing)
    drawing.height = round(height + 2 * _GAP)
    return drawing
