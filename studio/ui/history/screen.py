"""The History screen: which LIVEs there were, and one of them from figures down to gifts. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.model.money import format_count, format_dollars
from studio.model.text import clean_line
from studio.services.history.service import HistoryService, Session, Story, figure_of
from studio.services.studio import Services
from studio.ui import theme
from studio.ui.confirm_strip import ConfirmStrip
from studio.ui.exports.card import ExportCard
from studio.ui.history.gifts_card import GiftsCard
from studio.ui.history.page_bar import PageBar
from studio.ui.history.people_page import PeoplePage
from studio.ui.history.sessions_list import SessionsList
from studio.ui.history.timeline import HistoryTimeline
from studio.ui.history.totals_page import TotalsPage
from studio.ui.history.words import about_words, change_words, span_words, watch_words
from studio.ui.summary.figure_card import FigureCard
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.pill import Pill
from studio.ui.widgets.select import Select

_SIDE = 280
#: A narrower window has its figures in two rows, a lower one has a flat timeline.
_NARROW, _LOW = 1_000, 740
PAGES = ("Gifts", "People", "Totals")
_MEAN = "the five LIVEs before"
#: LIVEs offered to compare with.
_BESIDE = 50


class HistoryScreen(QWidget):
    """Follows ``services.history`` while it is shown. ``left``: the host wants back to the studio."""

    left = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("screen")
        self._services = services
        self._history: HistoryService = services.history
        self._told: Story | None = None
        self.list = SessionsList()
        self.title = ElidedLabel("", Role.TITLE)
        self.when = Label("", Role.SECOND)
        self.agreement = Pill(dot="teal")
        self.beside = Select("Compared with")
        self.delete = Button("Delete this LIVE…", ButtonKind.LINK, tone="live")
        self.confirm = ConfirmStrip()
        self.problem = ErrorLine()
        self.cards = {
            "diamonds": FigureCard("Diamonds"),
            "money": FigureCard("To you"),
            "peak_viewers": FigureCard("Peak viewers"),
            "watch": FigureCard("Avg watch"),
            "new_followers": FigureCard("New followers"),
            "gifters": FigureCard("Gifters"),
        }
        self.timeline = HistoryTimeline()
        self.pages = PageBar(PAGES)
        self.gifts, self.people, self.totals = GiftsCard(), PeoplePage(), TotalsPage()
        self.empty = EmptyState(
            "history",
            "No LIVE yet",
            "Each LIVE is kept on this computer, down to the last gift. Go live once.",
        )
        self.export = Button("Export…", ButtonKind.COMPACT, "export")
        self.export_card: ExportCard | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 22, 14, 14)
        column.setSpacing(8)
        caps = Label("SESSIONS", Role.CAPS)
        caps.setContentsMargins(12, 0, 0, 4)
        column.addWidget(caps)
        column.addWidget(self.list, 1)
        self._body = QStackedWidget()
        self._body.addWidget(self._content())
        self._body.addWidget(self.empty)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(side)
        row.addWidget(self._body, 1)

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 0)
        head.addWidget(self.when, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.export, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.agreement, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        column.addWidget(self.confirm)
        column.addWidget(self.problem)
        self._figures = QGridLayout()
        self._figures.setSpacing(12)
        column.addLayout(self._figures)
        minutes = Card()
        minutes.setAccessibleName("Timeline")
        minutes.body.addWidget(self.timeline)
        column.addWidget(minutes)
        bar = QHBoxLayout()
        bar.addWidget(self.pages)
        bar.addStretch(1)
        bar.addWidget(Label("Compared with", Role.HINT))
        self.beside.setMinimumWidth(220)
        self.beside.setMaximumWidth(260)
        bar.addWidget(self.beside)
        bar.addSpacing(8)
        bar.addWidget(self.delete)
        column.addLayout(bar)
        self._pages = QStackedWidget()
        for page in (self.gifts, self.people, self.totals):
            self._pages.addWidget(page)
        column.addWidget(self._pages, 1)
        return content

    def _connect(self) -> None:
        history = self._history
        history.changed.connect(self._changed)
        history.failed.connect(lambda sentence: self.problem.show_problem(sentence, "Dismiss"))
        self.problem.acted.connect(self.problem.clear)
        self.list.chosen.connect(history.select)
        self.pages.chosen.connect(self._pages.setCurrentIndex)
        self.totals.zone_chosen.connect(history.set_zone)
        self.totals.retention_chosen.connect(history.set_retention)
        self.beside.activated.connect(lambda _: history.put_beside(self.beside.currentData()))
        self.delete.clicked.connect(self.ask_to_delete)
        self.export.clicked.connect(lambda: self.open_exports())
        self.confirm.answered.connect(self._answered)

    def open_exports(self) -> ExportCard:
        """The card to export with, and to check an export."""
        if self.export_card is None:
            self.export_card = ExportCard(self._services.exports, self)
        self.export_card.open_by_button(self.export)
        return self.export_card

    def ask_to_delete(self) -> None:
        """Asks first: what is deleted does not come back."""
        session = self._history.selected
        if session is not None:
            title = clean_line(session.title) or "this LIVE"
            self.confirm.ask(
                f"Delete “{title}” of {about_words(session)} from this computer, for good? "
                "Your diamonds and payouts stay as they are.",
                (("delete", "Delete it", "live"), ("keep", "Keep it", "")),
            )

    def _answered(self, name: str) -> None:
        self.confirm.hide()
        session = self._history.selected
        if name == "delete" and session is not None:
            self._history.delete(session)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._history.open()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 6 if self.width() >= _NARROW else 3
        for place, card in enumerate(self.cards.values()):
            self._figures.addWidget(card, place // columns, place % columns)
        self.timeline.set_low(self.height() < _LOW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        QPainter(self).fillRect(_SIDE, 0, 1, self.height(), t.line)

    def _changed(self) -> None:
        if not self.isVisible():
            return
        history = self._history
        self.list.show_sessions(history.sessions, history.selected)
        session = history.selected
        self._body.setCurrentIndex(1 if session is None and not history.busy else 0)
        rates = self._services.earnings.rates
        self.totals.show_totals(history.totals, history.sessions, rates)
        self.totals.show_retention(history.retention)
        if session is None:
            return
        self.title.setText(clean_line(session.title) or "Untitled")
        self.when.setText(span_words(session))
        self._show_figures(session)
        self._show_beside(session)
        story = history.story
        self.gifts.show_story(story, rates)
        self.people.show_guests(history.guests)
        self.totals.show_story(story)
        self._show_agreement(session)
        if story is not None and story is not self._told:
            self._told = story
            self.timeline.show_minutes(
                story.figures.started_ms,
                story.figures.diamonds_per_minute,
                story.viewers_per_minute,
                story.comments_per_minute,
            )

    def _show_figures(self, session: Session) -> None:
        rates, history = self._services.earnings.rates, self._history
        shown = {name: format_count(figure_of(session, name)) for name in self.cards if name != "money"}
        shown["money"] = format_dollars(rates.micro_dollars(session.diamonds))
        shown["watch"] = watch_words(figure_of(session, "watch"))
        for name, card in self.cards.items():
            words, tone = change_words(history.change("diamonds" if name == "money" else name))
            if name == "gifters" and session.unique_viewers:
                share = session.gifters * 1_000 // session.unique_viewers
                words, tone = f"{share // 10}.{share % 10} % of viewers", "teal"
            card.show_figure(shown[name], words, tone)

    def _show_beside(self, session: Session) -> None:
        others = [one for one in self._history.sessions if one.room_id != session.room_id][:_BESIDE]
        self.beside.clear()
        self.beside.addItem(_MEAN, None)
        for one in others:
            self.beside.addItem(f"{clean_line(one.title) or 'Untitled'} · {about_words(one)}", one)
        beside = self._history.beside
        place = next(
            (row for row, one in enumerate(others, 1) if beside and one.room_id == beside.room_id), 0
        )
        self.beside.setCurrentIndex(place)

    def _show_agreement(self, session: Session) -> None:
        """Whether the journal here says what the server said when the LIVE ended."""
        story = self._history.story
        self.agreement.setVisible(story is not None)
        if story is None:
            return
        ledger, figures = story.figures.ledger, story.figures
        if ledger is None:
            self.agreement.set_dot("gold")
            words = "the server’s closing totals never came"
            self.agreement.set_parts(("Journal alone ·", False, "text2"), (words, True, "gold"))
        elif (ledger.gifts, ledger.diamonds) == (figures.gifts, figures.diamonds) and not figures.missing:
            self.agreement.set_dot("teal")
            booked = f"{figures.gifts:,} of {ledger.gifts:,} gifts"
            self.agreement.set_parts(("Journal and server agree ·", False, "text2"), (booked, True, "text"))
        else:
            self.agreement.set_dot("live")
            off = f"{figures.diamonds - ledger.diamonds:+,} diamonds, {figures.missing:,} events missing"
            self.agreement.set_parts(("Journal and server differ ·", False, "text2"), (off, True, "live"))
