"""Buttons with words: the primary one, the quiet ones and the link. GUI thread; knows the theme only."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import faded, mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton
from studio.ui.widgets.spinner import Spinner

#: Instead of an icon's name: the round dot of being on air.
DOT = "dot"


#: The air beside a link's words: a row that ends in one reaches so far beyond its edge.
LINK_PADDING = 5


class ButtonKind(Enum):
    """How much a button asks to be pressed. Values: height, radius, font size, weight, padding."""

    PRIMARY = (52, 12, 16.0, 700, 24)
    SOLID = (44, 10, 14.0, 700, 22)
    GOLD = (36, 8, 13.5, 700, 18)
    FILLED = (38, 10, 13.5, 600, 18)
    COMPACT = (30, 8, 12.5, 600, 12)
    OUTLINE = (34, 9, 13.5, 600, 15)
    LINK = (22, 6, 12.5, 600, LINK_PADDING)


class Button(PaintedButton):
    """A button in one of the kinds, with an optional icon before its words and a busy state.

    ``tone``: token name of an OUTLINE's or LINK's colour. Busy: disabled, with a turning arc.
    """

    def __init__(
        self,
        text: str,
        kind: ButtonKind = ButtonKind.FILLED,
        icon: str = "",
        tone: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._icon = icon
        self._tone = tone
        self._spinner = Spinner(self)
        self._before_busy = True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_busy(self, busy: bool) -> None:
        """Shows that what it started is under way; it cannot be pressed meanwhile."""
        if busy == self._spinner.running:
            return
        if busy:
            self._before_busy = self.isEnabled()
        self.setEnabled(False if busy else self._before_busy)
        self._spinner.set_running(busy)
        self.update()

    @property
    def busy(self) -> bool:
        return self._spinner.running

    def sizeHint(self) -> QSize:
        height, _radius, size, weight, padding = self._kind.value
        words = QFontMetrics(fonts.font(size, weight)).horizontalAdvance(self.text())
        icon = round(size * 1.25) + 7 if self._icon else 0
        grown = fonts.px(size) - round(size)
        return QSize(words + icon + 2 * padding, height + 2 * max(0, grown))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        _height, radius, size, weight, _padding = self._kind.value
        painter = painter_for(self)
        fill, border, ink = self._colours()
        rect = QRectF(self.rect())
        if fill is not None or border is not None:
            box(painter, rect, radius, fill, border, 1.2 if self._kind is ButtonKind.OUTLINE else 1.0)
        painter.setFont(fonts.font(size, weight))
        mark = round(fonts.px(size) * 1.2)
        words = painter.fontMetrics().horizontalAdvance(self.text())
        lead = mark + 7 if self._icon or self.busy else 0
        left = (rect.width() - words - lead) / 2 if self._kind is not ButtonKind.LINK else 5.0
        spot = QRectF(left, (rect.height() - mark) / 2, mark, mark)
        if self.busy:
            self._spinner.paint(painter, spot.adjusted(1, 1, -1, -1), ink)
        elif self._icon == DOT:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(spot.adjusted(3.5, 3.5, -3.5, -3.5))
        elif self._icon:
            painter.drawPixmap(spot.topLeft(), icons.pixmap(self._icon, ink, mark, self.devicePixelRatioF()))
        painter.setPen(ink)
        text_rect = QRectF(left + lead, 0, words + 4, rect.height())
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.ring:
            focus_ring(painter, rect, radius)

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, border and ink for the present state."""
        t = theme.current()
        hover, down, on = self.underMouse() and self.isEnabled(), self.isDown(), self.isEnabled()
        toward = 0.16 if down else 0.08 if hover else 0.0
        if self._kind in (ButtonKind.PRIMARY, ButtonKind.GOLD):
            base, ink = (t.live, t.on_live) if self._kind is ButtonKind.PRIMARY else (t.gold, t.on_gold)
            if not on and not self.busy:
                return t.control, None, t.text3
            return mixed(base, QColor("#000000") if down else t.text, toward), None, ink
        if self._kind is ButtonKind.SOLID:
            if not on and not self.busy:
                return t.control, None, t.text3
            return (mixed(t.text, t.bg, toward) if on else t.control), None, t.bg if on else t.text2
        if self._kind is ButtonKind.LINK:
            ink = getattr(t, self._tone or "blue") if on else t.text3
            return None, None, mixed(ink, t.text, 0.25 if hover else 0.0)
        if self._kind is ButtonKind.OUTLINE:
            ink = getattr(t, self._tone or "text") if on else t.text3
            return (faded(ink, 0.18 if down else 0.1) if hover or down else None), ink if on else t.line, ink
        fill = mixed(t.control, t.text, toward) if on else mixed(t.surface, t.control, 0.5)
        return fill, (t.line if t.name == "contrast" else None), t.text if on else t.text3


class PrimaryButton(Button):
    """The one thing to do now: Go LIVE (red), Cash out (gold)."""

    def __init__(self, text: str, icon: str = "", gold: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, ButtonKind.GOLD if gold else ButtonKind.PRIMARY, icon, parent=parent)
