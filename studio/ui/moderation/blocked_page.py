"""Whom the host does not want in their LIVEs: since when, by whom, why, and the way back. GUI thread."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from studio.model.moderation import Blocked
from studio.model.text import clean_line, isolate
from studio.services.moderation import ModerationService
from studio.services.tasks import Tasks
from studio.ui.moderation.words import name_of
from studio.ui.widgets.avatar import Avatar
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.label import Label, Role

_PAUSE_MS = 300
_PORTRAIT = 32


def since_words(blocked: Blocked) -> str:
    """Since when, by whom, why."""
    at = datetime.fromtimestamp(blocked.at_ms / 1000).astimezone()
    by = f" by {name_of(blocked.by)}" if blocked.by is not None else ""
    reason = f" · {isolate(clean_line(blocked.reason))}" if blocked.reason else ""
    return f"{at.day} {at:%b %Y, %H:%M}{by}{reason}"


class BlockedRow(QWidget):
    """One person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blocked: Blocked | None = None
        self.portrait = Avatar("", "", _PORTRAIT)
        self.name = ElidedLabel("", Role.STRONG)
        self.since = ElidedLabel("", Role.HINT)
        self.back = Button("Let in again", ButtonKind.LINK)
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.name)
        names.addWidget(self.since)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 6, 2, 6)
        row.setSpacing(10)
        row.addWidget(self.portrait)
        row.addLayout(names, 1)
        row.addWidget(self.back)

    def show_blocked(self, blocked: Blocked) -> None:
        self.blocked = blocked
        person = blocked.person
        name, since = name_of(person), since_words(blocked)
        self.portrait.set_person(person.id, person.shown_name)
        self.name.setText(f"{name}  @{person.handle}" if person.name else f"@{person.handle}")
        self.since.setText(since)
        self.back.setAccessibleName(f"Let {name} in again")
        self.setAccessibleName(f"{name}, blocked {since}")


class BlockedPage(QWidget):
    """Asks the backend, page by page; again when somebody was blocked or let in while it is looked at."""

    def __init__(self, moderation: ModerationService, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation, self._tasks = moderation, tasks
        self._people: tuple[Blocked, ...] = ()
        self._next = 0
        self._asked = 0  # only the last question's answer is shown
        self.rows: list[BlockedRow] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names")
        self.search.setAccessibleName("Search the blocked")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.more = Button("More", ButtonKind.LINK)
        self.problem = Label("", Role.SMALL, "live", wrap=True)
        self.empty = EmptyState("lock", "Nobody is blocked", "Whom you block cannot enter your LIVEs.")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._pause.timeout.connect(self.look)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.more.clicked.connect(self._look_on)
        moderation.blocks_changed.connect(self._changed)

    def _build(self) -> None:
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(14, 2, 14, 8)
        self._list.setSpacing(0)
        self._list.addWidget(self.more)
        self._list.addStretch(1)
        self._scroll = ColumnScroll(inner)
        lower = QWidget()
        self._stack = QStackedLayout(lower)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.empty)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.addWidget(self.search)
        top.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(lower, 1)
        self.more.hide()
        self.problem.hide()

    def look(self) -> None:
        """Asks for the first page of what is searched for."""
        self._ask(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def _changed(self) -> None:
        if self.isVisible():
            self.look()

    def _look_on(self) -> None:
        self._ask(self._next)

    def _ask(self, place: int) -> None:
        if not self._moderation.known:
            return
        self._asked += 1
        self._tasks.start(self._answer(self._asked, place), self._complain)

    async def _answer(self, number: int, place: int) -> None:
        people, next_place = await self._moderation.blocked(self.search.text(), place)
        if number != self._asked:
            return
        self._people = (*self._people, *people) if place else people
        self._next = next_place
        self._complain("")
        self._show()

    def _show(self) -> None:
        while len(self.rows) < len(self._people):
            row = BlockedRow()
            row.back.clicked.connect(partial(self._let_in, row))
            self.rows.append(row)
            self._list.insertWidget(len(self.rows) - 1, row)
        for row, blocked in zip(self.rows, self._people, strict=False):
            row.show_blocked(blocked)
            row.show()
        for row in self.rows[len(self._people) :]:
            row.hide()
        self.more.setVisible(bool(self._next))
        if self.search.text().strip():
            self.empty.say("search", "Nobody found", "Nobody of that name is blocked.")
        else:
            self.empty.say("lock", "Nobody is blocked", "Whom you block cannot enter your LIVEs.")
        self._stack.setCurrentWidget(self._scroll if self._people else self.empty)

    def _let_in(self, row: BlockedRow) -> None:
        if row.blocked is not None:
            self._moderation.let_in(row.blocked.person.id)

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def sizeHint(self) -> QSize:
        return QSize(360, 300)
