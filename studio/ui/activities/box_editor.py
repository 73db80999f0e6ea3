"""The card that fills a treasure box with the host's own coins. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.limits import Limits
from studio.model.text import whole_number
from studio.services.activities import ActivitiesService
from studio.ui.activities.editor import Editor
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.field import Field
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 480
_ABOUT = (
    "Your coins are shared alike among those who join before the box opens, to the last coin. "
    "If nobody comes, you get them back. Viewers can fill boxes, too."
)


class BoxEditor(Editor):
    """``shop_wanted``: the host has too few coins; they are sold on the viewers' page."""

    shop_wanted = Signal()

    def __init__(self, activities: ActivitiesService, limits: Limits, parent: QWidget) -> None:
        super().__init__("Treasure box", _ABOUT, "Fill the box", _WIDTH, parent)
        self._activities, self._limits = activities, limits
        self.coins = TextField("Coins")
        self.coins.line.setMaxLength(12)
        self.coins.set_text("100")
        self.places = TextField("For how many")
        self.places.line.setMaxLength(6)
        self.places.set_text("10")
        self.opens = Select("Opens")
        for seconds in limits.box_seconds:
            words = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"
            self.opens.addItem(f"After {words}", seconds)
        self.shop = Button("Get coins on your viewers' page", ButtonKind.LINK)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.coins, 1)
        row.addWidget(self.places, 1)
        row.addWidget(Field("Opens", self.opens), 1)
        self.body.addLayout(row)
        self.body.addWidget(self.shop)
        self.end_body()
        self.first = self.coins
        self.coins.submitted.connect(self.submit)
        self.places.submitted.connect(self.submit)
        self.shop.clicked.connect(self.shop_wanted)
        activities.changed.connect(self._show_balance)
        self._show_balance()

    def begin(self) -> bool:
        coins, places = whole_number(self.coins.text), whole_number(self.places.text)
        most, have = self._limits.box_coins_max, self._activities.coins
        if coins is None or not 1 <= coins <= most:
            self.coins.set_error(f"1 to {most:,}")
        elif coins > have:
            self.coins.set_error(f"You have {have:,}")
        if places is None or not 1 <= places <= self._limits.box_places_max:
            self.places.set_error(f"1 to {self._limits.box_places_max}")
        elif coins is not None and places > coins:
            self.places.set_error("A coin each at least")
        self._show_balance()
        for field in (self.coins, self.places):
            if field.error or not field.valid:
                field.line.setFocus()
                return False
        assert coins is not None and places is not None  # else their fields had errors
        self._activities.fund_box(coins, places, self.opens.currentData())
        return True

    def _show_balance(self) -> None:
        have = self._activities.coins
        self.coins.set_hint(f"you have {have:,}")
        wanted = whole_number(self.coins.text)
        self.shop.setVisible(wanted is not None and wanted > have)
