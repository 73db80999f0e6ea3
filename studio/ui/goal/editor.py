"""The card that sets, changes or takes away the goal while on air. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.gift import GiftCatalogue
from studio.model.room import Goal, GoalWish
from studio.ui.goal.fields import GoalFields
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard

_WIDTH = 560
_ABOUT = "Counting begins anew with another title or another thing to count; a raised number goes on."


class GoalEditor(PopupCard):
    """``chosen(wish)``: a goal of target 0 takes it away."""

    chosen = Signal(object)

    def __init__(self, catalogue: GiftCatalogue, title_limit: int, parent: QWidget) -> None:
        super().__init__("Goal", _WIDTH, parent)
        self.fields = GoalFields(catalogue, title_limit)
        self.take_away = Button("Take the goal away", ButtonKind.LINK)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.set = Button("Set goal", ButtonKind.COMPACT)
        self.body.addWidget(self.fields)
        self.body.addWidget(Label(_ABOUT, Role.SMALL, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.take_away)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.set)
        self.body.addLayout(row)
        self.fields.submitted.connect(self.submit)
        self.set.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.hide)
        self.take_away.clicked.connect(self._remove)

    def edit(self, goal: Goal | None, beside: QWidget) -> None:
        """Opens with the goal of now."""
        wish = GoalWish()
        if goal is not None:
            wish = GoalWish(title=goal.title, target=goal.target, kind=goal.kind, gift_id=goal.gift_id)
        self.fields.show_wish(wish)
        self.take_away.setVisible(goal is not None)
        self.open_at(beside)
        self.fields.title.line.setFocus(Qt.FocusReason.PopupFocusReason)
        self.fields.title.line.selectAll()

    def submit(self) -> None:
        """Asks for what was typed, or marks what is wrong."""
        wish = self.fields.wish()
        if wish is not None and not wish.target:
            self.fields.title.set_error("What is the goal?")
        elif wish is not None:
            self.hide()
            self.chosen.emit(wish)

    def _remove(self) -> None:
        self.hide()
        self.chosen.emit(GoalWish())
