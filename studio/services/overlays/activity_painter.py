"""Draws the poll and the countdown in the picture. GUI thread; only when what they show has changed."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from studio.media.overlay import Overlay
from studio.model.countdown import clock_words
from studio.model.money import format_count
from studio.model.poll import Poll, PollKind
from studio.model.text import clean_line
from studio.services.overlays.art import icon_image
from studio.services.overlays.layout import GRID, SIDE
from studio.services.overlays.sheet import GOLD, INK, QUIET, WHITE, Lettering, Sheet, words

_WIDE = GRID - 2 * SIDE
_RADIUS = 18.0
_PADDING, _TOP = 20.0, 16.0
_HEAD, _LINE, _GAP = 34.0, 44.0, 8.0
_PILL = 56.0
_GROOVE = QColor(255, 255, 255, 30)
_BAR = QColor(90, 169, 255, 120)
_WON = QColor(255, 195, 77, 130)


def paint_poll(poll: Poll, lettering: Lettering, scale: float) -> Overlay:
    """The question, and an answer a line over the bar of its share; the winner's in gold at its end."""
    count = len(poll.options)
    tall = _TOP + _HEAD + count * (_LINE + _GAP) + _TOP - _GAP + 6
    sheet = Sheet(_WIDE, tall, scale)
    sheet.glass(_RADIUS)
    right, middle = _WIDE - _PADDING, _TOP + _HEAD / 2 - 2
    what = "gift" if poll.kind is PollKind.GIFTS else "vote"
    plural = "" if poll.total == 1 else "s"
    total = words(f"{format_count(poll.total)} {what}{plural}", lettering.font(22), QUIET)
    sheet.write(total, right - total.width, middle)
    room = right - _PADDING - total.width - 16
    question = words(clean_line(poll.question), lettering.font(26, 700), WHITE, room)
    sheet.write(question, _PADDING, middle)
    for place in range(count):
        top = _TOP + _HEAD + 6 + place * (_LINE + _GAP)
        _answer(sheet, poll, place, top, lettering)
    return sheet.finish()


def _answer(sheet: Sheet, poll: Poll, place: int, top: float, lettering: Lettering) -> None:
    option, won = poll.options[place], poll.ended and place in poll.leaders
    line = QRectF(_PADDING, top, _WIDE - 2 * _PADDING, _LINE)
    painter = sheet.painter
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(_GROOVE)
    painter.drawRoundedRect(line, 10, 10)
    share = option.votes / poll.total if poll.total else 0.0
    if share > 0:
        painter.setBrush(_WON if won else _BAR)
        painter.drawRoundedRect(QRectF(line.left(), top, max(20.0, line.width() * share), _LINE), 10, 10)
    middle = top + _LINE / 2
    figure = f"×{format_count(option.votes)}" if poll.kind is PollKind.GIFTS else f"{poll.percent(place)} %"
    told = words(figure, lettering.font(25, 700), GOLD if won else WHITE)
    sheet.write(told, line.right() - 14 - told.width, middle)
    text = words(clean_line(option.text), lettering.font(25, 500), INK, line.width() - told.width - 44)
    sheet.write(text, line.left() + 14, middle)


def paint_countdown(title: str, seconds: int, lettering: Lettering, scale: float) -> Overlay:
    """What is waited for, and how long still."""
    mark, gap = 27.0, 11.0
    clock = words(clock_words(seconds), lettering.font(27, 800), GOLD if seconds <= 10 else WHITE)
    about = words(clean_line(title), lettering.font(24), QUIET, 300)
    wide = 2 * _PADDING + mark + gap + clock.width + (gap + about.width if about.width else 0)
    sheet = Sheet(wide, _PILL, scale)
    sheet.glass((_PILL - 1.5) / 2)
    sheet.image(icon_image("clock", QUIET.name(), sheet.pixels(mark)), _PADDING, (_PILL - mark) / 2, mark)
    end = sheet.write(clock, _PADDING + mark + gap, _PILL / 2)
    sheet.write(about, end + gap, _PILL / 2)
    return sheet.finish()
