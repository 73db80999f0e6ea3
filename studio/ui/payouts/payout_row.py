"""One payout in the list: money, diamonds, what became of it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.payout import Payout, PayoutState
from studio.ui.payouts.words import money_of, payout_words
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

_TONES = {PayoutState.PAID: "teal", PayoutState.RETURNED: "gold"}


class PayoutRow(QWidget):
    """``derivation_wanted(payout_id)``: the host wants to see how its amount came about."""

    derivation_wanted = Signal(str)

    def __init__(self, payout: Payout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.money = Label("", Role.STRONG)
        self.diamonds = Label("", Role.HINT)
        self.words = ElidedLabel("", Role.SMALL)
        self.how = Button("How it’s worked out", ButtonKind.LINK)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.money)
        head.addWidget(self.diamonds)
        head.addStretch(1)
        head.addWidget(self.how)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.words)
        self.how.clicked.connect(lambda: self.derivation_wanted.emit(self.payout.payout_id))
        self.show_payout(payout)

    def show_payout(self, payout: Payout) -> None:
        """As it is now."""
        self.payout = payout
        self.money.setText(money_of(payout))
        self.diamonds.setText(f"{payout.diamonds:,} ◆")
        self.words.setText(payout_words(payout))
        self.words.set_tone(_TONES.get(payout.state, ""))
        self.how.setAccessibleName(f"How {money_of(payout)} is worked out")
