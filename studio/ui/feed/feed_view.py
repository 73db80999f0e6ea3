"""The feed under the host's hands: keyboard, mouse, clipboard, screen reader. GUI thread.

Keys: Up, Down, Page Up, Page Down, Home, End walk the rows; Enter opens the row's actions; Right, Left and
Space open and fold comments that say the same; Ctrl+C copies; Esc goes back to following.
"""

from __future__ import annotations

import html
import math

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from studio.services.comment_fold import alone
from studio.services.rows import FeedChange, FeedRow
from studio.ui.feed.announcer import Announcer
from studio.ui.feed.feed_canvas import FeedCanvas
from studio.ui.feed.speech import copied, spoken, spoken_each, tip

#: What a key makes of a folded comment: open, folded, or the other of both.
_UNFOLD = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False, Qt.Key.Key_Space: None}
#: So long after its last movement a mouse over the feed holds nothing any more.
_HANDS_MS = 5_000
#: Focus that comes back by itself: the row keeps the keyboard.
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class FeedView(FeedCanvas):
    """Signals: ``actions_wanted(FeedRow, QPoint)`` open the row's menu at a point of the screen;
    ``answer_wanted(FeedRow)``, ``retry_wanted(FeedRow)``: the words on the row were pressed;
    ``person_wanted(FeedRow, QPoint)``: the portrait was, at a point of the screen.
    """

    actions_wanted = Signal(object, QPoint)
    answer_wanted = Signal(object)
    person_wanted = Signal(object, QPoint)
    retry_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.announcer = Announcer(self)
        self._pressed: int | None = None
        self._hands = QTimer(self)
        self._hands.setSingleShot(True)
        self._hands.setInterval(_HANDS_MS)
        self._hands.timeout.connect(self._let_go)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Feed")
        self.setAccessibleDescription(
            "Up and Down walk the rows, Enter opens a row's actions, Right shows who wrote the same, "
            "Escape follows the newest."
        )

    def apply(self, change: FeedChange) -> None:
        grown = self._grown(change) if change.tab is self.tab else []
        super().apply(change)
        if change.tab is self.tab:
            self.announcer.note([*change.appended, *grown])

    def _grown(self, change: FeedChange) -> list[FeedRow]:
        """Comments that rows in this tab took in since they were last told, for the announcer's counts."""
        known = [(row, self.page.get(row.key)) for row in change.updated if row.folded]
        more = [(row, row.count - max(1, was.count)) for row, was in known if was is not None]
        return [replace(row, count=count) for row, count in more if count > 0]

    @property
    def current_row(self) -> FeedRow | None:
        """The row that has the keyboard."""
        serial = self.page.current_serial
        return None if serial is None else self.page.stack.row(serial)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            self.copy(row)
        elif event.key() == Qt.Key.Key_Escape and (row is not None or not self.following):
            self.follow()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu) and row is not None:
            self._open_actions(row)
        elif row is not None and row.folded and event.key() in _UNFOLD:
            wanted = _UNFOLD[Qt.Key(event.key())]
            self.toggle_unfolded(row, not row.unfolded if wanted is None else wanted)
        elif (serial := self._target(event.key())) is not None:
            self._make_current(serial)
        else:
            super(FeedCanvas, self).keyPressEvent(event)
            event.ignore()
            return
        event.accept()

    def _target(self, key: int) -> int | None:
        """The row that a key leads to; None when the key leads nowhere."""
        stack = self.page.stack
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key), 0)
        page = max(1, len(self.in_view) - 2)
        step = {Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}.get(Qt.Key(key), step)
        if not len(stack):
            return None
        first, last = stack.first_serial, stack.end_serial - 1
        if key == Qt.Key.Key_Home:
            return first
        if key == Qt.Key.Key_End:
            return last
        if not step:
            return None
        current = self.page.current_serial
        if current is None:  # start from what is in view
            shown = [serial for serial, top in self.in_view if top >= 0] or [last]
            return shown[-1] if step < 0 else shown[0]
        return min(last, max(first, current + step))

    def _make_current(self, serial: int) -> None:
        height = self.viewport().height()
        self.page.position.hold(height)
        self.page.current = self.page.stack.row(serial).key
        self.page.position.show(serial, height)
        self.settle()
        self.announcer.say(spoken(self.page.stack.row(serial)), at_once=True)

    def _open_actions(self, row: FeedRow) -> None:
        box = self.box_of(row.key)
        inside = QPoint(60, round(box.center().y())) if box is not None else QPoint(60, 20)
        self.actions_wanted.emit(row, self.viewport().mapToGlobal(inside))

    def toggle_unfolded(self, row: FeedRow, wanted: bool) -> None:
        """Shows each comment of a folded row, or folds them again, and says so."""
        if self.unfold(row.key, wanted):
            self.announcer.say(spoken_each(row) if wanted else spoken(row), at_once=True)

    def toggle_newest(self) -> None:
        """Opens or folds the row that has the keyboard, or else the newest folded one in view."""
        in_view = [self.page.stack.row(serial) for serial, _ in self.in_view]
        folded = [row for row in (*in_view, self.current_row) if row is not None and row.folded]
        if folded:
            self.toggle_unfolded(folded[-1], not folded[-1].unfolded)
        else:
            self.announcer.say("No comment in view was said more than once.", at_once=True)

    def copy(self, row: FeedRow) -> None:
        """Puts what the row says on the clipboard."""
        QGuiApplication.clipboard().setText(copied(row))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in _PASSING and self.page.current is not None:
            self.page.current = None
            self.page.position.pinned_down = False
            self.settle()
        super().focusOutEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hold_for_mouse()
        self._hover(event.position().toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._hands.isActive():  # from here on the host scrolls: no leaving of the mouse ends that
            self._hands.stop()
            self.page.position.pinned_down = False
        super().wheelEvent(event)

    def _hold_for_mouse(self) -> None:
        """Nothing moves under a mouse that moves: what comes meanwhile is counted below."""
        if self.following and len(self.page.stack):
            self.page.position.hold(self.viewport().height())
            self._hands.start()
        elif self._hands.isActive():
            self._hands.start()

    def _let_go(self) -> None:
        """The mouse has gone or rests: back to the newest, unless a row has the keyboard."""
        self._hands.stop()
        if self.page.current is None:
            self.follow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint().y())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._part_at(row, event.position().toPoint()):
            self._pressed = row.key
        elif self.page.current is not None:
            self.page.current = None
            self.page.position.pinned_down = False
            self.settle()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pressed and let go on the same words, as with any button: rows move meanwhile."""
        row = self.row_at(event.position().toPoint().y())
        pressed, self._pressed = self._pressed, None
        event.accept()
        if row is None or row.key != pressed:
            return
        match self._part_at(row, event.position().toPoint()):
            case "answer":
                self.answer_wanted.emit(row)
            case "retry":
                self.retry_wanted.emit(row)
            case "unfold":
                self.toggle_unfolded(row, not row.unfolded)
            case part if part.startswith("said:"):
                one = row.said[int(part.removeprefix("said:"))]
                self.actions_wanted.emit(alone(row, one), event.globalPosition().toPoint())
            case "person":
                self.person_wanted.emit(row, event.globalPosition().toPoint())
            case "more":
                self.actions_wanted.emit(row, event.globalPosition().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            return  # keyPressEvent has opened it
        row = self.row_at(self.viewport().mapFromGlobal(event.globalPos()).y())
        if row is not None:
            self.actions_wanted.emit(row, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(None, "")
            if self._hands.isActive():
                self._let_go()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())
            # Qt would take a name like "<b>" for markup.
            words = html.escape(tip(row)) if row is not None else ""
            QToolTip.showText(event.globalPos(), f"<span>{words}</span>" if words else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def _hover(self, at: QPoint) -> None:
        row = self.row_at(at.y())
        self._set_hovered(row.key if row is not None else None, self._part_at(row, at) if row else "")

    def _set_hovered(self, key: int | None, part: str) -> None:
        if (key, part) == (self._hovered, self._hot_part):
            return
        self._hovered, self._hot_part = key, part
        shape = Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    def _part_at(self, row: FeedRow, at: QPoint) -> str:
        """Which part lies there, by its action's name: "answer", "retry", "unfold", "said:0"..., "person" for
        the portrait, or "more" for the dots. A folded comment opens wherever else it
        is pressed. Empty for none.
        """
        box, drawing = self.box_of(row.key), self._cache.get(row)
        if box is None:
            return ""
        spot = at.toPointF() - QPointF(0, box.top())
        if drawing.more is not None and drawing.more.contains(spot):
            return "more"
        actions = [drawing.action, *drawing.parts] if drawing.action is not None else drawing.parts
        if drawing.portrait is not None and row.person is not None and row.person.id:
            away = spot - drawing.portrait.center
            if math.hypot(away.x(), away.y()) <= drawing.portrait.radius:
                return "person"
        named = next((action.name for action in actions if action.rect.contains(spot)), "")
        return named or ("unfold" if row.folded and drawing.area.contains(spot) else "")
