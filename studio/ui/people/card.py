"""The card behind a name: who somebody is, what they did, the host's note, what can be done. GUI thread."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.model.room import Person
from studio.model.text import clean_line
from studio.services.live import Phase
from studio.services.moderation import USUAL
from studio.services.people import NOTE_MAX, PeopleError
from studio.services.studio import Services
from studio.ui.people.figures import PersonFigures
from studio.ui.people.words import gifts, past
from studio.ui.widgets.avatar import Avatar
from studio.ui.widgets.badge import Badge
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard

_WIDTH = 360
_PORTRAIT = 44
_MUTE_S = 300


class PersonCard(PopupCard):
    """`open_for` shows somebody. ``search_wanted(name)``: the host wants to see everything they said."""

    search_wanted = Signal(str)

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("", _WIDTH, parent)
        self._services = services
        self.person = Person(id="", handle="")
        self._noted = ""
        self.portrait = Avatar("", "", _PORTRAIT)
        self.name = ElidedLabel("", Role.HEADING)
        self.handle = ElidedLabel("", Role.SMALL)
        self.badges = QHBoxLayout()
        self.past = Label("", Role.SMALL, wrap=True)
        self.figures = PersonFigures()
        self.gifts = ElidedLabel("", Role.SMALL, "gold")
        self.note = QLineEdit()
        self.note.setMaxLength(NOTE_MAX)
        self.note.setPlaceholderText("A note for yourself")
        self.note.setAccessibleName("Your note about them")
        self.problem = Label("", Role.SMALL, "live", wrap=True)
        self.words = Button("All they said", ButtonKind.COMPACT, "search")
        self.marked = Button("Mark", ButtonKind.COMPACT, "bell")
        self.mute = Button("Mute 5 min", ButtonKind.COMPACT, "mute")
        self.block = Button("Block", ButtonKind.COMPACT, "lock")
        self.helper = Button("Make a moderator", ButtonKind.LINK)
        self.delete = Button("Delete their data here", ButtonKind.LINK, tone="live")
        self._build()
        self._connect()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.name)
        names.addWidget(self.handle)
        head.addWidget(self.portrait)
        head.addLayout(names, 1)
        self.badges.setSpacing(6)
        acts = QHBoxLayout()
        acts.setSpacing(6)
        for button in (self.words, self.marked):
            acts.addWidget(button, 1)
        more = QHBoxLayout()
        more.setSpacing(6)
        for button in (self.mute, self.block):
            more.addWidget(button, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.helper)
        foot.addStretch(1)
        foot.addWidget(self.delete)
        self.body.setSpacing(10)
        self.body.addLayout(head)
        self.body.addLayout(self.badges)
        for part in (self.past, self.figures, self.gifts, self.note, self.problem):
            self.body.addWidget(part)
        self.body.addLayout(acts)
        self.body.addLayout(more)
        self.body.addLayout(foot)
        self.problem.hide()

    def _connect(self) -> None:
        self.note.editingFinished.connect(self._keep_note)
        self.words.clicked.connect(self._search)
        self.marked.clicked.connect(self._mark)
        self.mute.clicked.connect(self._mute)
        self.block.clicked.connect(self._block)
        self.helper.clicked.connect(self._help)
        self.delete.clicked.connect(self._delete)

    def open_for(self, person: Person, at: QPoint) -> None:
        """Beside that point of the screen."""
        self.person = person
        self.setAccessibleName(f"About {clean_line(person.shown_name)}")
        self.portrait.set_person(person.id, person.shown_name)
        self.name.setText(clean_line(person.shown_name))
        self.handle.setText(f"@{person.handle}")
        self.delete.setText("Delete their data here")
        self._complain("")
        self._show_now()
        self._show_actions()
        self.figures.show_before(None)
        self.past.setText(" ")
        self.note.clear()
        self.note.setModified(False)
        self.open_by(at)
        self._services.tasks.start(self._look_up(person), self._complain)

    def _show_now(self) -> None:
        doings = self._services.people.doings(self.person.id)
        self.figures.show_now(doings)
        words = gifts(doings.given)
        self.gifts.setText(words)
        self.gifts.setVisible(bool(words))
        badges = [("Newcomer", "teal")] if doings.newcomer else []
        badges += [(f"Fan · Lv {doings.fan_level}", "violet")] if doings.fan_level else []
        badges += [("New follower", "teal")] if doings.followed else []
        badges += [("Moderator", "blue")] if self._services.moderation.helps(self.person.id) else []
        while (item := self.badges.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for badge, tone in badges:
            self.badges.addWidget(Badge(badge, tone))
        self.badges.addStretch(1)

    def _show_actions(self) -> None:
        services, person = self._services, self.person.id
        own = services.account.person is not None and services.account.person.id == person
        on_air = services.live.phase is Phase.LIVE
        for button in (self.mute, self.block, self.helper):
            button.setVisible(on_air and not own)
        self.delete.setVisible(not own)
        self.marked.setVisible(not own)
        self.marked.setText("Marked" if services.mentions.marks(person) else "Mark")
        self.marked.setAccessibleName("Everything they say counts as a mention")
        helps = services.moderation.helps(person)
        self.helper.setText("Is no moderator any more" if helps else "Make a moderator")

    async def _look_up(self, person: Person) -> None:
        try:
            history, note = await self._services.people.past(person)
        except PeopleError as error:
            if person == self.person:
                self._complain(str(error))
            return
        if person != self.person or not self.isVisible():
            return
        self.figures.show_before(history)
        self.past.setText(past(history, self._services.people.doings(person.id)))
        if not self.note.isModified():
            self._noted = note
            self.note.setText(note)

    def _keep_note(self) -> None:
        text = clean_line(self.note.text())
        if self.note.isModified() and text != self._noted:
            self._noted = text
            now_ms = round(self._services.activities.now_ms)
            self._do(self._services.people.set_note(self.person, text, now_ms))
        self.note.setModified(False)

    def _search(self) -> None:
        self.hide()
        self.search_wanted.emit(self.person.handle)

    def _mark(self) -> None:
        mentions = self._services.mentions
        mentions.mark(self.person.id, wanted=not mentions.marks(self.person.id))
        self._show_actions()

    def _mute(self) -> None:
        self._services.live.desk.mute(self.person.id, _MUTE_S)
        self.hide()

    def _block(self) -> None:
        self._services.moderation.block(self.person.id)
        self.hide()

    def _help(self) -> None:
        moderation = self._services.moderation
        moderation.set_moderator(self.person.id, () if moderation.helps(self.person.id) else USUAL)
        self.hide()

    def _delete(self) -> None:
        """Asked twice: what is deleted does not come back."""
        sure = "Delete for good?"
        if self.delete.text() != sure:
            self.delete.setText(sure)
            return
        self._do(self._deleted(self.person))

    async def _deleted(self, person: Person) -> None:
        now_ms = round(self._services.activities.now_ms)
        everywhere = await self._services.people.delete(person, now_ms)
        self.delete.setText("Deleted" if everywhere else "Deleted, but for this LIVE")
        self.note.clear()
        self._services.tasks.start(self._look_up(person), self._complain)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        async def run() -> None:
            try:
                await work
            except PeopleError as error:
                self._complain(str(error))

        self._services.tasks.start(run(), self._complain)

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
