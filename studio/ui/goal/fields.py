"""The fields a goal is asked for with: what for, what counts, how many. GUI thread; model only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.gift import GiftCatalogue
from studio.model.room import GoalKind, GoalWish
from studio.model.text import whole_number
from studio.ui.widgets.field import Field
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_MAX_GOAL = 10_000_000
#: What a goal can count, in the host's words.
KINDS = {
    GoalKind.DIAMONDS: "Diamonds",
    GoalKind.LIKES: "Likes",
    GoalKind.FOLLOWERS: "New followers",
    GoalKind.SHARES: "Shares",
    GoalKind.GIFT: "One gift",
}


class GoalFields(QWidget):
    """``submitted``: Enter in a field; ``edited``: something was typed or chosen."""

    submitted = Signal()
    edited = Signal()

    def __init__(self, catalogue: GiftCatalogue, title_limit: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = TextField(
            "Goal", limit=title_limit, hint="optional", placeholder="What are you collecting for?"
        )
        self.kind = Select("What counts")
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind.value)
        self.target = TextField("How many", placeholder="50,000")
        self.target.line.setMaxLength(24)
        self.gift = Select("Which gift")
        for gift in catalogue.gifts:
            price = "1 coin" if gift.coins == 1 else f"{gift.coins:,} coins"
            self.gift.addItem(f"{gift.name} · {price}", gift.id)
        self._gift_field = Field("Which gift", self.gift)
        self._build()
        for field in (self.title, self.target):
            field.submitted.connect(self.submitted)
            field.edited.connect(self.edited)
        self.target.line.editingFinished.connect(self._group_digits)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.gift.currentIndexChanged.connect(self.edited)
        self._kind_chosen()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.title, 10, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Field("What counts", self.kind), 8, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.target, 5, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self._gift_field)

    def show_wish(self, wish: GoalWish) -> None:
        """Fills the fields."""
        self.title.set_text(wish.title)
        self.target.set_text(f"{wish.target:,}" if wish.target else "")
        self.kind.setCurrentIndex(max(0, self.kind.findData(wish.kind.value)))
        if wish.kind is GoalKind.GIFT:
            self.gift.setCurrentIndex(max(0, self.gift.findData(wish.gift_id)))

    def wish(self) -> GoalWish | None:
        """What was asked for; None when something is wrong, which is then marked and has the keyboard."""
        title, target = self.title.text, whole_number(self.target.text)
        if target is None:
            self.target.set_error("A whole number")
        elif target > _MAX_GOAL:
            self.target.set_error(f"{_MAX_GOAL:,} at most")
        elif title and not target:
            self.target.set_error("How many?")
        elif target and not title:
            self.title.set_error("What is the goal?")
        for field in (self.title, self.target):
            if field.error or not field.valid:
                field.line.setFocus()
                return None
        assert target is not None  # else its field had an error
        if not target:
            return GoalWish()
        kind = GoalKind(self.kind.currentData())
        gift_id = self.gift.currentData() if kind is GoalKind.GIFT else 0
        return GoalWish(title=title, target=target, kind=kind, gift_id=gift_id)

    def _kind_chosen(self) -> None:
        self._gift_field.setVisible(self.kind.currentData() == GoalKind.GIFT.value)
        self.edited.emit()

    def _group_digits(self) -> None:
        if number := whole_number(self.target.text):
            self.target.set_text(f"{number:,}")
