"""What is in the account, and by which rates it is worth what. GUI thread; the server's figures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.model.money import MICRO_PER_DOLLAR, Rates, format_dollars
from studio.services.earnings import BalanceView
from studio.ui import theme
from studio.ui.earnings.diamond_figure import shown
from studio.ui.theme import fonts, icons, mixed
from studio.ui.widgets.animated_number import AnimatedNumber
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for

#: Narrower than this, "84,112" and "$420.56" need the width of the card.
_NARROW = 275


def exact_dollars(micro_dollars: int) -> str:
    """``5_000`` -> ``"$0.005"``: every digit of a rate, where ``format_dollars`` stops at cents."""
    whole, micro = divmod(micro_dollars, MICRO_PER_DOLLAR)
    digits = f"{micro:06d}".rstrip("0")
    return f"${whole:,}.{digits.ljust(2, '0')}"


def rate_words(rates: Rates) -> str:
    """``"1 coin = 1 diamond · $0.005 per diamond"``."""
    each = rates.diamonds_per_coin
    diamonds = "1 diamond" if each == 1 else f"{each:,} diamonds"
    return f"1 coin = {diamonds} · {exact_dollars(rates.micro_dollars_per_diamond)} per diamond"


class BalanceTile(QWidget):
    """One figure under its name, with an icon behind it when it has one."""

    def __init__(
        self, name: str, icon: str = "", tone: str = "gold", format_value: Callable[[int], str] = shown
    ) -> None:
        super().__init__()
        self._icon, self._tone = icon, tone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 8, 6, 9)
        column.setSpacing(1)
        column.addWidget(Label(name, Role.HINT))
        line = QHBoxLayout()
        line.setSpacing(4)
        self.number = AnimatedNumber(Role.STRONG, format_value=format_value)
        self.number.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mark = QLabel()
        self._mark.setVisible(bool(icon))
        line.addWidget(self.number)
        line.addWidget(self._mark)
        line.addStretch(1)
        column.addLayout(line)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        if self._icon:
            ink = getattr(theme.current(), self._tone)
            self._mark.setPixmap(icons.pixmap(self._icon, ink, 13, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), 8, mixed(t.surface, t.control, 0.5), None)


class BalanceCard(Card):
    """Diamonds, what they are worth, coins; the rates under them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Balance", parent=parent)
        self.nothing = Label("Your balance shows here once you are signed in.", Role.SMALL, wrap=True)
        self.diamonds = BalanceTile("Diamonds", "diamond")
        self.worth = BalanceTile("Worth", format_value=format_dollars)
        self.coins = BalanceTile("Coins", "coin", "text2")
        self.rate = Label("", Role.HINT, wrap=True)
        self._tiles = QWidget()
        self._grid = QGridLayout(self._tiles)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._narrow: bool | None = None
        self._arrange(narrow=False)
        for part in (self.nothing, self._tiles, self.rate):
            self.body.addWidget(part)

    def _arrange(self, *, narrow: bool) -> None:
        """Three in a row, or the coins below where three would not fit."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        places = ((0, 0, 1), (0, 1, 1), (1, 0, 2) if narrow else (0, 2, 1))
        for tile, (row, column, span) in zip((self.diamonds, self.worth, self.coins), places, strict=True):
            self._grid.addWidget(tile, row, column, 1, span)
        for column, stretch in enumerate((6, 6, 0 if narrow else 5)):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(narrow=self.width() < fonts.px(_NARROW))

    def show_balance(self, balance: BalanceView | None, rates: Rates) -> None:
        """The account's balance; None while nobody is signed in."""
        self.nothing.setVisible(balance is None)
        self._tiles.setVisible(balance is not None)
        self.rate.setText(rate_words(rates))
        if balance is not None:
            self.diamonds.number.set_value(balance.diamonds)
            self.worth.number.set_value(balance.micro_dollars)
            self.coins.number.set_value(balance.coins)
