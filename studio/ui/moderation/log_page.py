"""The log of what was done about comments and people: searched, read, taken back. GUI thread.

So many rows exist as are shown at once; *Older* shows more, and asks the backend for what is not here.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from studio.model.moderation import ModAction, ModEntry
from studio.services.moderation import ModerationService
from studio.ui import theme
from studio.ui.moderation.words import by_whom, headline, said_words
from studio.ui.theme import icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.label import Role, token

_STEP, _MOST = 40, 400
_MARK = 16
#: Icon and colour of each action.
MARKS = {
    ModAction.HELD: ("clock", "gold"),
    ModAction.HIDDEN: ("eye-off", "gold"),
    ModAction.ALLOWED: ("check", "teal"),
    ModAction.DENIED: ("close", "text2"),
    ModAction.PINNED: ("pin", "blue"),
    ModAction.REMOVED: ("trash", "live"),
    ModAction.MUTED: ("mute", "live"),
    ModAction.BLOCKED: ("lock", "live"),
    ModAction.UNBLOCKED: ("lock-open", "teal"),
    ModAction.MODERATOR: ("users", "blue"),
    ModAction.RULES: ("shield", "blue"),
    ModAction.ACCESS: ("lock", "blue"),
    ModAction.UNDONE: ("undo", "text2"),
}


class EntryRow(QWidget):
    """One entry: what, what was said, when and by whom, and the way back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry: ModEntry | None = None
        self.mark = QLabel()
        self.head = ElidedLabel("", Role.STRONG)
        self.words = ElidedLabel("", Role.SECOND)
        self.foot = ElidedLabel("", Role.HINT)
        self.undo = Button("Undo", ButtonKind.LINK)
        self._undone = False
        self.mark.setFixedSize(_MARK, _MARK + 2)
        theme.notifier.changed.connect(self._restyle)
        column = QVBoxLayout()
        column.setSpacing(1)
        for label in (self.head, self.words, self.foot):
            column.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 5, 2, 5)
        row.setSpacing(10)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_entry(self, entry: ModEntry, *, undone: bool, can_undo: bool) -> None:
        self.entry = entry
        self._undone = undone
        self._restyle()
        words = said_words(entry) if entry.text else ""
        self.head.setText(headline(entry) + (" · taken back" if undone else ""))
        self.head.set_tone("text3" if undone else "")
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.foot.setText(by_whom(entry))
        self.undo.setVisible(can_undo)
        self.undo.setAccessibleName(f"Undo: {headline(entry)}")
        self.setAccessibleName(f"{headline(entry)}. {words} {by_whom(entry)}")

    def _restyle(self) -> None:
        if self.entry is None:
            return
        name, tone = MARKS[self.entry.action]
        ink = token("text3" if self._undone else tone)
        self.mark.setPixmap(icons.pixmap(name, ink, _MARK, self.devicePixelRatioF()))


class LogPage(QWidget):
    """Shows ``moderation.entries`` for what is searched."""

    def __init__(self, moderation: ModerationService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation = moderation
        self._most = _STEP
        self.rows: list[EntryRow] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, words, reasons")
        self.search.setAccessibleName("Search the moderation log")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.older = Button("Older", ButtonKind.LINK)
        self.empty = EmptyState("shield", "Nothing was done yet", "")
        self._build()
        moderation.changed.connect(self.refresh)

    def _build(self) -> None:
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(14, 2, 14, 8)
        self._list.setSpacing(0)
        self._list.addWidget(self.older, 0, Qt.AlignmentFlag.AlignLeft)
        self._list.addStretch(1)
        scroll = ColumnScroll(inner)
        self._scroll = scroll
        lower = QWidget()
        self._stack = QStackedLayout(lower)
        self._stack.addWidget(scroll)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        field = QHBoxLayout()
        field.setContentsMargins(12, 0, 12, 0)
        field.addWidget(self.search)
        column.addLayout(field)
        column.addWidget(lower, 1)
        self.search.textChanged.connect(self._searched)
        self.older.clicked.connect(self._show_older)

    def refresh(self) -> None:
        """Shows the newest that fit; nothing is drawn while nobody looks."""
        if not self.isVisibleTo(self.window()):
            return
        found = self._moderation.entries(self.search.text())
        shown = found[: self._most]
        while len(self.rows) < len(shown):
            self._add_row()
        for row, entry in zip(self.rows, shown, strict=False):
            undone = self._moderation.was_undone(entry)
            row.show_entry(entry, undone=undone, can_undo=self._moderation.can_undo(entry))
            row.show()
        for row in self.rows[len(shown) :]:
            row.hide()
        here = len(found) > len(shown) and self._most < _MOST
        self.older.setVisible(here or self._moderation.more)
        self._say_empty()
        self._stack.setCurrentWidget(self._scroll if shown or self._moderation.more else self.empty)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _searched(self) -> None:
        self._most = _STEP
        self.refresh()

    def _show_older(self) -> None:
        if len(self._moderation.entries(self.search.text())) <= self._most:
            self._moderation.load_older()
        self._most = min(_MOST, self._most + _STEP)
        self.refresh()

    def _add_row(self) -> None:
        row = EntryRow()
        row.undo.clicked.connect(partial(self._undo, row))
        self.rows.append(row)
        self._list.insertWidget(len(self.rows) - 1, row)

    def _undo(self, row: EntryRow) -> None:
        if row.entry is not None:
            self._moderation.undo(row.entry)

    def _say_empty(self) -> None:
        if self.search.text().strip():
            self.empty.say("search", "Nothing found", "Search for a name, a word, or what was done.")
        else:
            self.empty.say(
                "shield",
                "Nothing was done yet",
                "Whatever you or your rules do stands here, with a way back.",
            )

    def sizeHint(self) -> QSize:
        return QSize(360, 300)
