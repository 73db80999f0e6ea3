"""The Moderation tab: what waits, the rules, the log, who helps, who is blocked. GUI thread."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.services.studio import Services
from studio.ui.feed.announcer import Announcer
from studio.ui.feed.tab_bar import TabButton
from studio.ui.moderation.blocked_page import BlockedPage
from studio.ui.moderation.log_page import LogPage
from studio.ui.moderation.moderators_page import ModeratorsPage
from studio.ui.moderation.rules_page import RulesPage
from studio.ui.moderation.waiting_page import WaitingPage
from studio.ui.widgets.error_line import ErrorLine

_PROBLEM_MS = 12_000


class Page(Enum):
    """What the tab shows."""

    WAITING = "Waiting"
    RULES = "Rules"
    LOG = "Log"
    MODERATORS = "Moderators"
    BLOCKED = "Blocked"


class ModerationPanel(QWidget):
    """Shows ``services.moderation`` and lets the host decide, rule and take back."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation = services.moderation
        self.waiting = WaitingPage(services.moderation)
        self.rules = RulesPage(services.moderation, services.tasks)
        self.log = LogPage(services.moderation)
        self.moderators = ModeratorsPage(services.moderation)
        self.blocked = BlockedPage(services.moderation, services.tasks)
        self.buttons = {page: TabButton(page.value) for page in Page}
        self.problem = ErrorLine()
        self._pages = QStackedWidget()
        self._announcer = Announcer(self)
        self._waited = 0
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_PROBLEM_MS)
        self._build()
        self._calm.timeout.connect(self.problem.clear)
        self.problem.acted.connect(self.problem.clear)
        services.moderation.changed.connect(self._count)
        services.moderation.failed.connect(self._failed)
        self._count()

    def _build(self) -> None:
        head = QWidget()
        head.setAccessibleName("What the Moderation tab shows")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 8, 12, 0)
        row.setSpacing(3)
        for page, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, page=page: self.show_page(page))
            row.addWidget(button)
        row.addStretch(1)
        self.buttons[Page.WAITING].setChecked(True)
        for widget in (self.waiting, self.rules, self.log, self.moderators, self.blocked):
            self._pages.addWidget(widget)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)

    def show_page(self, page: Page) -> None:
        self.buttons[page].setChecked(True)
        self._pages.setCurrentIndex(list(Page).index(page))

    def focus_first(self) -> None:
        """The keyboard goes to what waits, or to the tab's own buttons."""
        self.show_page(Page.WAITING)
        if self._moderation.waiting:
            self.waiting.focus_first()
        else:
            self.buttons[Page.WAITING].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _count(self) -> None:
        waiting = len(self._moderation.waiting)
        self.buttons[Page.WAITING].set_count(waiting)
        if waiting and not self._waited:  # who cannot see the number hears when there begins to be one
            self._announcer.say("A comment waits for you." if waiting == 1 else f"{waiting:,} comments wait.")
        self._waited = waiting

    def _failed(self, sentence: str) -> None:
        self.problem.show_problem(sentence, "Dismiss")
        self._calm.start()
