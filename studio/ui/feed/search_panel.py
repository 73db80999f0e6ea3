"""Looking for what was said and given in this LIVE: the line, the filter, what was found. GUI thread.

Enter looks at once, a pause in typing does, too; Down goes to what was found, Esc goes back to the feed.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.services.rows import FeedRow, FeedTab
from studio.services.search import Found, SearchKind, SearchService
from studio.services.tasks import Tasks
from studio.ui.feed.feed_view import FeedView
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select

_PAUSE_MS = 300
#: Rows found with which looking stops until the host wants older ones.
_ENOUGH = 30
_KIND_WIDTH = 132
_KINDS = {
    SearchKind.ALL: "Everything",
    SearchKind.COMMENTS: "Comments",
    SearchKind.GIFTS: "Gifts",
    SearchKind.QUESTIONS: "Questions",
}


class SearchPanel(QWidget):
    """``closed``: back to the feed. ``actions_wanted(FeedRow, QPoint)`` and ``answer_wanted(FeedRow)``: as of
    the feed's own view, for what was found.
    """

    closed = Signal()
    actions_wanted = Signal(object, QPoint)
    answer_wanted = Signal(object)

    def __init__(self, search: SearchService, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search, self._tasks = search, tasks
        self._asked = 0  # only the last question's answer is shown
        self._rows: tuple[FeedRow, ...] = ()
        self._before_seq = 0
        self.line = QLineEdit()
        self.line.setPlaceholderText("Words, names, gifts of this LIVE")
        self.line.setAccessibleName("Search in this LIVE")
        self.line.setClearButtonEnabled(True)
        self.line.setMaxLength(200)
        self.kind = Select("What to look through")
        for kind, words in _KINDS.items():
            self.kind.addItem(words, kind)
        self.kind.setFixedWidth(_KIND_WIDTH)
        self.count = Label("", Role.HINT)
        self.older = Button("Older", ButtonKind.LINK)
        self.close_it = Button("Close", ButtonKind.LINK)
        self.problem = ErrorLine()
        self.view = FeedView()
        self.view.setAccessibleName("What was found")
        self.empty = EmptyState("search", "Nothing found", "Other words, or fewer of them?")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.line, 1)
        head.addWidget(self.kind)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.older)
        foot.addWidget(self.close_it)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 2)
        top.setSpacing(4)
        top.addLayout(head)
        top.addLayout(foot)
        top.addWidget(self.problem)
        self._shown = QStackedWidget()
        self._shown.addWidget(self.view)
        self._shown.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._shown, 1)
        self.older.hide()
        self.line.textEdited.connect(lambda _text: self._pause.start())
        self.line.textChanged.connect(lambda text: self._pause.start() if not text else None)
        self.line.returnPressed.connect(self.look)
        self.kind.activated.connect(self.look)
        self.older.clicked.connect(self._look_on)
        self.close_it.clicked.connect(self.closed)
        self.problem.acted.connect(self.problem.clear)
        self._pause.timeout.connect(self.look)
        self.view.actions_wanted.connect(self.actions_wanted)
        self.view.answer_wanted.connect(self.answer_wanted)

    def begin(self) -> None:
        """The keyboard goes to the line; what was found last is looked for anew."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self.look()

    def look(self) -> None:
        """Looks for what stands in the line now."""
        self._ask(0)

    def _look_on(self) -> None:
        self._ask(self._before_seq)

    def _ask(self, before_seq: int) -> None:
        self._pause.stop()
        self.problem.clear()
        self._asked += 1
        self._tasks.start(self._answer(self._asked, before_seq), self.problem.show_problem)

    async def _answer(self, number: int, before_seq: int) -> None:
        """Goes on by itself until there is a screenful, or nothing older, or something else is asked."""
        text, kind = self.line.text(), self.kind.currentData()
        new = 0
        while True:
            found = await self._search.find(text, kind, before_seq)
            if number != self._asked:
                return
            self._rows = (*found.rows, *(self._rows if before_seq else ()))
            self._show(found)
            new, before_seq = new + len(found.rows), found.before_seq
            if not before_seq or new >= _ENOUGH:
                return

    def _show(self, found: Found) -> None:
        self._before_seq = found.before_seq
        self.view.load(FeedTab.ALL, list(self._rows))
        self.view.follow()
        number = len(self._rows)
        self.count.setText(f"{number:,} found" + (", and maybe more before" if found.before_seq else ""))
        self.older.setVisible(bool(found.before_seq))
        self._shown.setCurrentWidget(self.view if number else self.empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Down and self.line.hasFocus():
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
