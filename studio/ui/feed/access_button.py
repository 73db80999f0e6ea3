"""Who can comment now, in the feed's header, with the menu that changes it. GUI thread.

Shows what will be once everything that was asked for is done; as long as the backend has not said so, with
an ellipsis.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from studio.model.room import CommentAccess, Commenters
from studio.services.live import LiveService, Phase
from studio.ui.widgets.pill_button import PillButton
from studio.ui.widgets.popup import Menu

#: In the order of the menu, the form and the palette.
WORDS = {
    Commenters.EVERYONE: "Everyone",
    Commenters.FOLLOWERS: "Followers only",
    Commenters.NOBODY: "Nobody",
}


class AccessButton(PillButton):
    """``set_short``: the icon alone, where words have no room."""

    def __init__(self, live: LiveService, parent: QWidget | None = None) -> None:
        super().__init__("", "comment", parent)
        self._live = live
        self._short = False
        self.menu = Menu(self)
        self.menu.setAccessibleName("Who can comment")
        group = QActionGroup(self.menu)
        self._actions: dict[Commenters, QAction] = {}
        for who, words in WORDS.items():
            action = QAction(words, self.menu, checkable=True)
            action.triggered.connect(partial(self._choose, who))
            group.addAction(action)
            self.menu.addAction(action)
            self._actions[who] = action
        self.set_menu(self.menu)
        live.access_changed.connect(self.refresh)
        live.changed.connect(self.refresh)
        live.failed.connect(self.refresh)
        self.refresh()

    def set_short(self, short: bool) -> None:
        if short is not self._short:
            self._short = short
            self.refresh()

    def refresh(self) -> None:
        """Shows what the desk knows now."""
        access = self._live.desk.access_to_be
        pending = "" if access == self._live.comment_access else "…"
        words = WORDS[access.who] + pending
        name = f"Who can comment: {words}"
        self._actions[access.who].setChecked(True)
        self.setEnabled(self._live.phase is Phase.LIVE)
        if (self.accessibleName(), self.text() == "") == (name, self._short):
            return
        everyone = access.who is Commenters.EVERYONE
        self.set_look("comment" if everyone else "lock", "text2" if everyone else "gold")
        self.setText("" if self._short else words)
        self.setAccessibleName(name)
        self.setToolTip(
            f"{name}. You always can." if pending == "" else f"{name} The backend does not know yet."
        )
        self.updateGeometry()

    def _choose(self, who: Commenters) -> None:
        self._live.desk.choose_access(CommentAccess(who=who))
        self.refresh()
