"""The queue under the host's hands: mouse, keyboard, screen reader. GUI thread.

Keys: Up and Down walk, Enter takes a question up or is done with it, Delete dismisses, Backspace puts back,
Ctrl+Z undoes a dismissal, Ctrl+C copies, the menu key opens the row's actions.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from studio.model.question import Question, QuestionState
from studio.ui import theme
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.questions.question_card import QuestionCard, compose_card, measure_card, paint_card, spoken_age
from studio.ui.questions.question_model import QuestionModel
from studio.ui.widgets.paint import focus_ring

#: As long as the host's hands were on the list within it, nothing changes places under them.
_HANDS_MS = 4_000
#: Composed cards kept: a few screens of them.
_KEPT = 300
_Index = QModelIndex | QPersistentModelIndex


class _Cards(QStyledItemDelegate):
    """Composes the cards that are seen; of the others it only knows how tall they are, which votes do not
    change: a storm of votes must not lay out the whole queue again.
    """

    def __init__(self, view: QuestionList) -> None:
        super().__init__(view)
        self._view = view
        self._made: dict[str, tuple[Question, QuestionCard]] = {}
        self._heights: dict[tuple[str, QuestionState], int] = {}
        self._style: FeedStyle | None = None

    def forget(self) -> None:
        """Another look, or another width."""
        self._made.clear()
        self._heights.clear()
        self._style = None

    def _look(self) -> FeedStyle:
        self._style = self._style or FeedStyle.current(self._view.devicePixelRatioF())
        return self._style

    def card(self, question: Question) -> QuestionCard:
        known = self._made.get(question.question_id)
        if known is None or known[0] != question:
            if len(self._made) > _KEPT:
                self._made.clear()
            width = float(self._view.viewport().width())
            known = question, compose_card(question, width, self._look())
            self._made[question.question_id] = known
        return known[1]

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        question = self._view.questions.question(index.row())
        if question is None:
            return QSize(0, 0)
        key = question.question_id, question.state
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) > 10 * _KEPT:
                self._heights.clear()
            width = float(self._view.viewport().width())
            height = self._heights[key] = measure_card(question, width, self._look())
        return QSize(0, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        question = self._view.questions.question(index.row())
        if question is None:
            return
        card, rect = self.card(question), option.rect
        hovered, hot = self._view.touch(question.question_id)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(rect)
        paint_card(painter, card, rect.top(), hovered=hovered, hot=hot)
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            focus_ring(painter, card.drawing.boxes[0].rect.translated(0, rect.top()), 10)
        painter.restore()


class QuestionList(QListView):
    """Signals with the question: ``answer_wanted`` (take it up, or be done), ``dismiss_wanted``,
    ``back_wanted``, ``copy_wanted``, ``menu_wanted(Question, QPoint)``. ``undo_wanted``; ``let_go``: the
    hands have left the list.
    """

    answer_wanted = Signal(object)
    dismiss_wanted = Signal(object)
    back_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)
    copy_wanted = Signal(object)
    undo_wanted = Signal()
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.questions = QuestionModel()
        self._touched = ("", "")
        self._pressed = ("", "")
        self._hands = QTimer(self)
        self._hands.setSingleShot(True)
        self._hands.setInterval(_HANDS_MS)
        self._hands.timeout.connect(self.let_go)
        self.setModel(self.questions)
        self._cards = _Cards(self)
        self.setItemDelegate(self._cards)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Questions")
        self.setAccessibleDescription(
            "Enter takes a question up and is done with it, Delete dismisses, Backspace puts back, "
            "Control Z undoes a dismissal."
        )
        theme.notifier.changed.connect(self._restyle)

    @property
    def held(self) -> bool:
        """Whether the host's hands are on the list: then nothing changes places."""
        return self._hands.isActive()

    @property
    def current(self) -> Question | None:
        """The question that has the keyboard."""
        return self.questions.question(self.currentIndex().row())

    def show_questions(self, questions: Sequence[Question]) -> None:
        """The queue as it is now, in its order."""
        at = self.verticalScrollBar().value()
        self.questions.show(questions)
        self.verticalScrollBar().setValue(at)

    def touch(self, question_id: str) -> tuple[bool, str]:
        """Whether the mouse is on that question, and on which of its actions."""
        return self._touched[0] == question_id, self._touched[1] if self._touched[0] == question_id else ""

    def _restyle(self) -> None:
        self._cards.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _part_at(self, at: QPoint) -> tuple[str, str]:
        index = self.indexAt(at)
        question = self.questions.question(index.row())
        if question is None:
            return "", ""
        spot = QPointF(at) - QPointF(0, self.visualRect(index).top())
        return question.question_id, self._cards.card(question).part_at(spot)

    def _set_touched(self, touched: tuple[str, str]) -> None:
        if touched != self._touched:
            self._touched = touched
            shape = Qt.CursorShape.PointingHandCursor if touched[1] else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hands.start()
        self._set_touched(self._part_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hands.start()
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._part_at(event.position().toPoint())
            self.setCurrentIndex(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pressed and let go on the same words, as with any button."""
        pressed, self._pressed = self._pressed, ("", "")
        if pressed[1] and pressed == self._part_at(event.position().toPoint()):
            self._act(pressed[1], self.questions.question(self.questions.places().get(pressed[0], -1)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _act(self, part: str, question: Question | None) -> None:
        signals = {"answer": self.answer_wanted, "dismiss": self.dismiss_wanted, "back": self.back_wanted}
        if question is not None:
            signals[part].emit(question)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._hands.start()
        question = self.current
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif question is None:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit(question)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act("back" if question.state is QuestionState.ANSWERED else "answer", question)
        elif event.key() == Qt.Key.Key_Delete:
            self._act("dismiss", question)
        elif event.key() == Qt.Key.Key_Backspace:
            self._act("back", question)
        elif event.key() == Qt.Key.Key_Menu:
            corner = self.visualRect(self.currentIndex()).center()
            self.menu_wanted.emit(question, self.viewport().mapToGlobal(corner))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        question = self.questions.question(
            self.indexAt(self.viewport().mapFromGlobal(event.globalPos())).row()
        )
        if event.reason() != QContextMenuEvent.Reason.Keyboard and question is not None:
            self.menu_wanted.emit(question, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_touched(("", ""))
            self._hands.stop()
            self.let_go.emit()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            question = self.questions.question(self.indexAt(event.pos()).row())
            words = html.escape(spoken_age(question)) if question is not None else ""
            QToolTip.showText(event.globalPos(), f"<span>{words}</span>" if words else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._cards.forget()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().bg)
        painter.end()
        super().paintEvent(event)


def copy(text: str) -> None:
    """Puts a question on the clipboard."""
    QGuiApplication.clipboard().setText(text)
