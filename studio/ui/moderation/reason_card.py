"""The card that removes, mutes or blocks with a reason, which the log keeps. GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.moderation import MAX_REASON
from studio.services.live import LiveService
from studio.services.moderation import ModerationService
from studio.services.rows import FeedRow, RowKind
from studio.ui.moderation.words import name_of
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.field import Field
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 400
#: One press each; others are typed.
READY = ("Spam", "Insult", "Spoiler", "Advertising")
_REMOVE, _BLOCK = "remove", "block"


class ReasonCard(PopupCard):
    """`open_for` a row of somebody else's."""

    def __init__(self, live: LiveService, moderation: ModerationService, parent: QWidget) -> None:
        super().__init__("", _WIDTH, parent)
        self._live, self._moderation = live, moderation
        self._row: FeedRow | None = None
        self.what = Select("What to do")
        self.reason = TextField("Reason", limit=MAX_REASON, placeholder="Only you and the log know it")
        self.ready = [Button(words, ButtonKind.COMPACT) for words in READY]
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.act = Button("Do it", ButtonKind.COMPACT)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.ready:
            button.clicked.connect(partial(self.reason.set_text, button.text()))
            row.addWidget(button)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.act)
        self.body.setSpacing(12)
        self.body.addWidget(Field("What to do", self.what))
        self.body.addWidget(self.reason)
        self.body.addLayout(row)
        self.body.addLayout(foot)
        self.cancel.clicked.connect(self.hide)
        self.act.clicked.connect(self.submit)
        self.reason.submitted.connect(self.submit)

    def open_for(self, row: FeedRow, at: QPoint) -> None:
        """Beside that point of the screen."""
        self._row = row
        name = name_of(row.person)
        self.set_title(f"About {name}")
        self.what.clear()
        if row.kind is RowKind.COMMENT and row.item_id:
            self.what.addItem("Remove the comment", _REMOVE)
        for seconds in self._live.limits.mute_seconds:
            self.what.addItem(_mute_words(seconds), seconds)
        self.what.addItem("Block", _BLOCK)
        self.reason.set_text("")
        self.open_by(at)
        self.reason.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def submit(self) -> None:
        """Does what is chosen, for the reason that stands there."""
        row, what, reason = self._row, self.what.currentData(), self.reason.text
        if row is None or row.person is None or not self.reason.valid:
            return
        self.hide()
        if what == _REMOVE:
            self._live.desk.remove(row.item_id, reason)
        elif what == _BLOCK:
            self._moderation.block(row.person.id, reason)
        else:
            self._live.desk.mute(row.person.id, int(what), reason)


def _mute_words(seconds: int) -> str:
    if not seconds:
        return "Mute for this LIVE"
    return f"Mute for {seconds} s" if seconds % 60 else f"Mute for {seconds // 60} min"
