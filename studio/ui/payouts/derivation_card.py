"""How an amount is worked out: the sum in one line, then every transfer of it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.gift import GiftCatalogue
from studio.services.derivation import AVAILABLE, LIVE, PENDING, RESERVED, DerivationService, Derived
from studio.ui.payouts.derivation_model import Column, DerivationModel
from studio.ui.payouts.sum_line import SumLine, Term
from studio.ui.payouts.words import exact_dollars
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.table import Table

_WIDTH = 900
_TABLE_HEIGHT = 360
_WIDTHS = (124, 124, 0, 80, 92, 96, 92, 88)
_ABOUT = {
    AVAILABLE: "Available diamonds: everything since your last payout, and what was there before it.",
    PENDING: "Pending diamonds: gifts whose hold has not ended. They become available by themselves.",
    RESERVED: "Reserved diamonds: set aside for the payout under way.",
    LIVE: "What this LIVE has brought, gift by gift.",
}


class DerivationCard(PopupCard):
    """`open_for` works something out."""

    def __init__(self, derivation: DerivationService, catalogue: GiftCatalogue, parent: QWidget) -> None:
        super().__init__("How it’s worked out", _WIDTH, parent)
        self._derivation, self._catalogue = derivation, catalogue
        self.about = Label("", Role.SMALL, wrap=True)
        self.sum = SumLine()
        self.model = DerivationModel(derivation, self._gift_name, self)
        self.table = Table(self.model, _WIDTHS, Column.WHAT)
        self.table.setFixedHeight(_TABLE_HEIGHT)
        self.table.setAccessibleName("Transfers")
        self.foot = Label("", Role.HINT)
        self.again = Button("Try again", ButtonKind.LINK)
        self.again.clicked.connect(lambda: derivation.open(derivation.what))
        foot = QHBoxLayout()
        foot.addWidget(self.foot, 1)
        foot.addWidget(self.again)
        for part in (self.about, self.sum, self.table):
            self.body.addWidget(part)
        self.body.addLayout(foot)
        derivation.changed.connect(self._changed)

    def open_for(self, what: Derived, beside: QWidget) -> None:
        """Asks the backend and opens above ``beside``."""
        self._derivation.open(what)
        self._show()
        self.open_at(beside)
        self.table.setFocus(Qt.FocusReason.PopupFocusReason)

    def _gift_name(self, gift_id: int) -> str:
        gift = self._catalogue.get(gift_id)
        return gift.name if gift is not None else f"Gift {gift_id}"

    def _changed(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        derivation = self._derivation
        self.about.setText(derivation.what.title or _ABOUT.get(derivation.what.of, "This payout."))
        self.model.follow()
        whole = derivation.whole
        self.sum.setVisible(whole is not None)
        if whole is not None:
            rate = whole.micro_dollars_per_diamond
            theirs = bool(derivation.what.person_id)
            terms = [Term("Came in", derivation.told if theirs else whole.closing - whole.opening)]
            if theirs:
                terms.append(Term("Of all in this LIVE", whole.amount))
            elif whole.opening:
                terms.insert(0, Term("From before", whole.opening))
                terms.append(Term("Together", whole.closing))
            if whole.amount != whole.closing:  # a payout, or the diamonds it left
                terms.append(Term("Cashed out", whole.amount))
            money = derivation.told * rate if theirs else whole.micro_dollars
            self.sum.show_sum(terms, money, exact_dollars(rate))
            shared = any(line.share for line in derivation.lines)
            self.table.setColumnHidden(Column.SHARE, not shared)
        self.again.setVisible(bool(derivation.trouble))
        self.foot.set_tone("live" if derivation.trouble else "")
        self.foot.setText(derivation.trouble or self._count())

    def _count(self) -> str:
        derivation = self._derivation
        if derivation.busy and not derivation.lines:
            return "Asking the backend…"
        lines = len(derivation.lines)
        if derivation.more_to_come:
            return f"{lines:,} transfers so far · scroll down for more"
        if not lines:
            return "No transfers: there is nothing to work out."
        whole = derivation.whole
        assert whole is not None, "lines come with the figures"
        exact = derivation.what.person_id or derivation.told == whole.closing - whole.opening
        make = "The one transfer makes" if lines == 1 else f"All {lines:,} transfers make"
        if derivation.what.of == RESERVED or exact:
            return f"{make} {derivation.told:,} diamonds, to the last one."
        return f"{make} {derivation.told:,} diamonds; more came meanwhile. Open it again."
