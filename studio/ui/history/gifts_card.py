"""Gifts, line by line: sorted by any column, looked through by name. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.journal.story import Story
from studio.model.money import Rates, format_count
from studio.ui.earnings.balance_card import rate_words
from studio.ui.history.gifts_model import Column, GiftsModel
from studio.ui.theme import fonts
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.table import Table

_WIDTHS = (104, 210, 0, 84, 96, 110, 110)


class GiftsCard(Card):
    """``show_story``: of one LIVE."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Gifts, line by line", parent=parent)
        self._shown: tuple[Story | None, Rates] | None = None
        self.model = GiftsModel(self)
        self.table = Table(self.model, _WIDTHS, Column.GIFT)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(Column.TIME, Qt.SortOrder.DescendingOrder)
        self.table.horizontalHeader().setSectionsClickable(True)
        self.table.setAccessibleName("Gifts of this LIVE")
        self.words = QLineEdit()
        self.words.setPlaceholderText("Filter by name or gift")
        self.words.setAccessibleName("Filter the gifts")
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(fonts.px(220))
        self.words.textChanged.connect(self._filter)
        self.foot = Label("", Role.HINT)
        self.head.addWidget(self.words)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.foot)

    def show_story(self, story: Story | None, rates: Rates) -> None:
        """None: it is still being read."""
        self.set_note(rate_words(rates))
        if self._shown is not None and story is self._shown[0] and rates == self._shown[1]:
            return
        self._shown = (story, rates)
        self.model.show_lines(story.gifts if story is not None else (), rates.micro_dollars_per_diamond)
        self._filter(self.words.text())

    def _filter(self, words: str) -> None:
        self.model.look_for(words)
        shown, every = self.model.rowCount(), self.model.every
        lines = "1 line" if every == 1 else f"{format_count(every)} lines"
        self.foot.setText(f"{format_count(shown)} of {lines}" if words.strip() else lines)
