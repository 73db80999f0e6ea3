"""The form of the next LIVE: title, topic, goal, and where it goes. GUI thread; services and model only."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.room import CommentAccess, Commenters
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.studio import Services
from studio.ui.feed.access_button import WORDS
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

_MAX_GOAL = 10_000_000
_COPIED_MS = 1_600
#: Digits, with or without a mark between the thousands, as people write and paste them.
_WHOLE = re.compile(r"\d+|\d{1,3}(?:([.,\s'’_])\d{3})(?:\1\d{3})*")


def whole_number(text: str) -> int | None:
    """``"50,000"`` -> 50000, an empty text -> 0; None when it is not a whole number."""
    if not text:
        return 0
    if _WHOLE.fullmatch(text) is None:
        return None
    return int("".join(mark for mark in text if mark.isdecimal()))


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
        self.goal_title = TextField(
            "Goal", limit=limits.goal_title_max, hint="optional", placeholder="What are you collecting for?"
        )
        self.goal_title.set_text(saved.goal_title)
        self.goal_diamonds = TextField("Diamonds", placeholder="50,000")
        self.goal_diamonds.line.setMaxLength(24)
        self.goal_diamonds.line.editingFinished.connect(self._group_digits)
        if saved.goal_diamonds:
            self.goal_diamonds.set_text(f"{saved.goal_diamonds:,}")
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
        goal_title, diamonds = self.goal_title.text, whole_number(self.goal_diamonds.text)
        if not self.title.text:
            self.title.set_error("Give the LIVE a title: followers read it in their notification")
        if diamonds is None:
            self.goal_diamonds.set_error("A whole number")
        elif diamonds > _MAX_GOAL:
            self.goal_diamonds.set_error(f"{_MAX_GOAL:,} at most")
        elif bool(goal_title) != bool(diamonds):
            missing = "How many diamonds?" if goal_title else "What is the goal?"
            (self.goal_diamonds if goal_title else self.goal_title).set_error(missing)
        for field in (self.title, self.goal_title, self.goal_diamonds):
            if field.error or not field.valid:
                field.line.setFocus()
                return None
        assert diamonds is not None  # else its field had an error
        topic, who = self.topic.currentText(), Commenters(self.commenters.currentData())
        self._services.profile.update(
            last_title=self.title.text,
            last_topic=topic,
            goal_title=goal_title,
            goal_diamonds=diamonds,
            commenters=who.value,
        )
        return LiveSetup(self.title.text, topic, goal_title, diamonds, CommentAccess(who=who))

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

    def _group_digits(self) -> None:
        if number := whole_number(self.goal_diamonds.text):
            self.goal_diamonds.set_text(f"{number:,}")

    def _fill_topics(self, topics: tuple[str, ...]) -> None:
        if [self.topic.itemText(i) for i in range(self.topic.count())] == list(topics):
            return
        chosen = self.topic.currentText() or self._services.profile.saved.last_topic
        self.topic.clear()
        self.topic.addItems(list(topics))
        self.topic.setCurrentIndex(max(0, self.topic.findText(chosen)))
