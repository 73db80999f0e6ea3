"""Whom to thank next: the first of the queue, ticked off by click or key; order and undo below. GUI thread.

Only so many rows exist as are shown, however many people wait: the wheel and the arrow keys move the queue
through them.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QShowEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.model.giver import Giver
from studio.model.thanks import ThankOrder
from studio.services.thanks import ThanksService
from studio.ui.earnings.thank_row import REACH, ThankRow, name_words
from studio.ui.feed.announcer import Announcer
from studio.ui.widgets.button import LINK_PADDING, Button, ButtonKind
from studio.ui.widgets.card import PADDING, Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

LEAST_ROWS, MOST_ROWS = 3, 8
#: So long after the last movement in it the list stays as it is: nobody moves under the pointer.
_HELD_MS = 6_000
_ORDERS = {ThankOrder.LARGEST: "Largest first", ThankOrder.OLDEST: "Oldest first"}
_NONE_YET = "Whoever gives waits here until you have thanked them."
_ALL_DONE = "Everyone is thanked."


class ThankCard(Card):
    """Invariant: a press ticks off the person that row shows, whoever has come in meanwhile."""

    def __init__(self, thanks: ThanksService, parent: QWidget | None = None) -> None:
        super().__init__("Thank next", parent=parent)
        self._thanks = thanks
        self._most = LEAST_ROWS
        self._offset = 0  # how many of the queue are scrolled past
        self._shown: list[str] = []  # ids of the people in the rows
        self.nothing = Label(_NONE_YET, Role.SMALL, wrap=True)
        self.rows = [ThankRow() for _ in range(MOST_ROWS)]
        self.order = Button("", ButtonKind.LINK, "arrow-down", "text2")
        self.done = ElidedLabel("", Role.HINT)
        self.undo = Button("Undo", ButtonKind.LINK)
        self._foot = QWidget()
        self._announcer = Announcer(self)
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(_HELD_MS)
        self._hold.timeout.connect(self.release)
        self._build()
        thanks.changed.connect(self.refresh)
        self._show()

    def _build(self) -> None:
        self.outer.setContentsMargins(PADDING - REACH, PADDING - 1, PADDING - REACH, 9)
        self.head.setContentsMargins(REACH, 0, REACH, 0)
        self.nothing.setContentsMargins(REACH, 0, REACH, 4)
        self.body.setSpacing(0)
        self.body.addWidget(self.nothing)
        for row in self.rows:
            row.hide()
            row.clicked.connect(partial(self._tick_row, row))
            row.walked.connect(partial(self._walk, row))
            row.touched.connect(self._hold.start)
            self.body.addWidget(row)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(REACH - LINK_PADDING, 2, REACH - LINK_PADDING, 0)
        foot.setSpacing(6)
        foot.addWidget(self.order, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self.done, 1)
        foot.addWidget(self.undo)
        self.done.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.done.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for button in (self.order, self.undo):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # as the rows
        self.order.clicked.connect(self.turn_order)
        self.undo.clicked.connect(self.take_back)
        self.body.addWidget(self._foot)

    @property
    def row_height(self) -> int:
        return self.rows[0].sizeHint().height()

    @property
    def shown_rows(self) -> int:
        return len(self._shown)

    def set_most(self, rows: int) -> None:
        """How many rows there is room for."""
        rows = max(LEAST_ROWS, min(rows, MOST_ROWS))
        if rows != self._most:
            self._most = rows
            self.refresh()

    def tick_next(self) -> None:
        """Ticks off whoever is shown first; presses in a row go down a list that stands still."""
        if not self.isVisible() or self._offset or not self._shown:
            self._said(self._thanks.first(1), self._thanks.tick_next())
            return
        self._hold.start()
        self._tick(self._shown[0])

    def take_back(self) -> None:
        """The last one ticked off waits again."""
        person = self._thanks.last_ticked
        if person is not None and self._thanks.undo():
            self._announcer.say(f"{person.shown_name or 'Someone'} waits again.", at_once=True)

    def turn_order(self) -> None:
        """The other order; the list begins anew."""
        self._offset, self._shown = 0, []
        self._thanks.turn_order()
        self._announcer.say(f"{_ORDERS[self._thanks.order]}.", at_once=True)

    def focus_list(self) -> None:
        """Puts the keyboard on the first row."""
        target: QWidget = self.rows[0] if self._shown else self.order
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def release(self) -> None:
        """Nobody is at work here any more: the queue is shown from its beginning, as it is now."""
        self._hold.stop()
        self._offset, self._shown = 0, []
        self.refresh()

    def refresh(self) -> None:
        """Shows the queue as it is; people already in a row keep it while the list is held."""
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        count = self._thanks.count
        givers = self._listed(count)
        self._shown = [giver.person.id for giver in givers]
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(givers))
            if place < len(givers):
                row.show_giver(givers[place])
        self.nothing.setVisible(not givers)
        self._show_words(count, len(givers))

    def _listed(self, count: int) -> list[Giver]:
        self._offset = max(0, min(self._offset, count - self._most))
        queue = self._thanks.first(self._offset + self._most + len(self._shown))
        if not self._hold.isActive():
            return list(queue[self._offset : self._offset + self._most])
        kept = [giver for who in self._shown if (giver := self._thanks.of(who)) is not None]
        ids = {giver.person.id for giver in kept}
        new = [giver for giver in queue[self._offset :] if giver.person.id not in ids]
        return (kept + new)[: self._most]

    def _show_words(self, count: int, rows: int) -> None:
        place = f"{self._offset + 1}–{self._offset + rows} of {count:,}" if self._offset else ""
        self.set_note(place or (f"{count:,} waiting" if count else ""))
        person = self._thanks.last_ticked
        self.nothing.setText(_ALL_DONE if person is not None else _NONE_YET)
        self._foot.setVisible(bool(count) or person is not None)
        words = _ORDERS[self._thanks.order]
        if self.order.text() != words:
            self.order.setText(words)
            self.order.updateGeometry()
        self.order.setAccessibleName(f"Order: {words.lower()}")
        self.order.setAccessibleDescription("Press for the other order")
        self.order.setVisible(bool(count))
        self.undo.setVisible(person is not None)
        self.done.setVisible(person is not None)
        if person is not None:
            name = person.shown_name or "Someone"
            self.done.setText(f"Thanked {name}")
            self.done.setAccessibleName(f"Last thanked: {name}")
            self.undo.setAccessibleName(f"Undo: {name} waits again")

    def _tick_row(self, row: ThankRow) -> None:
        if row.giver is not None:
            self._hold.start()
            self._tick(row.giver.person.id)

    def _tick(self, person_id: str) -> None:
        giver = self._thanks.of(person_id)
        if giver is not None:
            self._said((giver,), self._thanks.tick(person_id))

    def _said(self, givers: tuple[Giver, ...], ticked: bool) -> None:
        if ticked and givers:
            left = self._thanks.count
            self._announcer.say(f"Thanked {name_words(givers[0])}. {left:,} waiting.", at_once=True)

    def _walk(self, row: ThankRow, step: int) -> None:
        """The arrow keys: to the next row, and at the end the queue moves on."""
        place = self.rows.index(row) + step
        if 0 <= place < len(self._shown):
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._scroll(step)

    def _scroll(self, step: int) -> bool:
        """Moves the queue through the rows; False at its end."""
        offset = max(0, min(self._offset + step, self._thanks.count - self._most))
        if offset == self._offset:
            return False
        self._offset, self._shown = offset, []
        self._hold.start()
        self.refresh()
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = -1 if event.angleDelta().y() > 0 else 1
        if event.angleDelta().y() and self._scroll(step):
            event.accept()
        else:
            event.ignore()  # the column scrolls on

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not any(row.hasFocus() for row in self.rows):
            self.release()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.release()
