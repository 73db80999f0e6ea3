"""What a person did, in two columns: in this LIVE, and before. GUI thread; theme only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.model.money import format_count
from studio.services.people import Doings, PersonHistory
from studio.ui.widgets.label import Label, Role

_NAMES = ("Comments", "Likes", "Gifts", "Diamonds")


class PersonFigures(QWidget):
    """Names at the left; "This LIVE" and "Before" as columns of figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, words in enumerate(("This LIVE", "Before"), 1):
            grid.addWidget(Label(words, Role.HINT), 0, place, right)
        self._now: list[Label] = []
        self._before: list[Label] = []
        for line, name in enumerate(_NAMES, 1):
            grid.addWidget(Label(name, Role.SECOND), line, 0)
            for place, column in enumerate((self._now, self._before), 1):
                figure = Label("–", Role.STRONG)
                figure.setAccessibleName(f"{name}, {'this LIVE' if place == 1 else 'before'}")
                column.append(figure)
                grid.addWidget(figure, line, place, right)
        grid.setColumnStretch(0, 1)

    def show_now(self, doings: Doings) -> None:
        self._fill(self._now, (doings.comments, doings.likes, doings.gifts, doings.diamonds))

    def show_before(self, history: PersonHistory | None) -> None:
        """None: not known (yet)."""
        if history is None:
            for label in self._before:
                label.setText("–")
        else:
            self._fill(self._before, (history.comments, history.likes, history.gifts, history.diamonds))

    @property
    def texts(self) -> tuple[list[str], list[str]]:
        """What the two columns say."""
        return [one.text() for one in self._now], [one.text() for one in self._before]

    def _fill(self, column: list[Label], numbers: tuple[int, ...]) -> None:
        for label, number in zip(column, numbers, strict=True):
            label.setText(format_count(number))
        column[-1].set_tone("gold" if numbers[-1] else "")
