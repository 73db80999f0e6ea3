"""The window's two cards about money, opened from wherever an amount stands. GUI thread."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtWidgets import QWidget

from studio.services.derivation import AVAILABLE, LIVE, Derived
from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.payouts.cash_out_card import CashOutCard
from studio.ui.payouts.derivation_card import DerivationCard
from studio.ui.payouts.words import day_and_time, money_of


class MoneyCards:
    """Each is made when first asked for. ``window``: whose popups they are."""

    def __init__(self, services: Services, window: QWidget) -> None:
        self._services, self._window = services, window

    @cached_property
    def cash_out(self) -> CashOutCard:
        card = CashOutCard(self._services.payouts, self._services.earnings, self._window)
        card.derivation_wanted.connect(self._derive_payout)
        return card

    @cached_property
    def derivation(self) -> DerivationCard:
        services = self._services
        return DerivationCard(services.derivation, services.feed.catalogue, self._window)

    def _derive_payout(self, payout_id: str) -> None:
        for one in self._services.payouts.payouts:
            if one.payout_id == payout_id:
                asked = day_and_time(one.requested_ms)
                title = f"The payout of {money_of(one)}, asked for on {asked}: what it was made of."
                self.derive(Derived(payout_id, title=title), self.cash_out)

    def open_cash_out(self, beside: QWidget) -> None:
        self.cash_out.open_with(beside)

    def derive(self, what: Derived, beside: QWidget) -> None:
        """Shows how it is worked out; a card that was open gives way."""
        beside = self._window if beside is self.__dict__.get("cash_out") else beside
        if "cash_out" in self.__dict__:
            self.cash_out.hide()
        self.derivation.open_for(what, beside)

    def derive_now(self, beside: QWidget) -> None:
        """The LIVE's amount while on air or right after it, else what is available."""
        live = self._services.live
        if live.phase in (Phase.LIVE, Phase.ENDING) and live.room is not None:
            self.derive(Derived(LIVE, live.room.room_id), beside)
        else:
            self.derive(Derived(AVAILABLE), beside)
