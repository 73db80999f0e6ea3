"""What is in the account, and by which rates it is worth what. GUI thread; the server's figures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.model.money import Rates, format_dollars
from studio.services.derivation import AVAILABLE, PENDING
from studio.services.earnings import BalanceView
from studio.services.payouts import Asking, PayoutsService
from studio.ui import theme
from studio.ui.earnings.diamond_figure import shown
from studio.ui.payouts.words import STATES, exact_dollars
from studio.ui.theme import fonts, icons, mixed
from studio.ui.widgets.animated_number import AnimatedNumber
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for

#: Narrower than this, "84,112" and "$420.56" need the width of the card.
_NARROW = 275


def rate_words(rates: Rates, coins: int = 0) -> str:
    """``"1 coin = 1 diamond · $0.005 per diamond"``, and the host's own ``coins`` when there are some."""
    each = rates.diamonds_per_coin
    diamonds = "1 diamond" if each == 1 else f"{each:,} diamonds"
    words = f"1 coin = {diamonds} · {exact_dollars(rates.micro_dollars_per_diamond)} per diamond"
    return f"{words} · you have {coins:,} coins" if coins else words


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
    """What can be cashed out, what is under way, what was paid; the rates under them.

    ``cash_out_wanted``; ``derivation_wanted(of)``: the host wants to see how a balance came about.
    """

    cash_out_wanted = Signal()
    derivation_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Balance", parent=parent)
        self.nothing = Label("Your balance shows here once you are signed in.", Role.SMALL, wrap=True)
        self.available = BalanceTile("Available", "diamond")
        self.reserved = BalanceTile("Reserved", "diamond")
        self.paid = BalanceTile("Paid out", format_value=format_dollars)
        self.pending = Label("", Role.SMALL, wrap=True)
        self.taken = Label("", Role.SMALL, "live", wrap=True)
        self.how = Button("How it’s worked out", ButtonKind.LINK)
        self.how_pending = Button("Which ones", ButtonKind.LINK)
        self.go = Button("Cash out", ButtonKind.GOLD)
        self.rate = Label("", Role.HINT, wrap=True)
        self.head.addWidget(self.how)
        self._tiles = QWidget()
        self._grid = QGridLayout(self._tiles)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._narrow: bool | None = None
        self._arrange(narrow=False)
        self._waits = QWidget()
        waits = QHBoxLayout(self._waits)
        waits.setContentsMargins(0, 0, 0, 0)
        waits.addWidget(self.pending, 1)
        waits.addWidget(self.how_pending)
        for part in (self.nothing, self._tiles, self._waits, self.taken, self.go, self.rate):
            self.body.addWidget(part)
        self.go.clicked.connect(self.cash_out_wanted)
        self.how.clicked.connect(lambda: self.derivation_wanted.emit(AVAILABLE))
        self.how_pending.clicked.connect(lambda: self.derivation_wanted.emit(PENDING))

    def _arrange(self, *, narrow: bool) -> None:
        """Three in a row, or the money below where three would not fit."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        places = ((0, 0, 1), (0, 1, 1), (1, 0, 2) if narrow else (0, 2, 1))
        for tile, (row, column, span) in zip((self.available, self.reserved, self.paid), places, strict=True):
            self._grid.addWidget(tile, row, column, 1, span)
        for column, stretch in enumerate((6, 6, 0 if narrow else 6)):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(narrow=self.width() < fonts.px(_NARROW))

    def show_balance(self, balance: BalanceView | None, rates: Rates, payouts: PayoutsService) -> None:
        """The account's balance; None while nobody is signed in."""
        signed_in = balance is not None
        self.nothing.setVisible(not signed_in)
        for part in (self._tiles, self.go, self.how):
            part.setVisible(signed_in)
        self._waits.setVisible(balance is not None and balance.pending > 0)
        self.rate.setText(rate_words(rates, balance.coins if balance is not None else 0))
        if balance is None:
            return
        self.available.number.set_value(balance.available)
        self.reserved.number.set_value(balance.reserved)
        self.paid.number.set_value(payouts.paid_micro_dollars)
        self.pending.setText(f"{balance.pending:,} more are pending until their hold ends.")
        self._show_button(rates, payouts)

    def _show_button(self, rates: Rates, payouts: PayoutsService) -> None:
        running = payouts.under_way
        most = format_dollars(rates.micro_dollars(payouts.most))
        if running is not None:
            words = f"{format_dollars(running.micro_dollars)} {STATES[running.state].lower()}…"
        elif payouts.asking is Asking.PASSWORD:
            words = "Cash out: password needed"
        elif payouts.most:
            words = f"Cash out up to {most}"
        else:
            words = f"Cash out from {format_dollars(rates.payout_min_micro_dollars)} on"
        self.go.setText(words)
        self.go.setToolTip(payouts.why_not)
        self.go.set_busy(payouts.asking is Asking.UNDER_WAY)
        if payouts.asking is not Asking.UNDER_WAY:
            # With payouts there is something to see in the card, with nothing to cash out, too.
            self.go.setEnabled(bool(payouts.most or payouts.payouts) or payouts.asking is Asking.PASSWORD)

    def show_taken(self, sentence: str) -> None:
        """The newest gift that was taken back, and why; empty: none."""
        self.taken.setText(sentence)
        self.taken.setVisible(bool(sentence))
