"""The card to cash out with: how much, the password when it is wanted, the steps, all payouts. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.money import format_dollars
from studio.services.earnings import EarningsService
from studio.services.payouts import Asking, PayoutsService
from studio.ui.payouts.payout_row import PayoutRow
from studio.ui.payouts.steps import PayoutSteps
from studio.ui.payouts.words import micro_dollars_of, payout_words
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.text_field import TextField

_WIDTH = 400
#: Payouts listed at first, and how many more one press shows.
_LISTED = 4


class CashOutCard(PopupCard):
    """Shows ``payouts`` and asks it. Invariant: it says what the backend said, nothing sooner.

    ``derivation_wanted(payout_id)``.
    """

    derivation_wanted = Signal(str)

    def __init__(self, payouts: PayoutsService, earnings: EarningsService, parent: QWidget) -> None:
        super().__init__("Cash out", _WIDTH, parent)
        self._payouts, self._earnings = payouts, earnings
        self._shown = _LISTED
        self.about = Label("", Role.SMALL, wrap=True)
        self.amount = TextField("Amount", placeholder="$0.00")
        self.worth = Label("", Role.HINT)
        self.all_of_it = Button("All of it", ButtonKind.LINK)
        self.password = TextField("Your password", secret=True)
        self.problem = Label("", Role.SMALL, "live", wrap=True)
        self.go = Button("Cash out", ButtonKind.GOLD)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.steps = PayoutSteps()
        self.step_words = Label("", Role.SMALL, wrap=True)
        self.rows: dict[str, PayoutRow] = {}
        self.older = Button("Show older payouts", ButtonKind.LINK)
        self._list_title = Label("PAYOUTS", Role.CAPS)
        self._build()
        self._connect()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.worth)
        line.addStretch(1)
        line.addWidget(self.all_of_it)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.go, 1)
        buttons.addWidget(self.cancel)
        for part in (self.about, self.amount):
            self.body.addWidget(part)
        self.body.addLayout(line)
        for part in (self.password, self.problem):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.body.addWidget(self.steps)
        self.body.addWidget(self.step_words)
        self.body.addSpacing(4)
        self.body.addWidget(self._list_title)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.body.addLayout(self._list)
        self.body.addWidget(self.older, 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        self.amount.edited.connect(self._amount_edited)
        self.amount.submitted.connect(self._submit)
        self.password.submitted.connect(self._submit)
        self.all_of_it.clicked.connect(self.take_all)
        self.go.clicked.connect(self._submit)
        self.cancel.clicked.connect(self._cancel)
        self.older.clicked.connect(self._more)
        self._payouts.changed.connect(self._changed)
        self._earnings.changed.connect(self._changed)

    def open_with(self, tile: QWidget) -> None:
        """Opens above ``tile`` with all that can be cashed out."""
        self._shown = _LISTED
        self.take_all()
        self._show()
        self.open_at(tile)
        first = self.password if self._payouts.asking is Asking.PASSWORD else self.amount
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def diamonds(self) -> int:
        """Whole diamonds of the amount that is typed; 0 when it is none.

        The cents of all that is there are all of it: a diamond worth half a cent is not left behind.
        """
        money, most, rates = micro_dollars_of(self.amount.text), self._payouts.most, self._earnings.rates
        if money is None:
            return 0
        if most and format_dollars(rates.micro_dollars(most)) == format_dollars(money):
            return most
        return money // rates.micro_dollars_per_diamond

    def take_all(self) -> None:
        """Puts all that can be cashed out into the field."""
        most = self._payouts.most
        self.amount.set_text(format_dollars(self._earnings.rates.micro_dollars(most)) if most else "")

    def _changed(self) -> None:
        if self.isVisible():
            self._show()

    def _amount_edited(self, _text: str) -> None:
        self._show_amount()

    def _submit(self) -> None:
        payouts = self._payouts
        if payouts.asking is Asking.PASSWORD:
            password = self.password.text
            self.password.set_text("")
            if password:
                payouts.confirm(password)
            else:
                self.password.set_error("Type your password.")
        elif self.go.isEnabled() and self._fits():
            payouts.cash_out(self.diamonds)

    def _cancel(self) -> None:
        self.password.set_text("")
        self._payouts.cancel()

    def _fits(self) -> bool:
        """Whether the amount can be asked for; marks it otherwise."""
        payouts, rates = self._payouts, self._earnings.rates
        error = ""
        if micro_dollars_of(self.amount.text) is None:
            error = "Type an amount like 25 or 25.50."
        elif self.diamonds < payouts.least:
            error = f"The smallest payout is {format_dollars(rates.payout_min_micro_dollars)}."
        elif self.diamonds > payouts.most:
            error = f"You can cash out up to {format_dollars(rates.micro_dollars(payouts.most))} now."
        self.amount.set_error(error)
        return not error

    def _show(self) -> None:
        payouts = self._payouts
        asking, running, why_not = payouts.asking, payouts.under_way, payouts.why_not
        wants_password = asking is Asking.PASSWORD
        may = not why_not and not wants_password
        self.about.setText(
            "Money moves only a short while after signing in. Give your password once more."
            if wants_password
            else why_not or _terms(self._earnings)
        )
        for part in (self.amount, self.worth, self.all_of_it):
            part.setVisible(may)
        self.password.setVisible(wants_password)
        self.cancel.setVisible(wants_password)
        self.problem.setText(payouts.trouble)
        self.problem.setVisible(bool(payouts.trouble))
        self.go.setVisible(running is None)
        self.go.set_busy(asking is Asking.UNDER_WAY)
        if asking is not Asking.UNDER_WAY:
            self.go.setEnabled(may or wants_password)
        newest = running or (payouts.payouts[0] if payouts.payouts else None)
        self.steps.setVisible(newest is not None)
        self.step_words.setVisible(newest is not None)
        if newest is not None:
            self.steps.show_state(newest.state)
            self.step_words.setText(f"{format_dollars(newest.micro_dollars)} · {payout_words(newest)}")
        self._show_list()
        self._show_amount()

    def _show_amount(self) -> None:
        self.amount.set_error("")
        diamonds = self.diamonds
        money = format_dollars(self._earnings.rates.micro_dollars(diamonds))
        self.worth.setText(f"{diamonds:,} ◆ = {money}" if diamonds else "")
        wants_password = self._payouts.asking is Asking.PASSWORD
        self.go.setText("Continue" if wants_password else f"Cash out {money}" if diamonds else "Cash out")

    def _show_list(self) -> None:
        every = self._payouts.payouts
        listed = every[: self._shown]
        wanted = [one.payout_id for one in listed]
        if list(self.rows) != wanted:
            for row in self.rows.values():
                self._list.removeWidget(row)
                row.deleteLater()
            self.rows = {}
            for one in listed:
                row = self.rows[one.payout_id] = PayoutRow(one)
                row.derivation_wanted.connect(self.derivation_wanted)
                self._list.addWidget(row)
        for one in listed:
            self.rows[one.payout_id].show_payout(one)
        self._list_title.setVisible(bool(listed))
        self.older.setVisible(len(every) > self._shown or bool(self._payouts.older))

    def _more(self) -> None:
        self._shown += _LISTED
        if self._shown > len(self._payouts.payouts):
            self._payouts.load_older()
        self._show()


def _terms(earnings: EarningsService) -> str:
    rates = earnings.rates
    least, most = (
        format_dollars(money)
        for money in (rates.payout_min_micro_dollars, rates.payout_max_micro_dollars_per_day)
    )
    return f"From {least}, at most {most} in 24 hours. The diamonds are set aside until the bank has paid."
