"""One answer of a poll that is being written: its words, its gift, a way to take it out. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.model.gift import GiftCatalogue
from studio.services.activities import Answer
from studio.ui.widgets.mark_button import MarkButton
from studio.ui.widgets.select import Select


class AnswerRow(QWidget):
    """``removed``: the host does not want it; ``submitted``: Enter."""

    removed = Signal()
    submitted = Signal()

    def __init__(
        self, number: int, limit: int, catalogue: GiftCatalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setMaxLength(4 * limit)
        self.gift = Select("Gift")
        for gift in catalogue.gifts:
            self.gift.addItem(f"{gift.name} · {gift.coins:,}", gift.id)
        self.gift.setCurrentIndex(min(number - 1, self.gift.count() - 1))
        self.take_out = MarkButton("close", "Take this answer out", "text3", 26)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 3)
        row.addWidget(self.gift, 2)
        row.addWidget(self.take_out)
        self.line.returnPressed.connect(self.submitted)
        self.take_out.clicked.connect(self.removed)

    def set_place(self, number: int, *, gifts: bool, removable: bool) -> None:
        """Its number from 1, whether it is voted for with gifts, whether it can be taken out."""
        self.line.setPlaceholderText(f"Answer {number}" + (", or the gift's name" if gifts else ""))
        self.line.setAccessibleName(f"Answer {number}")
        self.gift.setAccessibleName(f"Gift for answer {number}")
        self.gift.setVisible(gifts)
        self.take_out.setEnabled(removable)

    def answer(self, *, gifts: bool) -> Answer:
        return Answer(self.line.text().strip(), self.gift.currentData() if gifts else 0)
