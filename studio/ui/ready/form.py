"""The form of the next LIVE: title, topic, goal, and where it goes. GUI thread; services and model only."""

from __future__ import annotations

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.room import CommentAccess, Commenters
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.studio import Services
from studio.ui.feed.access_button import WORDS
from studio.ui.goal.fields import GoalFields
from studio.ui.outputs.output_list import OutputList
from studio.ui.recording.settings import RecordingSettings
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_COPIED_MS = 1_600


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
        self.commenters = Select("Who can comment")
        for who, words in WORDS.items():
            self.commenters.addItem(words, who.value)
        self.choose_commenters(Commenters(saved.commenters))
        self.goal = GoalFields(services.feed.catalogue, limits.goal_title_max)
        self.goal.show_wish(saved.goal)
        self.problem = ErrorLine()
        self._backend_name = ElidedLabel("", Role.STRONG)
        self._backend_words = ElidedLabel("", Role.HINT)
        self._viewers_words = ElidedLabel("", Role.SECOND)
        self.copy = Button("Copy", ButtonKind.LINK)
        self.copy.setAccessibleName("Copy the viewers' address")
        self.copy.clicked.connect(self.copy_address)
        self.open = Button("Open", ButtonKind.LINK)
        self.open.setAccessibleName("Open the viewers' page in the browser")
        self.open.clicked.connect(self.open_page)
        broadcast = services.broadcast
        settings, tasks = broadcast.outputs.settings, services.tasks
        self.outputs = OutputList(settings, tasks, lambda: broadcast.recording_kbps)
        broadcast.video.changed.connect(self.refresh)
        broadcast.video.changed.connect(self.outputs.refresh)
        self.recording = RecordingSettings(broadcast.outputs.settings, services.films)
        self._copied = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._copied.timeout.connect(lambda: self._name_copy("Copy"))
        self._build()
        for part in (self.title, self.goal):
            part.submitted.connect(self.submitted)
            part.edited.connect(self.problem.clear)
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
        column.addWidget(self.goal)
        column.addWidget(Field("Who can comment", self.commenters))
        where = Card("Where it goes", "Encoded once, sent to all")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._backend_name)
        row.addWidget(self._backend_words, 1)
        where.body.addLayout(row)
        watch = QHBoxLayout()
        watch.setSpacing(12)
        watch.addWidget(self._viewers_words, 1)
        watch.addWidget(self.copy)
        watch.addWidget(self.open)
        where.body.addLayout(watch)
        where.body.addWidget(self.outputs)
        column.addWidget(where)
        column.addWidget(self.recording)
        column.addWidget(self.problem)
        column.addStretch(1)

    def setup(self) -> LiveSetup | None:
        """What was typed, remembered for next time; None when something is wrong, which is then marked."""
        if not self.title.text:
            self.title.set_error("Give the LIVE a title: followers read it in their notification")
        if self.title.error or not self.title.valid:
            self.title.line.setFocus()
            return None
        goal = self.goal.wish()
        if goal is None:
            return None
        topic, who = self.topic.currentText(), Commenters(self.commenters.currentData())
        self._services.profile.update(
            last_title=self.title.text,
            last_topic=topic,
            goal=goal,
            commenters=who.value,
        )
        return LiveSetup(self.title.text, topic, goal, CommentAccess(who=who))

    def choose_commenters(self, who: Commenters) -> None:
        """Who can comment in the next LIVE."""
        self.commenters.setCurrentIndex(list(WORDS).index(who))

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
        self._viewers_words.setText(f"Viewers watch at {address.web}" if address else "")
        for button in (self.copy, self.open):
            button.setVisible(address is not None)

    def copy_address(self) -> None:
        """Puts the address of the viewers' page on the clipboard, of the LIVE itself while there is one."""
        if page := self._page():
            QGuiApplication.clipboard().setText(page)
            self._name_copy("Copied")
            self._copied.start()

    def open_page(self) -> None:
        """Shows the viewers' page in the browser."""
        if page := self._page():
            QDesktopServices.openUrl(QUrl(page))

    def _page(self) -> str:
        address, room = self._services.link.address, self._services.live.room
        if address is None:
            return ""
        on_air = room is not None and self._services.live.phase is Phase.LIVE
        return f"{address.web}room/{room.room_id}" if room is not None and on_air else address.web

    def _name_copy(self, words: str) -> None:
        self.copy.setText(words)
        self.copy.updateGeometry()

    def _fill_topics(self, topics: tuple[str, ...]) -> None:
        if [self.topic.itemText(i) for i in range(self.topic.count())] == list(topics):
            return
        chosen = self.topic.currentText() or self._services.profile.saved.last_topic
        self.topic.clear()
        self.topic.addItems(list(topics))
        self.topic.setCurrentIndex(max(0, self.topic.findText(chosen)))
