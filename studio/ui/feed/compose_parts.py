"""Pieces that rows are composed of: who speaks, badges, drawings. GUI thread; services: rows only."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from studio.services.badges import FAN, MODERATOR, NEW_FOLLOWER, TOP
from studio.services.rows import FeedRow
from studio.ui.feed.feed_style import PORTRAIT, FeedStyle
from studio.ui.feed.row_drawing import Box, Picture, Portrait, RowDrawing
from studio.ui.feed.text_block import TypeFace, one_line
from studio.ui.gift_art import art_of
from studio.ui.theme import icons, ink_on, mixed
from studio.ui.widgets.avatar import colour_for, initial

_BADGE_GAP = 6
_BADGE_PAD = 5
#: However much is to be said about a person, this much of the line stays for the name.
_LEAST_NAME = 48


def who(row: FeedRow) -> str:
    """The name a row is shown under."""
    if row.mine:
        return "You"
    return row.person.shown_name if row.person is not None else "Someone"


def add_portrait(
    drawing: RowDrawing, style: FeedStyle, row: FeedRow, x: float, y: float, size: float = PORTRAIT
) -> None:
    """The person's disc, ``size`` wide, with its top left corner at (x, y)."""
    person = row.person
    fill = style.tokens.live if row.mine else colour_for(person.id or person.handle if person else "")
    radius = size / 2
    ink = _ink(fill.rgb())
    letter = initial(person.shown_name if person is not None else who(row))
    face = style.initial
    block = one_line(letter, face, ink, 0, y + radius - face.pitch / 2, size)
    block.x = x + radius - block.width / 2
    drawing.portrait = Portrait(QPointF(x + radius, y + radius), radius, fill, ink, block)


@cache
def _ink(fill: int) -> QColor:
    return ink_on(QColor(fill))


def add_name_line(
    drawing: RowDrawing,
    style: FeedStyle,
    row: FeedRow,
    x: float,
    y: float,
    width: float,
    color: QColor,
    after: str = "",
) -> float:
    """Name, the word ``after`` it and its badges in one line; badges that find no room are left out.

    Returns where the line ends.
    """
    t = style.tokens
    reserved = style.name.width(after) + 4 if after else 0.0
    badges: list[tuple[str, float]] = []
    for badge in row.badges[:4]:
        wide = style.badge.width(badge) + 2 * _BADGE_PAD + _BADGE_GAP
        if width - reserved - wide >= _LEAST_NAME and wide < width / 2:
            badges.append((badge, wide))
            reserved += wide
    name = one_line(who(row), style.name, color, x, y, max(1.0, width - reserved))
    drawing.texts.append(name)
    x += name.width
    if after:
        word = one_line(after, style.name, color, x + 4, y, max(1.0, reserved))
        drawing.texts.append(word)
        x += word.width + 4
    for badge, wide in badges:
        left, height = x + _BADGE_GAP, style.badge.pitch + 1.0
        rect = QRectF(left, y + (style.name.pitch - height) / 2, wide - _BADGE_GAP, height)
        tone = _badge_tone(badge, style)
        ground = mixed(t.bg, tone, 0.16) if tone is not None else mixed(t.control, t.text, 0.04)
        drawing.boxes.append(Box(rect, 4, (ground,)))
        ink = tone or t.text2
        drawing.texts.append(one_line(badge, style.badge, ink, left + _BADGE_PAD, rect.top() + 0.5, wide))
        x += wide
    return x


def _badge_tone(badge: str, style: FeedStyle) -> QColor | None:
    """The colour of what it tells: gold for money, teal for follows, blue for helpers, violet for fans."""
    if badge.startswith(TOP):
        return style.tokens.gold
    if badge.startswith(f"{FAN} "):
        return style.tokens.violet
    if badge == MODERATOR:
        return style.tokens.blue
    return style.tokens.teal if badge == NEW_FOLLOWER else None


def add_mention(drawing: RowDrawing, style: FeedStyle) -> None:
    """A row that speaks to the host: a blue ground, and a bar at its beginning."""
    t = style.tokens
    area = drawing.area
    bar = QRectF(area.left(), area.top() + 4, 3, area.height() - 8)
    ground = Box(area, 8, (mixed(t.bg, t.blue, 0.13),), mixed(t.bg, t.blue, 0.3))
    drawing.boxes[:0] = [ground, Box(bar, 1.5, (t.blue,))]


def icon(style: FeedStyle, name: str, color: QColor, size: int, x: float, y: float) -> Picture:
    """One of the drawn icons at (x, y)."""
    return Picture(icons.pixmap(name, color, size, style.dpr), x, y)


def gift(style: FeedStyle, gift_id: int, size: int, x: float, y: float) -> Picture:
    """The drawing of a gift; a neutral one for a gift that this version does not know."""
    return Picture(icons.gift_pixmap(art_of(gift_id), size, style.dpr), x, y)


def right_aligned(
    text: str, face: TypeFace, color: QColor, right: float, y: float, drawing: RowDrawing
) -> float:
    """A line that ends at ``right``; returns where it begins."""
    block = one_line(text, face, color, 0, y, drawing.width)
    block.x = right - block.width
    drawing.texts.append(block)
    return block.x
