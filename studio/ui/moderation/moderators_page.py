"""Who helps the host, and with what. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from studio.model.moderation import MAX_MODERATORS, Moderator, Permission
from studio.services.moderation import ModerationService
from studio.ui.moderation.words import PERMISSIONS, name_of, permission_words
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.pill_button import PillButton
from studio.ui.widgets.popup import Menu


class ModeratorRow(Card):
    """One helper: what they may do, as a menu; taken away with one press."""

    def __init__(self, moderation: ModerationService, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._moderation = moderation
        self.moderator: Moderator | None = None
        self.name = ElidedLabel("", Role.STRONG)
        self.handle = ElidedLabel("", Role.HINT)
        self.may = PillButton("", "shield")
        self.menu = Menu(self.may)
        self.actions_by: dict[Permission, QAction] = {}
        for permission in Permission:
            action = QAction(PERMISSIONS[permission], self.menu, checkable=True)
            action.triggered.connect(lambda wanted, one=permission: self._switch(one, wanted))
            self.menu.addAction(action)
            self.actions_by[permission] = action
        self.may.set_menu(self.menu)
        self.away = Button("Take away", ButtonKind.LINK)
        self.away.clicked.connect(lambda: self._set(()))
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.name)
        names.addWidget(self.handle)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(names, 1)
        row.addWidget(self.may)
        row.addWidget(self.away)
        self.body.addLayout(row)

    def show_moderator(self, moderator: Moderator) -> None:
        self.moderator = moderator
        name = name_of(moderator.person)
        self.name.setText(name)
        self.handle.setText(f"@{moderator.person.handle}")
        words = permission_words(moderator.permissions)
        self.may.setText(words)
        self.may.setAccessibleName(f"{name} may: {words}")
        self.away.setAccessibleName(f"{name} is no moderator any more")
        self.may.updateGeometry()
        for permission, action in self.actions_by.items():
            action.setChecked(permission in moderator.permissions)

    def _switch(self, permission: Permission, wanted: bool) -> None:
        if self.moderator is not None:
            others = tuple(one for one in self.moderator.permissions if one is not permission)
            self._set((*others, permission) if wanted else others)

    def _set(self, permissions: tuple[Permission, ...]) -> None:
        if self.moderator is not None:
            self._moderation.set_moderator(self.moderator.person.id, permissions)


class ModeratorsPage(QWidget):
    """Shows ``moderation.moderators``."""

    def __init__(self, moderation: ModerationService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation = moderation
        self.rows: list[ModeratorRow] = []
        self.hint = Label("", Role.HINT, wrap=True)
        self.empty = EmptyState(
            "users",
            "No moderators yet",
            "Make somebody one from the menu of what they wrote. They help on the viewers' page, as far as "
            "you let them.",
        )
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(12, 8, 12, 8)
        self._list.setSpacing(8)
        self._list.addWidget(self.hint)
        self._list.addStretch(1)
        self._scroll = ColumnScroll(inner)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.empty)
        moderation.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        moderators = self._moderation.moderators
        while len(self.rows) < len(moderators):
            row = ModeratorRow(self._moderation)
            self.rows.append(row)
            self._list.insertWidget(len(self.rows) - 1, row, 0, Qt.AlignmentFlag.AlignTop)
        for row, moderator in zip(self.rows, moderators, strict=False):
            row.show_moderator(moderator)
            row.show()
        for row in self.rows[len(moderators) :]:
            row.moderator = None
            row.hide()
        count = f"{len(moderators)} of {MAX_MODERATORS}"
        self.hint.setText(f"{count}. None of them can mute or block you or another moderator.")
        self._stack.setCurrentWidget(self._scroll if moderators else self.empty)

    def sizeHint(self) -> QSize:
        return QSize(360, 300)
