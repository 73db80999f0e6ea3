"""The form of the next LIVE: title, topic, goal, and where it goes. GUI thread; services and model only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup
from studio.services.studio import Services
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_MAX_GOAL = 10_000_000


class ReadyForm(QWidget):
    """``submitted``: Enter in a field. What was typed last time is there again."""

    submitted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        saved, limits = services.profile.saved, services.live.limits
        self._notice = Label("", Role.SECOND, wrap=True)
        self.title = TextField("Title", limit=limits.title_max, placeholder="What is this LIVE about?")
        self.title.set_text(saved.last_title)
        self.topic = Select("Topic")
        self.goal_title = TextField(
            "Goal", limit=limits.goal_title_max, hint="optional", placeholder="What are you collecting for?"
        )
        self.goal_title.set_text(saved.goal_title)
        self.goal_diamonds = TextField("Diamonds", placeholder="50000")
        self.goal_diamonds.line.setValidator(QIntValidator(0, _MAX_GOAL, self))
        if saved.goal_diamonds:
            self.goal_diamonds.set_text(str(saved.goal_diamonds))
        self.problem = ErrorLine()
        self._backend_name = ElidedLabel("", Role.STRONG)
        self._backend_words = ElidedLabel("", Role.HINT)
        self._build()
        for field in (self.title, self.goal_title, self.goal_diamonds):
            field.submitted.connect(self.submitted)
            field.edited.connect(self.problem.clear)
        services.live.changed.connect(self.refresh)
        services.account.changed.connect(self.refresh)
        services.link.changed.connect(self.refresh)
        services.live.failed.connect(self.problem.show_problem)
        self.refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(36, 30, 36, 28)
        column.setSpacing(15)
        head = QVBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label("Ready when you are", Role.TITLE))
        head.addWidget(self._notice)
        column.addLayout(head)
        column.addSpacing(8)
        column.addWidget(self.title)
        column.addWidget(Field("Topic", self.topic))
        goal = QHBoxLayout()
        goal.setSpacing(10)
        goal.addWidget(self.goal_title, 3, Qt.AlignmentFlag.AlignTop)
        goal.addWidget(self.goal_diamonds, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(goal)
        where = Card("Where it goes", "Encoded once, sent to all")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._backend_name)
        row.addWidget(self._backend_words, 1)
        where.body.addLayout(row)
        column.addWidget(where)
        column.addWidget(self.problem)
        column.addStretch(1)

    def setup(self) -> LiveSetup | None:
        """What was typed, remembered for next time; None when something is wrong, which is then marked."""
        goal_title, diamonds = self.goal_title.text, int(self.goal_diamonds.text or "0")
        if not self.title.text:
            self.title.set_error("Give the LIVE a title: followers read it in their notification")
        if bool(goal_title) != bool(diamonds):
            missing = "How many diamonds?" if goal_title else "What is the goal?"
            (self.goal_diamonds if goal_title else self.goal_title).set_error(missing)
        for field in (self.title, self.goal_title, self.goal_diamonds):
            if field.error or not field.valid:
                field.line.setFocus()
                return None
        topic = self.topic.currentText()
        self._services.profile.update(
            last_title=self.title.text, last_topic=topic, goal_title=goal_title, goal_diamonds=diamonds
        )
        return LiveSetup(self.title.text, topic, goal_title, diamonds)

    def refresh(self) -> None:
        """Shows what the services know now; what was typed stays."""
        services = self._services
        count = services.account.followers
        people = "follower" if count == 1 else "followers"
        self._notice.setText(
            f"{count:,} {people} will be notified when you go live."
            if count
            else "Viewers find you in the live list; nobody follows you yet."
        )
        self.title.set_limit(services.live.limits.title_max)
        self._fill_topics(services.live.topics)
        address = services.link.address
        local = services.account.backend == THIS_COMPUTER
        self._backend_name.setText("This computer" if local else "Reference backend")
        rate = f"{services.broadcast.bit_rate_kbps / 1000:.1f} Mb/s"
        self._backend_words.setText(f"{address.origin} · {rate}" if address else "not connected")

    def _fill_topics(self, topics: tuple[str, ...]) -> None:
        if [self.topic.itemText(i) for i in range(self.topic.count())] == list(topics):
            return
        chosen = self.topic.currentText() or self._services.profile.saved.last_topic
        self.topic.clear()
        self.topic.addItems(list(topics))
        self.topic.setCurrentIndex(max(0, self.topic.findText(chosen)))
