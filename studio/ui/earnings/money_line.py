"""What the diamonds come to and who gave them, in one line or, where it is narrow, in two. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.model.money import format_count, format_dollars
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import painter_for

_PITCH = 19

#: (words, weight, token name)
_Run = tuple[str, int, str]


def givers(gifts: int, people: int) -> str:
    """``"184 gifts from 61 people"``."""
    sent = "1 gift" if gifts == 1 else f"{format_count(gifts)} gifts"
    return f"{sent} from {'1 person' if people == 1 else f'{format_count(people)} people'}"


class MoneyLine(QWidget):
    """≈ $157.40 to you · 184 gifts from 61 people."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._money: list[_Run] = []
        self._rest = ""
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._changed)

    def show_earned(self, micro_dollars: int, gifts: int, people: int) -> None:
        """The ledger's diamonds at the present rate; it is an estimate until a payout, hence the ≈."""
        dollars = format_dollars(micro_dollars)
        rest = givers(gifts, people)
        if self._money and (self._money[1][0], self._rest) == (dollars, rest):
            return
        self._money = [("≈ ", 400, "text2"), (dollars, 700, "gold"), (" to you", 400, "text2")]
        self._rest = rest
        self.setAccessibleName(f"About {dollars} to you, {rest}")
        self._changed()

    def _font(self, weight: int) -> QFont:
        return fonts.font(13, weight, figures=True)

    def _width(self, runs: list[_Run]) -> float:
        return sum(QFontMetricsF(self._font(weight)).horizontalAdvance(words) for words, weight, _ in runs)

    def _lines(self) -> list[list[_Run]]:
        joined = [*self._money, (f" · {self._rest}", 400, "text2")]
        if self._width(joined) <= self.width() or self.width() < 40:
            return [joined]
        return [self._money, [(self._rest, 400, "text2")]]

    def _changed(self) -> None:
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Only another number of lines lays the column out again."""
        height = self.sizeHint().height()
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(240, len(self._lines()) * fonts.px(_PITCH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        pitch = fonts.px(_PITCH)
        for number, line in enumerate(self._lines()):
            x = 0.0
            for words, weight, tone in line:
                font = self._font(weight)
                metrics = QFontMetricsF(font)
                painter.setFont(font)
                painter.setPen(token(tone))
                top = number * pitch + (pitch - metrics.height()) / 2
                painter.drawText(round(x), round(top + metrics.ascent()), words)
                x += metrics.horizontalAdvance(words)
