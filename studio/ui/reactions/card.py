"""The card of reactions: five tiers, and gifts with one of their own. GUI thread; services and model only."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.gift import Gift
from studio.model.reaction import TIERS, USUAL, Reaction, Sound
from studio.services.studio import Services
from studio.ui.reactions.row import ReactionRow
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.fitted_scroll import FittedScroll
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select

_WIDTH = 520
_ABOUT = "A streak sounds and shows once. Sounds of your own are up to 10 seconds."


class ReactionsCard(PopupCard):
    """Shows what is chosen; every choice counts at once."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("When a gift comes", _WIDTH, parent)
        self._services = services
        self._gifts = {gift.id: gift for gift in services.feed.catalogue.gifts}
        self.tiers: dict[int, ReactionRow] = {}
        self.gifts: dict[int, ReactionRow] = {}
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 8, 0)
        self._rows.setSpacing(8)
        for tier in TIERS:
            row = ReactionRow(self._tier_name(tier), removable=False)
            row.chosen.connect(partial(services.reactions.choose_tier, tier))
            row.tried.connect(partial(self._try_tier, tier))
            self.tiers[tier] = row
            self._rows.addWidget(row)
        self.gift = Select("A gift with a reaction of its own")
        for gift in services.feed.catalogue.gifts:
            self.gift.addItem(f"{gift.name} · {gift.coins:,}", gift.id)
        self.add = Button("Give it its own", ButtonKind.COMPACT, "plus")
        more = QHBoxLayout()
        more.setSpacing(8)
        more.addWidget(self.gift, 1)
        more.addWidget(self.add)
        self.body.addWidget(FittedScroll(inner))
        self.body.addLayout(more)
        self.body.addWidget(Label(_ABOUT, Role.SMALL, wrap=True))
        self.add.clicked.connect(self._add)
        services.reactions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what the service knows now."""
        reactions = self._services.reactions
        for tier, row in self.tiers.items():
            self._show(row, reactions.of_tier(tier))
        wanted = [gift_id for gift_id in reactions.gifts() if gift_id in self._gifts]
        for gift_id in [gift_id for gift_id in self.gifts if gift_id not in wanted]:
            gone = self.gifts.pop(gift_id)
            gone.hide()
            gone.deleteLater()
        for gift_id in wanted:
            if gift_id not in self.gifts:
                self._add_row(self._gifts[gift_id])
            gift = self._gifts[gift_id]
            self._show(self.gifts[gift_id], reactions.of(gift_id, gift.tier))

    def _show(self, row: ReactionRow, reaction: Reaction) -> None:
        own = reaction.sound is Sound.OWN
        trouble = self._services.reactions.troubles.get(reaction.file, "") if own else ""
        row.show_reaction(reaction, trouble)

    def _add_row(self, gift: Gift) -> None:
        row = ReactionRow(gift.name, removable=True)
        row.chosen.connect(partial(self._services.reactions.choose_gift, gift.id))
        row.removed.connect(partial(self._services.reactions.choose_gift, gift.id, None))
        row.tried.connect(partial(self._services.overlays.test_alert, gift))
        self.gifts[gift.id] = row
        self._rows.addWidget(row)

    def _add(self) -> None:
        gift = self._gifts[self.gift.currentData()]
        self._services.reactions.choose_gift(gift.id, USUAL)

    def _try_tier(self, tier: int) -> None:
        of_tier = [gift for gift in self._gifts.values() if gift.tier == tier]
        if of_tier:
            self._services.overlays.test_alert(of_tier[-1])

    def _tier_name(self, tier: int) -> str:
        coins = [gift.coins for gift in self._gifts.values() if gift.tier == tier]
        return f"From {min(coins):,} coins" if coins and tier > 1 else "Small gifts"
