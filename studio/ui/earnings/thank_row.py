"""One person to thank: a box to tick, name, gifts, diamonds. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.giver import GiftCount, Giver
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.earnings.diamond_figure import shown
from studio.ui.earnings.minute_chart import clock_time
from studio.ui.theme import fonts, icons, mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_BOX, _GAP = 17, 9
#: How far a row reaches beyond the words above and below it, so that its ring and shade have air.
REACH = 6
_HEIGHT = 27
_LONGEST_NAME = 200
#: Kinds of gifts that are named; the rest is counted.
_NAMED = 4
#: Less room than this says nothing of a gift.
_LEAST_WORDS = 34
#: Of the row's middle, what a long name may take while there are gifts to name.
_NAME_SHARE = 0.62


def gift_words(gifts: tuple[GiftCount, ...], named: int = _NAMED) -> str:
    """``"Perfume ×3, Rosa"``, the most worth first; beyond ``named`` kinds ``"and 2 more"``."""
    words = [
        (clean_line(gift.name[:_LONGEST_NAME]) or "Gift") + (f" ×{gift.count:,}" if gift.count > 1 else "")
        for gift in gifts[:named]
    ]
    more = len(gifts) - named
    return ", ".join(words) + (f" and {more:,} more" if more > 0 else "")


def name_words(giver: Giver) -> str:
    """The person's name on one clean line, of a length a row can take."""
    return clean_line(giver.person.shown_name[:_LONGEST_NAME]) or "Someone"


def when_words(giver: Giver) -> str:
    """``"at 20:14"``, or ``"20:14 to 20:31"`` where it went on."""
    first, last = clock_time(giver.first_ms), clock_time(giver.last_ms)
    return f"at {first}" if first == last else f"{first} to {last}"


class ThankRow(PaintedButton):
    """Pressed: they are thanked. ``walked(±1)``: an arrow key; ``touched``: somebody is at work here."""

    walked = Signal(int)
    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.giver: Giver | None = None
        self._name = self._gifts = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the keyboard from the comment
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_giver(self, giver: Giver) -> None:
        """Who is to be thanked for what."""
        if giver == self.giver:
            return
        self.giver = giver
        self._name, self._gifts = name_words(giver), gift_words(giver.gifts)
        diamonds = "1 diamond" if giver.diamonds == 1 else f"{giver.diamonds:,} diamonds"
        words = f"{self._name}: {gift_words(giver.gifts, 20)}, {diamonds}"
        self.setAccessibleName(f"Not thanked yet: {words}")
        self.setAccessibleDescription(f"Given {when_words(giver)}. Press to tick off")
        # A tooltip takes <b> for markup.
        self.setToolTip(f"{words}, {when_words(giver)}. Press once you have thanked them.".replace("<", "‹"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(_HEIGHT, fonts.px(20) + 4))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.touched.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.touched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.touched.emit()
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.giver is None:
            return
        t = theme.current()
        painter = painter_for(self)
        area = QRectF(self.rect())
        over = self.underMouse() or self.isDown()
        if over:
            box(painter, area, 6, mixed(t.surface, t.text, 0.10 if self.isDown() else 0.06))
        self._paint_box(painter, over=over)
        self._paint_words(painter)
        if self.ring:
            focus_ring(painter, area, 6)

    def _paint_box(self, painter: QPainter, *, over: bool) -> None:
        t = theme.current()
        spot = QRectF(REACH, (self.height() - _BOX) / 2, _BOX, _BOX)
        meant = over or self.ring
        edge = t.text if t.name == "contrast" else t.teal if meant else mixed(t.line, t.text, 0.25)
        box(painter, spot, 4.5, t.raised if t.dark else t.surface, edge, 1.2)
        if meant:
            mark = icons.pixmap("check", t.teal, _BOX - 5, self.devicePixelRatioF())
            painter.drawPixmap(spot.topLeft() + QPointF(2.5, 2.5), mark)

    def _paint_words(self, painter: QPainter) -> None:
        assert self.giver is not None
        t = theme.current()
        high, left = self.height(), float(REACH + _BOX + _GAP)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        figure, font = shown(self.giver.diamonds), fonts.font(13.5, 700, figures=True)
        wide = QFontMetricsF(font).horizontalAdvance(figure)
        painter.setFont(font)
        painter.setPen(t.gold)
        edge = self.width() - REACH
        painter.drawText(QRectF(0, 0, edge, high), flags | Qt.AlignmentFlag.AlignRight, figure)
        room = max(0.0, edge - wide - 10 - left)
        name_font, gift_font = fonts.font(13.5, 600), fonts.font(13)
        names, gifts = QFontMetricsF(name_font), QFontMetricsF(gift_font)
        wanted = room - gifts.horizontalAdvance(self._gifts) - 6
        name_room = min(names.horizontalAdvance(self._name) + 1, max(room * _NAME_SHARE, wanted))
        if room - name_room - 6 < _LEAST_WORDS:
            name_room = min(names.horizontalAdvance(self._name) + 1, room)
        spot = QRectF(left, 0, name_room + 1, high)
        _line(painter, spot, name_font, t.text, self._name)
        rest = QRectF(spot.right() + 5, 0, left + room - spot.right() - 5, high)
        if rest.width() >= min(_LEAST_WORDS, gifts.horizontalAdvance(self._gifts)):
            _line(painter, rest, gift_font, t.text2, self._gifts)


def _line(painter: QPainter, spot: QRectF, font: QFont, ink: QColor, words: str) -> None:
    """One line, at its box's left whatever its direction, elided and never painted beyond."""
    align = Qt.AlignmentFlag
    painter.save()
    painter.setClipRect(spot)
    painter.setFont(font)
    painter.setPen(ink)
    fitting = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, spot.width())
    flags = align.AlignVCenter | align.AlignAbsolute | align.AlignLeft | Qt.TextFlag.TextSingleLine
    painter.drawText(spot, flags, fitting)
    painter.restore()
