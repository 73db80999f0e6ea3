"""The summary: key figures, the minutes, supporters, and the proof that the books agree. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.model.money import format_count, format_dollars
from studio.services.live_summary import LiveSummary
from studio.services.streaks import sentence_of
from studio.services.studio import Services
from studio.ui.recording.card import RecordingsCard
from studio.ui.summary.figure_card import FigureCard
from studio.ui.summary.supporters_card import SupportersCard
from studio.ui.summary.thanks_card import ThanksCard
from studio.ui.summary.timeline import Timeline
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.pill import Pill

_WIDE = 1_100
_CONTENT_MAX = 1_640


def when_words(started_ms: int, ended_ms: int) -> str:
    """ "Nov 20, 19:58 – 21:29 · 1 h 31 min" in the person's own way of writing times."""
    locale = QLocale()
    start, end = (QDateTime.fromMSecsSinceEpoch(ms) for ms in (started_ms, ended_ms))
    day = locale.toString(start.date(), "MMM d")
    hours = [locale.toString(moment.time(), QLocale.FormatType.ShortFormat) for moment in (start, end)]
    return f"{day}, {hours[0]} – {hours[1]} · {duration_words((ended_ms - started_ms) // 1000)}"


def duration_words(seconds: int) -> str:
    """``5460`` -> ``"1 h 31 min"``; below a minute in seconds."""
    if seconds < 60:
        return f"{max(0, seconds)} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def counted(count: int, thing: str) -> str:
    """``(1, "share")`` -> ``"1 share"``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


class SummaryScreen(QWidget):
    """Shows ``services.live.summary``; "Back to Ready" leaves it."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("screen")
        self._services = services
        self._title = ElidedLabel("", Role.TITLE)
        self._when = Label("", Role.SECOND)
        self._when.setContentsMargins(0, 0, 0, 8)  # onto the title's baseline
        self.agreement = Pill(dot="teal")
        self.differences = Label("", Role.SMALL, "live", wrap=True)
        self.back = Button("Back to Ready", ButtonKind.FILLED)
        self.back.clicked.connect(self.leave)
        self.cards = {
            "diamonds": FigureCard("Diamonds", "diamond"),
            "money": FigureCard("To you"),
            "peak": FigureCard("Peak viewers"),
            "unique": FigureCard("Viewers in all"),
            "followers": FigureCard("New followers"),
            "gifters": FigureCard("Gifters"),
            "likes": FigureCard("Likes"),
            "comments": FigureCard("Comments"),
        }
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self.timeline = Timeline()
        self.supporters = SupportersCard()
        self.thanks = ThanksCard(services.thanks)
        self.recordings = RecordingsCard(services.films, services.broadcast.outputs.settings)
        self._build()
        services.live.changed.connect(self._refresh)
        services.films.marks.changed.connect(self._refresh)
        services.reconciliation.changed.connect(self._refresh)
        self._refresh()

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        inner.setMaximumWidth(_CONTENT_MAX)
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 0)
        head.addWidget(self._when, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.agreement, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.back)
        column.addLayout(head)
        column.addWidget(self.differences)
        column.addLayout(self._grid)
        self._lower = QHBoxLayout()
        self._lower.setSpacing(14)
        minutes = Card("Timeline", "Diamonds per minute, and marks")
        minutes.body.addWidget(self.timeline, 1)
        self._lower.addWidget(minutes, 2)
        self._lower.addWidget(self.supporters, 1)
        column.addLayout(self._lower, 1)
        column.addWidget(self.thanks)
        column.addWidget(self.recordings)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def leave(self) -> None:
        """Back to the Ready screen."""
        self._services.tasks.start(self._services.live.leave_summary())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 8 if self.width() >= 1_400 else 4
        for place, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, place // columns, place % columns)
        for place in range(8):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)
        wide = self.width() >= _WIDE
        self._lower.setDirection(
            QHBoxLayout.Direction.LeftToRight if wide else QHBoxLayout.Direction.TopToBottom
        )

    def _refresh(self) -> None:
        summary = self._services.live.summary
        if summary is not None:
            self._show(summary)

    def _show(self, summary: LiveSummary) -> None:
        totals = summary.totals
        self._title.setText(summary.title)
        reason = "" if summary.reason == "ended by the host" else f" · {summary.reason}"
        self._when.setText(when_words(summary.started_ms, summary.ended_ms) + reason)
        rate = self._services.earnings.rates.micro_dollars_per_diamond
        cards = self.cards
        minutes = max(1, (summary.ended_ms - summary.started_ms) // 60_000)
        cards["diamonds"].show_figure(
            format_count(totals.diamonds), f"{totals.diamonds // minutes:,} a minute"
        )
        cards["money"].show_figure(
            format_dollars(totals.micro_dollars), f"${rate / 1_000_000:.4f}".rstrip("0") + " a diamond"
        )
        cards["peak"].show_figure(format_count(totals.peak_viewers), "at one time")
        cards["unique"].show_figure(format_count(totals.unique_viewers), "different people")
        cards["followers"].show_figure(f"{totals.new_followers:,}", "during this LIVE", "text2")
        share = totals.gifters * 1000 // totals.unique_viewers if totals.unique_viewers else 0
        cards["gifters"].show_figure(
            f"{totals.gifters:,}", f"{share // 10}.{share % 10} % of viewers", "teal"
        )
        cards["likes"].show_figure(format_count(totals.likes), counted(totals.shares, "share"))
        cards["comments"].show_figure(format_count(totals.comments), counted(totals.questions, "question"))
        self.timeline.show_values(summary.per_minute)
        marks = self._services.films.marks.marks
        self.timeline.show_marks(
            tuple((one.mark.wall_ms - summary.started_ms) / 60_000 for one in marks if summary.started_ms)
        )
        self.supporters.show_supporters(summary.supporters)
        self._show_agreement(summary)

    def _show_agreement(self, summary: LiveSummary) -> None:
        """Says plainly whether what the feed showed is what the ledger has."""
        difference = summary.feed_diamonds - summary.totals.diamonds
        compared = self._services.reconciliation.result
        told = compared.differences if compared is not None else ()
        corrections = sentence_of(self._services.feed.streaks.corrections)
        self.agreement.setToolTip(corrections)
        self.differences.setText("\n".join(told))
        self.differences.setVisible(bool(told))
        seen, booked = self._services.earnings.gifts, summary.totals.gifts
        if difference == 0 and summary.missed == 0 and not told:
            who = "Feed and ledger" if compared is None else "Feed, journal and ledger"
            self.agreement.set_dot("teal")
            self.agreement.set_parts(
                (f"{who} agree ·", False, "text2"), (f"{seen:,} of {booked:,} gifts", True, "text")
            )
            return
        if difference == 0 and summary.missed == 0:
            self.agreement.set_dot("live")
            self.agreement.set_parts(
                ("Not all agree ·", False, "text2"), (counted(len(told), "difference"), True, "live")
            )
            return
        self.agreement.set_dot("live")
        figure = f"{difference:+,} diamonds" if difference else f"{summary.missed:,} events missed"
        self.agreement.set_parts(("Feed and ledger differ ·", False, "text2"), (figure, True, "live"))
