"""The Questions tab: the order, the queue, undo, and why it is empty. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from studio.model.question import Question, QuestionState
from studio.model.text import clean_line, cut_to, isolate
from studio.services.questions import QuestionOrder
from studio.services.studio import Services
from studio.ui.feed.row_menu import open_row_menu, row_actions
from studio.ui.feed.tab_bar import TabButton
from studio.ui.questions.question_card import row_of
from studio.ui.questions.question_list import QuestionList, copy
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.error_line import ErrorLine

#: Cards in the list; who is further down has few votes and comes up when others are answered.
_WAITING_SHOWN, _ANSWERED_SHOWN = 100, 20
_UNDO_MS = 15_000
_UNDO_WORDS = 48
_ORDERS = {QuestionOrder.VOTES: "Most votes", QuestionOrder.AGE: "Oldest first"}


class QuestionPanel(QWidget):
    """Shows ``services.questions`` and lets the host work through them."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._questions = services, services.questions
        self.list = QuestionList()
        self.empty = EmptyState(
            "question",
            "No questions yet",
            "What viewers ask you is collected here with their votes. Take one up, and it lies over your "
            "picture until it is answered.",
        )
        self.orders = {order: TabButton(words) for order, words in _ORDERS.items()}
        self.next = Button("Answer next", ButtonKind.COMPACT, "question")
        self.undo = ErrorLine()
        self.menu: QMenu | None = None
        self._offered = ""
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_UNDO_MS)
        self._calm.timeout.connect(self.undo.clear)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        chosen = QWidget()
        chosen.setAccessibleName("Order of the questions")
        orders = QHBoxLayout(chosen)
        orders.setContentsMargins(0, 0, 0, 0)
        orders.setSpacing(3)
        for button in self.orders.values():
            orders.addWidget(button)
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 12, 4)
        head.addWidget(chosen)
        head.addStretch(1)
        head.addWidget(self.next)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 0)
        foot.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        questions = self._questions
        questions.changed.connect(self._show)
        self.list.let_go.connect(self._show)
        self.list.answer_wanted.connect(self._answer)
        self.list.dismiss_wanted.connect(lambda question: questions.dismiss(question.question_id))
        self.list.back_wanted.connect(lambda question: questions.put_back(question.question_id))
        self.list.undo_wanted.connect(questions.undo)
        self.list.copy_wanted.connect(lambda question: copy(question.text))
        self.list.menu_wanted.connect(self._open_menu)
        self.undo.acted.connect(questions.undo)
        self.next.clicked.connect(questions.take_next)
        for order, button in self.orders.items():
            button.clicked.connect(lambda _checked=False, order=order: questions.set_order(order))

    def _answer(self, question: Question) -> None:
        if question.state is QuestionState.ANSWERING:
            self._questions.finish()
        else:
            self._questions.take_up(question.question_id)

    def _open_menu(self, question: Question, at: QPoint) -> None:
        row = row_of(question)
        actions = row_actions(
            row, self._services.live, lambda row: copy(row.text), moderation=self._services.moderation
        )
        self.menu = open_row_menu(self, row, actions, at)

    def _show(self) -> None:
        questions = self._questions
        self.orders[questions.order].setChecked(True)
        now, waiting = questions.answering, questions.waiting[:_WAITING_SHOWN]
        if self.list.held:
            waiting = self._as_they_were(waiting)
        shown = [*([now] if now is not None else []), *waiting, *questions.answered[:_ANSWERED_SHOWN]]
        self.list.show_questions(shown)
        self._stack.setCurrentWidget(self.list if shown else self.empty)
        self.next.setEnabled(bool(waiting) or now is not None)
        self.next.setText("Answer next" if waiting or now is None else "Done")
        self.next.setAccessibleName(self.next.text())
        self.next.updateGeometry()
        self._offer_undo()

    def _as_they_were(self, waiting: Sequence[Question]) -> list[Question]:
        """``waiting`` in the order on screen, the new ones at the end."""
        places = self.list.questions.places()
        return sorted(waiting, key=lambda one: places.get(one.question_id, len(places)))

    def _offer_undo(self) -> None:
        question = self._questions.undoable
        wanted = question.question_id if question is not None else ""
        if wanted == self._offered:
            return
        self._offered = wanted
        if question is None:
            self.undo.clear()
            return
        words = cut_to(clean_line(question.text), _UNDO_WORDS)
        self.undo.show_problem(f"Dismissed: {isolate(words)}", "Undo", "violet")
        self._calm.start()

    def focus_first(self) -> None:
        """The keyboard goes to the first question."""
        if self.list.current is None:
            self.list.setCurrentIndex(self.list.questions.index(0))
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
