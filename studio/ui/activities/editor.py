"""What the cards that begin something have in common: a column of fields, Cancel and the one button. GUI."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select

#: When it ends, in seconds; 0: by the host's hand.
LENGTHS = (60, 120, 300, 600, 1_800, 0)


class Editor(PopupCard):
    """A subclass fills ``body``, sets ``first`` and writes `begin`, which is True when all of it was right.

    ``begun``: it was asked for, and the card is closed.
    """

    begun = Signal()

    def __init__(self, title: str, about: str, act: str, width: int, parent: QWidget) -> None:
        super().__init__(title, width, parent)
        self.first: QWidget = self
        self.about = Label(about, Role.SMALL, wrap=True)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.act = Button(act, ButtonKind.COMPACT)
        self.body.setSpacing(12)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(10)
        self._foot.addStretch(1)
        self._foot.addWidget(self.cancel)
        self._foot.addWidget(self.act)
        self.act.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.hide)

    def end_body(self) -> None:
        """Called by a subclass when its fields are in."""
        self.body.addWidget(self.about)
        self.body.addLayout(self._foot)

    def open_beside(self, beside: QWidget) -> None:
        self.open_at(beside)
        self.first.setFocus(Qt.FocusReason.PopupFocusReason)

    def submit(self) -> None:
        """Begins it, or marks what is wrong."""
        if self.begin():
            self.hide()
            self.begun.emit()

    def begin(self) -> bool:
        raise NotImplementedError


def length_select(name: str, by_hand: str, chosen: int) -> Select:
    """When something ends; ``by_hand``: the words for 0."""
    select = Select(name)
    for seconds in LENGTHS:
        minutes = seconds // 60
        words = by_hand if not seconds else "After 1 minute" if minutes == 1 else f"After {minutes} minutes"
        select.addItem(words, seconds)
    select.setCurrentIndex(select.findData(chosen))
    return select
