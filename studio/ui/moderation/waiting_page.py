"""What waits for the host: one card each, let in or not by click or key. GUI thread.

Keys on a card: A allows, D or Delete denies; the next card gets the keyboard. So many cards exist as are
shown; who is further back comes up as those before are decided.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from studio.model.moderation import ModEntry
from studio.services.moderation import ModerationService
from studio.ui import theme
from studio.ui.moderation.words import name_of, said_words
from studio.ui.theme import mixed
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, focus_ring, painter_for

_SHOWN = 30


class HeldCard(QWidget):
    """One comment or question. ``decided(bool)``: allow or not. Invariant: a press decides what it shows."""

    decided = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry: ModEntry | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.name = ElidedLabel("", Role.STRONG)
        self.when = Label("", Role.HINT)
        self.words = Label("", Role.BODY, wrap=True)
        self.reason = ElidedLabel("", Role.HINT, "gold")
        self.allow = Button("Allow", ButtonKind.COMPACT, "check")
        self.deny = Button("Deny", ButtonKind.COMPACT, "close")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.when)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.deny)
        foot.addWidget(self.allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(13, 10, 10, 10)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addLayout(foot)
        self.allow.clicked.connect(lambda: self.decided.emit(True))
        self.deny.clicked.connect(lambda: self.decided.emit(False))

    def show_entry(self, entry: ModEntry) -> None:
        if entry is self.entry:
            return
        self.entry = entry
        name, words = name_of(entry.person), said_words(entry)
        at = datetime.fromtimestamp(entry.at_ms / 1000).astimezone()
        self.name.setText(name)
        self.when.setText(f"{at:%H:%M}")
        self.words.setText(words)
        self.reason.setText(entry.reason)
        self.setAccessibleName(f"{name}: {words}. Held: {entry.reason}")
        for button, verb in ((self.allow, "Allow"), (self.deny, "Deny")):
            button.setAccessibleName(f"{verb}: {words}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_A:
            self.decided.emit(True)
        elif event.key() in (Qt.Key.Key_D, Qt.Key.Key_Delete):
            self.decided.emit(False)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        box(painter, self.rect(), 10, mixed(t.bg, t.gold, 0.07), mixed(t.bg, t.gold, 0.3))
        if self.hasFocus():
            focus_ring(painter, self.rect(), 10)


class WaitingPage(QWidget):
    """Shows ``moderation.waiting``, oldest first."""

    def __init__(self, moderation: ModerationService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation = moderation
        self.cards: list[HeldCard] = []
        self.rest = Label("", Role.HINT)
        self.allow_all = Button("Allow all", ButtonKind.LINK)
        self.deny_all = Button("Deny all", ButtonKind.LINK)
        self.empty = EmptyState("shield", "Nothing waits", "")
        self._build()
        moderation.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(12, 4, 12, 8)
        self._list.setSpacing(8)
        self._list.addWidget(self.rest)
        self._list.addStretch(1)
        scroll = ColumnScroll(inner)
        head = QHBoxLayout()
        head.setContentsMargins(14, 6, 12, 0)
        head.addStretch(1)
        head.addWidget(self.deny_all)
        head.addWidget(self.allow_all)
        some = QWidget()
        column = QVBoxLayout(some)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self._some = some
        self._stack = QStackedLayout(self)
        self._stack.addWidget(some)
        self._stack.addWidget(self.empty)
        self.allow_all.clicked.connect(lambda: self._moderation.decide_all(allow=True))
        self.deny_all.clicked.connect(lambda: self._moderation.decide_all(allow=False))

    def refresh(self) -> None:
        """Shows what waits now; cards keep the entry that is under the host's hands."""
        waiting = self._moderation.waiting
        shown = waiting[:_SHOWN]
        had = self._focused()
        while len(self.cards) < len(shown):
            self._add_card()
        for card, entry in zip(self.cards, shown, strict=False):
            card.show_entry(entry)
            card.show()
        for card in self.cards[len(shown) :]:
            card.entry = None
            card.hide()
        more = len(waiting) - len(shown)
        self.rest.setText(f"{more:,} more wait behind these." if more else "")
        self.rest.setVisible(bool(more))
        self._say_empty()
        self._stack.setCurrentWidget(self._some if shown else self.empty)
        if had is not None and shown:
            self.cards[min(had, len(shown) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """The keyboard goes to what waits longest."""
        if self.cards and self.cards[0].isVisibleTo(self):
            self.cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focused(self) -> int | None:
        """The place of the card that has the keyboard, itself or on one of its buttons."""
        return next(
            (
                place
                for place, card in enumerate(self.cards)
                if card.hasFocus() or card.allow.hasFocus() or card.deny.hasFocus()
            ),
            None,
        )

    def _add_card(self) -> None:
        card = HeldCard()
        card.decided.connect(partial(self._decide, card))
        self.cards.append(card)
        self._list.insertWidget(len(self.cards) - 1, card)

    def _decide(self, card: HeldCard, allow: bool) -> None:
        if card.entry is not None:
            self._moderation.decide(card.entry, allow=allow)

    def _say_empty(self) -> None:
        rules = self._moderation.rules.rules
        detail = (
            "Comments that your rules hold wait here until you let them in or not."
            if rules
            else "With a rule that holds comments, they wait here until you let them in or not."
        )
        self.empty.say("shield", "Nothing waits", detail)

    def sizeHint(self) -> QSize:
        return QSize(360, 300)
