"""Rows of the video card: a word and a list beside it. GUI thread; knows the theme only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select

_LIST_WIDTH = 232


class ChoiceRow(QWidget):
    """``chosen(value)`` when the person chose; ``show_choice`` says nothing back."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = Select(name)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Label(name, Role.BODY), 1)
        row.addWidget(self.list)
        self.list.activated.connect(lambda: self.chosen.emit(self.list.currentData()))

    def show_choice(self, choices: Sequence[tuple[object, str]], value: object) -> None:
        """``choices``: (value, words). The list is made anew only when it changed."""
        here = [(self.list.itemData(n), self.list.itemText(n)) for n in range(self.list.count())]
        if here != list(choices):
            self.list.clear()
            for data, words in choices:
                self.list.addItem(words, data)
        values = [data for data, _ in choices]
        self.list.setCurrentIndex(values.index(value) if value in values else -1)
