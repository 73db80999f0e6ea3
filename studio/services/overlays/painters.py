"""Draws each overlay from what it shows. GUI thread; called only when that has changed.

Sizes are grid units (see ``layout``): 1.92 of the design page's pixels, where the picture is 375 wide.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QPen

from studio.media.overlay import Overlay
from studio.model.money import format_count
from studio.model.reaction import Show
from studio.model.room import Goal, GoalKind, Person, Supporter
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.overlays.art import gift_image, icon_image
from studio.services.overlays.layout import GRID, SIDE
from studio.services.overlays.sheet import (
    EDGE,
    GOLD,
    INK,
    QUIET,
    TEAL,
    WHITE,
    Lettering,
    Sheet,
    Words,
    words,
)

WIDE = GRID - 2 * SIDE
_RADIUS = 18.0
_GROOVE = QColor(255, 255, 255, 46)
#: The goal's bar: left, distance from the lower edge, thickness.
BAR_INSET, BAR_ABOVE, BAR_HEIGHT = 20.0, 28.0, 11.0
_GOAL_HEIGHT = 86.0
_GOAL_ICONS = {
    GoalKind.DIAMONDS: "diamond",
    GoalKind.LIKES: "heart-filled",
    GoalKind.FOLLOWERS: "follow",
    GoalKind.SHARES: "share",
    GoalKind.GIFT: "gift",
}
_ALERT_HEIGHT = 112.0
_BURST_HEIGHT, _RAYS = 276.0, 20
_PILL_HEIGHT = 56.0


def paint_goal(goal: Goal, lettering: Lettering, scale: float) -> Overlay:
    """Title, figures and a bar that is filled to the very fraction."""
    sheet = Sheet(WIDE, _GOAL_HEIGHT, scale)
    sheet.glass(_RADIUS, QColor(255, 195, 77, 150) if goal.fraction >= 1.0 else EDGE)
    line, mark = 30.0, 22.0
    figures = words(
        f"{format_count(goal.reached)} / {format_count(goal.target)}",
        lettering.font(25, 700),
        WHITE,
    )
    right = WIDE - BAR_INSET
    sheet.image(
        icon_image(_GOAL_ICONS[goal.kind], WHITE.name(), sheet.pixels(mark)),
        right - mark,
        line - mark / 2,
        mark,
    )
    sheet.write(figures, right - mark - 8 - figures.width, line)
    room = WIDE - 2 * BAR_INSET - figures.width - mark - 30
    sheet.write(words(goal.title or "Goal", lettering.font(25, 500), INK, room), BAR_INSET, line)
    groove = QRectF(BAR_INSET, _GOAL_HEIGHT - BAR_ABOVE, WIDE - 2 * BAR_INSET, BAR_HEIGHT)
    sheet.painter.fillPath(_bar(groove, groove.width()), _GROOVE)
    sheet.painter.fillPath(_bar(groove, groove.width() * goal.fraction), GOLD)
    return sheet.finish()


def paint_alert(alert: GiftAlert, lettering: Lettering, scale: float) -> Overlay:
    """Who sent what, with the gift; a larger gift has warmer glass, a streak its count.

    A burst is taller, with rays behind a larger gift.
    """
    if alert.show is Show.BURST:
        return _paint_burst(alert, lettering, scale)
    sheet = Sheet(WIDE, _ALERT_HEIGHT, scale)
    warm = {3: 90, 4: 150, 5: 220}.get(alert.tier, 0)
    sheet.glass(_RADIUS, QColor(255, 195, 77, warm) if warm else EDGE, 2.0 if warm else 1.5)
    if alert.tier >= 4:
        _warm_glass(sheet, 84 if alert.tier >= 5 else 52)
    art = 76.0
    middle = _ALERT_HEIGHT / 2
    sheet.image(gift_image(alert.art, sheet.pixels(art)), 22, middle - art / 2, art)
    left, right = 118.0, WIDE - 24.0
    if alert.count > 1:
        times = words(f"×{format_count(alert.count)}", lettering.font(44, 800), GOLD, 200)
        sheet.write(times, right - times.width, middle)
        right -= times.width + 18
    room = right - left
    bold, plain = lettering.font(27, 700), lettering.font(27)
    sent = words(" sent ", plain, INK)
    what = words(alert.gift_name, bold, GOLD, room * 0.45)
    who = words(alert.who, bold, WHITE, room - sent.width - what.width)
    _line(sheet, left, 40, who, sent, what)
    unit = "coin" if alert.coins == 1 else "coins"
    ending = "this is a test" if alert.test else "thank you!"
    below = f"{format_count(alert.coins)} {unit} — {ending}"
    sheet.write(words(below, lettering.font(24), QUIET, room), left, 75)
    return sheet.finish()


def _paint_burst(alert: GiftAlert, lettering: Lettering, scale: float) -> Overlay:
    sheet = Sheet(WIDE, _BURST_HEIGHT, scale)
    sheet.glass(_RADIUS, QColor(255, 195, 77, 220), 2.5)
    _warm_glass(sheet, 96)
    center, reach, art = QPointF(WIDE / 2, 96.0), 88.0, 128.0
    painter = sheet.painter
    painter.setPen(QPen(QColor(255, 195, 77, 150), 5.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for ray in range(_RAYS):
        turn = 2 * math.pi * ray / _RAYS
        way = QPointF(math.cos(turn), math.sin(turn))
        painter.drawLine(center + way * (reach - (14.0 if ray % 2 else 24.0)), center + way * reach)
    gift = gift_image(alert.art, sheet.pixels(art))
    sheet.image(gift, center.x() - art / 2, center.y() - art / 2, art)
    bold, plain = lettering.font(30, 700), lettering.font(30)
    times = words(f"  ×{format_count(alert.count)}", bold, GOLD) if alert.count > 1 else words("", bold, GOLD)
    sent, room = words(" sent ", plain, INK), WIDE - 48.0
    what = words(alert.gift_name, bold, GOLD, room * 0.4)
    who = words(alert.who, bold, WHITE, room - sent.width - what.width - times.width)
    wide = who.width + sent.width + what.width + times.width
    _line(sheet, (WIDE - wide) / 2, 212, who, sent, what, times)
    unit = "coin" if alert.coins == 1 else "coins"
    ending = "this is a test" if alert.test else "thank you!"
    below = words(f"{format_count(alert.coins)} {unit} — {ending}", lettering.font(24), QUIET, room)
    sheet.write(below, (WIDE - below.width) / 2, 248)
    return sheet.finish()


def paint_follower(person: Person, lettering: Lettering, scale: float) -> Overlay:
    """The newest follower."""
    who = words(person.shown_name, lettering.font(24, 700), WHITE, 260)
    return _pill("follow", TEAL, (who, words(" followed", lettering.font(24), QUIET)), scale)


def paint_supporter(supporter: Supporter, lettering: Lettering, scale: float) -> Overlay:
    """Who gave most in this LIVE."""
    who = words(f"{supporter.person.shown_name}", lettering.font(24, 700), WHITE, 230)
    gave = words(f"  {format_count(supporter.diamonds)}", lettering.font(24, 700), GOLD)
    return _pill("crown", GOLD, (who, gave), scale, tail="diamond")


def paint_viewers(viewers: int, lettering: Lettering, scale: float) -> Overlay:
    """How many watch."""
    return _pill("eye", QUIET, (words(format_count(viewers), lettering.font(24, 700), WHITE),), scale)


def _pill(icon: str, colour: QColor, pieces: tuple[Words, ...], scale: float, tail: str = "") -> Overlay:
    mark, padding, gap, small = 27.0, 20.0, 11.0, 20.0
    width = 2 * padding + mark + gap + sum(piece.width for piece in pieces) + (small + 6 if tail else 0)
    sheet = Sheet(width, _PILL_HEIGHT, scale)
    sheet.glass((_PILL_HEIGHT - 1.5) / 2)
    middle = _PILL_HEIGHT / 2
    sheet.image(icon_image(icon, colour.name(), sheet.pixels(mark)), padding, middle - mark / 2, mark)
    end = _line(sheet, padding + mark + gap, middle, *pieces)
    if tail:
        drawing = icon_image(tail, GOLD.name(), sheet.pixels(small))
        sheet.image(drawing, end + 6, middle - small / 2, small)
    return sheet.finish()


def _line(sheet: Sheet, x: float, middle: float, *pieces: Words) -> float:
    for piece in pieces:
        x = sheet.write(piece, x, middle)
    return x


def _bar(groove: QRectF, filled: float) -> QPainterPath:
    """The first ``filled`` units of the groove; below its own thickness a cut of the round end."""
    radius = groove.height() / 2
    path = QPainterPath()
    area = QRectF(groove.left(), groove.top(), filled, groove.height())
    if filled >= groove.height():
        path.addRoundedRect(area, radius, radius)
    elif filled > 0:
        path.addRoundedRect(groove, radius, radius)
        cut = QPainterPath()
        cut.addRect(area)
        path = path.intersected(cut)
    return path


def _warm_glass(sheet: Sheet, strength: int) -> None:
    """A warm light from the gift's side, as on the feed's row of a large gift."""
    light = QLinearGradient(QPointF(0, 0), QPointF(sheet.width, 0))
    light.setColorAt(0.0, QColor(255, 195, 77, strength))
    light.setColorAt(0.75, QColor(255, 59, 92, strength // 3))
    light.setColorAt(1.0, QColor(255, 59, 92, strength // 2))
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(light)
    sheet.painter.drawRoundedRect(QRectF(1, 1, sheet.width - 2, sheet.height - 2), _RADIUS - 1, _RADIUS - 1)
