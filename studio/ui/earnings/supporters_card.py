"""Who gives the most in this LIVE. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.room import Supporter
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.earnings.diamond_figure import shown
from studio.ui.theme import fonts
from studio.ui.widgets.avatar import paint_avatar
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

SHOWN = 5
#: In a low window.
LEAST = 3
_PORTRAIT = 26
_LONGEST_NAME = 200


class SupporterRow(PaintedButton):
    """One person: portrait, name as far as it fits, diamonds. ``pressed_for(person)``."""

    pressed_for = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._supporter: Supporter | None = None
        self.clicked.connect(self._pressed)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_supporter(self, rank: int, supporter: Supporter) -> None:
        """``rank`` counts from 1."""
        if supporter == self._supporter:
            return
        self._supporter = supporter
        self._name = clean_line(supporter.person.shown_name[:_LONGEST_NAME]) or "Someone"
        gifts = "1 gift" if supporter.gifts == 1 else f"{supporter.gifts:,} gifts"
        words = f"{rank}. {self._name}: {supporter.diamonds:,} diamonds, {gifts}"
        self.setAccessibleName(words)
        self.setToolTip(words.replace("<", "‹"))  # a tooltip takes <b> for markup
        self.update()

    def _pressed(self) -> None:
        if self._supporter is not None:
            self.pressed_for.emit(self._supporter.person)

    def sizeHint(self) -> QSize:
        return QSize(200, max(_PORTRAIT + 4, fonts.px(20)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._supporter is None:
            return
        t = theme.current()
        painter = painter_for(self)
        high = self.height()
        disc = QRectF(0.5, (high - _PORTRAIT) / 2, _PORTRAIT, _PORTRAIT)
        paint_avatar(painter, disc, self._supporter.person.id, self._name)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        figure, font = shown(self._supporter.diamonds), fonts.font(13.5, 700, figures=True)
        wide = QFontMetricsF(font).horizontalAdvance(figure)
        painter.setFont(font)
        painter.setPen(t.gold)
        painter.drawText(QRectF(0, 0, self.width(), high), flags | Qt.AlignmentFlag.AlignRight, figure)
        room = max(0.0, self.width() - _PORTRAIT - 9 - wide - 10)
        name_font = fonts.font(13.5, 600)
        name = QFontMetricsF(name_font).elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.setFont(name_font)
        painter.setPen(t.text)
        area = QRectF(_PORTRAIT + 9, 0, room + 1, high)
        painter.setClipRect(area)
        painter.drawText(area, flags | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, name)
        painter.setClipping(False)
        if self.ring:
            focus_ring(painter, self.rect(), 6)


class SupportersCard(Card):
    """The five who gave the most, the largest first; three where the column is low.

    ``pressed(person)``: the host wants to see what somebody gave.
    """

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Top supporters", "this LIVE", parent)
        self.nothing = Label("Whoever gives the most is listed here.", Role.SMALL, wrap=True)
        self.body.setSpacing(4)
        self.body.addWidget(self.nothing)
        self._supporters: Sequence[Supporter] = ()
        self._most = LEAST
        self.rows = [SupporterRow() for _ in range(SHOWN)]
        for row in self.rows:
            row.pressed_for.connect(self.pressed)
            self.body.addWidget(row)

    @property
    def row_height(self) -> int:
        """With the gap to the next one."""
        return self.rows[0].sizeHint().height() + self.body.spacing()

    @property
    def count(self) -> int:
        """How many there are to show."""
        return len(self._supporters)

    @property
    def shown_rows(self) -> int:
        return min(self._most, len(self._supporters))

    def set_most(self, rows: int) -> None:
        """How many rows there is room for."""
        if rows != self._most:
            self._most = rows
            self.show_supporters(self._supporters)

    def show_supporters(self, supporters: Sequence[Supporter]) -> None:
        """The first of ``supporters``, as many as there is room for."""
        self._supporters = supporters
        self.nothing.setVisible(not supporters)
        for number, row in enumerate(self.rows):
            row.setVisible(number < self.shown_rows)
            if number < self.shown_rows:
                row.show_supporter(number + 1, supporters[number])
