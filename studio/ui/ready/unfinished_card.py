"""A LIVE of ours that is still open on the backend: take it up again. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QWidget

from studio.model.room import Room
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role


class UnfinishedCard(Card):
    """Hidden while there is none. ``resume_wanted``: the person wants it back."""

    resume_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("LIVE still open", parent=parent)
        self._title = ElidedLabel("", Role.STRONG)
        self._words = Label("", Role.SMALL, wrap=True)
        self.resume = Button("Resume this LIVE", ButtonKind.FILLED, "broadcast")
        self.resume.clicked.connect(self.resume_wanted)
        for widget in (self._title, self._words, self.resume):
            self.body.addWidget(widget)
        self.hide()

    def show_room(self, room: Room | None) -> None:
        self.setVisible(room is not None)
        if room is None:
            return
        started = QDateTime.fromMSecsSinceEpoch(room.started_ms).time()
        at = QLocale().toString(started, QLocale.FormatType.ShortFormat)
        people = "viewer" if room.totals.viewers == 1 else "viewers"
        self._title.setText(room.title)
        self._words.setText(
            f"Started {at} · {room.totals.viewers:,} {people} waiting. Everything sent meanwhile comes back."
        )
        self.set_note("On the backend", "live")
