"""The middle of the Live screen: tabs, pinned comment, feed, error line, comment box. GUI thread.

Wires the services to the widgets; draws nothing but the line under the tabs.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from studio.services.live import Phase
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowState
from studio.services.soon import Soon
from studio.services.studio import Services
from studio.ui.activities.start_button import StartButton
from studio.ui.activities.strip import ActivityStrip
from studio.ui.feed.access_button import AccessButton
from studio.ui.feed.comment_box import CommentBox
from studio.ui.feed.earlier_loader import EarlierLoader
from studio.ui.feed.feed_stage import FeedStage
from studio.ui.feed.feed_view import FeedView
from studio.ui.feed.mentions_bar import MentionsBar
from studio.ui.feed.pinned_strip import PinnedStrip
from studio.ui.feed.row_menu import RowAction, each_of, in_menu, open_row_menu, row_actions
from studio.ui.feed.search_panel import SearchPanel
from studio.ui.feed.speech import name_of
from studio.ui.feed.tab_bar import TabBar
from studio.ui.moderation.moderation_panel import ModerationPanel, Page
from studio.ui.moderation.reason_card import ReasonCard
from studio.ui.people.card import PersonCard
from studio.ui.questions.question_panel import QuestionPanel
from studio.ui.speech.card import SpeechCard
from studio.ui.theme.theme import Theme
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.pill import Pill

_HEADER = 49
_SIDE = 12
#: Narrower than this the tabs need the pill's room.
_PILL_FROM = 410
#: Narrower than this only the icon says who can comment.
_ACCESS_WORDS_FROM = 540
#: How often the tabs' counts change: each paints the head of the feed once more.
_COUNTS_MS = 200
_RATE_MS = 1_000
#: At most this part of the height is for what runs beside the talk.
_ACTIVITIES_SHARE = 0.4
_PROBLEM_MS = 12_000

_REASONS = {
    Phase.SIGNED_OUT: "Sign in and go LIVE to write to your viewers",
    Phase.READY: "You can write once you are LIVE",
    Phase.OPENING: "Going LIVE…",
    Phase.ENDING: "The LIVE is ending",
    Phase.SUMMARY: "The LIVE has ended",
}


class FeedPanel(QWidget):
    """Shows ``services.feed`` and lets the host act on it through ``services.live``."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._theme = theme
        self.tabs = TabBar()
        self.access = AccessButton(services.live)
        self.rate = Pill()
        self.pinned = PinnedStrip()
        self.stage = FeedStage()
        self.questions = QuestionPanel(services)
        self.moderation = ModerationPanel(services)
        self.search = SearchPanel(services.search, services.tasks)
        self.earlier = EarlierLoader(services.earlier, services.tasks, self.stage.view)
        self.mentions = MentionsBar(services.mentions)
        self.mentions.hide()
        self._shown = QStackedWidget()
        self.problem = ErrorLine()
        self.box = CommentBox(services.live.limits.comment_max)
        self.start = StartButton(services.activities, services.live, services.feed.catalogue)
        self.activities = ActivityStrip(services.activities)
        self.menu: QMenu | None = None
        self.person: PersonCard | None = None
        self.reason: ReasonCard | None = None
        self.speech: SpeechCard | None = None
        self._build()
        self._connect()
        for tab in FeedTab:
            self.view.load(tab, list(services.feed.rows(tab)), services.feed.moving(tab))
        self._live_changed()
        self._show_rate()
        self._show_questions_count()
        self._show_waiting_count()

    @property
    def view(self) -> FeedView:
        return self.stage.view

    def _build(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(_SIDE + 2, 0, _SIDE, 0)
        header.addWidget(self.tabs)
        header.addStretch(1)
        header.setSpacing(8)
        header.addWidget(self.access)
        header.addWidget(self.rate)
        top = QWidget()
        top.setLayout(header)
        top.setFixedHeight(_HEADER)
        pinned = QHBoxLayout()
        pinned.setContentsMargins(_SIDE, 8, _SIDE, 0)
        pinned.addWidget(self.pinned)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(_SIDE, 4, _SIDE, _SIDE)
        bottom.setSpacing(8)
        bottom.addWidget(self.problem)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.start)
        line.addWidget(self.box, 1)
        bottom.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addLayout(pinned)
        column.addWidget(self.activities)
        self._shown.addWidget(self.stage)
        self._shown.addWidget(self.questions)
        self._shown.addWidget(self.moderation)
        self._shown.addWidget(self.search)
        column.addWidget(self.mentions)
        column.addWidget(self._shown, 1)
        column.addLayout(bottom)
        self.setMinimumWidth(300)
        self._counts = Soon(_COUNTS_MS, self._show_counts, self, prompt=True)
        self._tick = QTimer(self)
        self._tick.setInterval(_RATE_MS)
        self._tick.timeout.connect(self._show_rate)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_PROBLEM_MS)
        self._calm.timeout.connect(self.problem.clear)

    def _connect(self) -> None:
        services = self._services
        services.feed.changed.connect(self._feed_changed)
        services.live.changed.connect(self._live_changed)
        services.live.failed.connect(self._failed)
        services.activities.failed.connect(self._failed)
        self.start.speech_wanted.connect(self.show_speech)
        self.view.painted_first.connect(services.feed.painted)
        self.view.actions_wanted.connect(self._open_menu)
        self.view.answer_wanted.connect(self._answer)
        for view in (self.view, self.search.view):
            view.person_wanted.connect(self.show_person)
        services.questions.changed.connect(self._show_questions_count)
        services.moderation.changed.connect(self._show_waiting_count)
        self.view.retry_wanted.connect(lambda row: services.live.desk.retry_comment(row.key))
        self.tabs.chosen.connect(self._show_tab)
        self.search.closed.connect(self._leave_search)
        self.search.actions_wanted.connect(self._open_menu)
        self.search.answer_wanted.connect(self._answer)
        self.pinned.unpin_wanted.connect(lambda: services.live.desk.pin(""))
        self.box.sent.connect(self._send)
        self.box.refused.connect(self._show_problem)
        self.box.line.textEdited.connect(self.problem.clear)
        self.problem.acted.connect(self.problem.clear)
        self._theme.notifier.changed.connect(self.update)

    def _feed_changed(self, change: FeedChange) -> None:
        self.view.apply(change)
        if change.tab in (FeedTab.GIFTS, FeedTab.MENTIONS):
            self._counts.ask()

    def _show_counts(self) -> None:
        for tab in (FeedTab.GIFTS, FeedTab.MENTIONS):
            self.tabs.set_count(tab, self._services.feed.count(tab))

    def show_questions(self) -> None:
        """The Questions tab, with the keyboard on the first of them."""
        self.tabs.buttons[FeedTab.QUESTIONS].click()
        self.questions.focus_first()

    def show_moderation(self, page: Page) -> None:
        """The Moderation tab with one of its pages, with the keyboard on what waits."""
        self.tabs.buttons[FeedTab.MODERATION].click()
        self.moderation.show_page(page)
        if page is Page.WAITING:
            self.moderation.focus_first()

    def show_person(self, row: FeedRow, at: QPoint) -> None:
        """The card of whose row it is."""
        if row.person is None or not row.person.id:
            return
        if self.person is None:
            self.person = PersonCard(self._services, self)
            self.person.search_wanted.connect(self.search_for)
        self.person.open_for(row.person, at)

    def show_speech(self) -> None:
        """The card of what is read aloud."""
        if self.speech is None:
            self.speech = SpeechCard(self._services.speech, self)
        self.speech.open_beside(self.start)

    def act_with_reason(self, row: FeedRow, at: QPoint) -> None:
        """The card that removes, mutes or blocks and says why."""
        if self.reason is None:
            self.reason = ReasonCard(self._services.live, self._services.moderation, self)
        self.reason.open_for(row, at)

    def search_for(self, words: str) -> None:
        """Looks through this LIVE for these words."""
        self.search.line.setText(words)
        self.show_search()

    def show_search(self) -> None:
        """What was said and given in this LIVE, looked through."""
        self.mentions.hide()
        self._shown.setCurrentWidget(self.search)
        self.search.begin()

    def _leave_search(self) -> None:
        tab = next(tab for tab, button in self.tabs.buttons.items() if button.isChecked())
        self._show_tab(tab)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_tab(self, tab: FeedTab) -> None:
        if tab is not FeedTab.MODERATION:  # which has no rows of its own
            self.stage.show_tab(tab)
        self.mentions.setVisible(tab is FeedTab.MENTIONS)
        panels = {FeedTab.QUESTIONS: self.questions, FeedTab.MODERATION: self.moderation}
        self._shown.setCurrentWidget(panels.get(tab, self.stage))

    def _show_questions_count(self) -> None:
        self.tabs.set_count(FeedTab.QUESTIONS, self._services.questions.count)

    def _show_waiting_count(self) -> None:
        self.tabs.set_count(FeedTab.MODERATION, len(self._services.moderation.waiting))

    def _answer(self, row: FeedRow) -> None:
        """One click takes a question up, the next one is done with it."""
        if row.state is RowState.ANSWERING:
            self._services.questions.finish()
        else:
            self._services.questions.take_up(row.item_id)

    def _live_changed(self) -> None:
        live = self._services.live
        own, address = self._services.account.person, self._services.link.address
        self.stage.set_address(address.web if address is not None else "")
        self.pinned.show_pinned(live.pinned, own.id if own is not None else "")
        self.box.set_limit(live.limits.comment_max)
        self.box.set_reason(_REASONS.get(live.phase, ""))

    def _send(self, text: str) -> None:
        self.problem.clear()
        self.stage.show_tab(self.view.tab)
        self.view.follow()  # the host wants to see it arrive
        self._services.live.desk.comment(text)

    def _failed(self, sentence: str) -> None:
        """What the host asked for here went wrong; before and after the LIVE other screens say it."""
        if self._services.live.phase in (Phase.LIVE, Phase.ENDING):
            self._show_problem(sentence)

    def _show_problem(self, sentence: str) -> None:
        self.problem.show_problem(sentence, "Dismiss")
        self._calm.start()

    def _open_menu(self, row: FeedRow, at: QPoint) -> None:
        services = self._services
        actions = row_actions(
            row,
            services.live,
            self.view.copy,
            self.view.toggle_unfolded,
            services.mentions,
            services.moderation,
        )
        if row.person is not None and row.person.id and not row.folded:
            about = f"About {in_menu(name_of(row))}…"
            actions.insert(0, RowAction(about, "user", partial(self.show_person, row, at)))
            if services.live.phase is Phase.LIVE and not row.mine and row.state is not RowState.HIDDEN:
                words = "Remove, mute or block with a reason…"
                before = next((no for no, one in enumerate(actions) if one.group > 1), len(actions))
                actions.insert(before, RowAction(words, "shield", partial(self.act_with_reason, row, at), 1))
        actions += each_of(row, lambda one: self._open_menu(one, at))
        self.menu = open_row_menu(self, row, actions, at)

    def _show_rate(self) -> None:
        feed = self._services.feed
        median, high = feed.delay_ms_p50, feed.delay_ms_p95
        rate = f"{round(feed.rate_per_s):,}/s"
        if median is None or high is None:
            self.rate.set_parts((rate, False, "text2"))
            self.rate.setToolTip("Events a second")
            return
        self.rate.set_parts((f"{rate} ·", False, "text2"), (f"{round(median):,} ms", True, "text"))
        self.rate.setToolTip(
            f"Events a second, and how long one takes from the server to your screen: half of them "
            f"within {round(median):,} ms, 95 % within {round(high):,} ms"
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rate.setVisible(self.width() >= _PILL_FROM)
        self.activities.set_room(round(self.height() * _ACTIVITIES_SHARE))
        self.access.set_short(self.width() < _ACCESS_WORDS_FROM)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, _HEADER - 1, self.width(), 1, self._theme.current().line)
