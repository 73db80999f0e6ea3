"""The feed's view with what lies over it: the empty state and the way back to the newest. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.services.rows import FeedTab
from studio.ui.feed.feed_view import FeedView
from studio.ui.feed.new_below_button import NewBelowButton
from studio.ui.widgets.empty_state import EmptyState

_ABOVE_EDGE = 8

_EMPTY = {
    FeedTab.ALL: (
        "chat",
        "No one has said anything yet",
        "Comments, gifts and questions appear here as they come.",
    ),
    FeedTab.GIFTS: (
        "gift",
        "No gifts yet",
        "Every gift of this LIVE is listed here, with its streak and what it is worth.",
    ),
    FeedTab.MENTIONS: (
        "comment",
        "No mentions yet",
        "Comments with your handle after an @, with words you choose above, or from people you mark.",
    ),
    FeedTab.QUESTIONS: (
        "question",
        "No questions yet",
        "What viewers ask you is collected here, so that you can answer it when there is time.",
    ),
}


class FeedStage(QWidget):
    """Invariant: the empty state shows exactly while the shown tab has no row but the studio's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._web = ""
        self.view = FeedView(self)
        self.empty = EmptyState(*_EMPTY[FeedTab.ALL], parent=self)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.new_below = NewBelowButton(self)
        self.new_below.clicked.connect(self._to_newest)
        self.view.moved.connect(self._reflect)
        self.setFocusProxy(self.view)

    def show_tab(self, tab: FeedTab) -> None:
        self._explain(tab)
        self.view.show_tab(tab)
        self.view.setAccessibleName(f"Feed, {tab.value}")
        self._reflect()

    def set_address(self, web: str) -> None:
        """Where viewers watch: told while nobody has said anything."""
        if web != self._web:
            self._web = web
            self._explain(self.view.tab)

    def _explain(self, tab: FeedTab) -> None:
        icon, sentence, detail = _EMPTY[tab]
        if tab is FeedTab.ALL and self._web:
            detail += f"\nViewers watch at {self._web}"
        self.empty.say(icon, sentence, detail)

    def _to_newest(self) -> None:
        self.view.follow()
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)

    def _reflect(self) -> None:
        self.empty.setVisible(self.view.quiet)
        held = not self.view.following and (self.view.unseen > 0 or not self.view.end_in_view)
        if held:
            self.new_below.show_unseen(self.view.unseen)
            self._place()
        self.new_below.setVisible(held)

    def _place(self) -> None:
        size = self.new_below.sizeHint()
        self.new_below.resize(size)
        self.new_below.move((self.width() - size.width()) // 2, self.height() - size.height() - _ABOVE_EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setGeometry(self.rect())
        self.empty.setGeometry(self.rect())
        self._place()
