"""Over all LIVEs: years, best hours; of this one: gift mix, goals; how long all is kept. GUI thread."""

from __future__ import annotations

from zoneinfo import available_timezones

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.journal.story import GoalLine, Story
from studio.model.money import Rates, format_count, format_dollars
from studio.model.text import clean_line
from studio.services.history.service import Retention, Session, Totals
from studio.ui.history.bars import HourBars, LyingBars
from studio.ui.history.words import clock_words
from studio.ui.widgets.card import Card
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select

_GIFTS_SHOWN = 8
_HERE = "This computer’s time zone"
#: (words, wish)
_KEEP = (
    ("For ever", Retention()),
    ("For three years", Retention(max_age_days=1_096)),
    ("For a year", Retention(max_age_days=366)),
    ("For 90 days", Retention(max_age_days=90)),
    ("Up to 10 GB, the newest", Retention(max_bytes=10_000_000_000)),
    ("Up to 1 GB, the newest", Retention(max_bytes=1_000_000_000)),
)


class TotalsPage(QWidget):
    """``zone_chosen(name)``; ``retention_chosen(Retention)``."""

    zone_chosen = Signal(str)
    retention_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = ""
        self.mix = LyingBars()
        self.no_mix = Label("No gifts in this LIVE.", Role.SMALL, wrap=True)
        self.goals = Label("", Role.SMALL, wrap=True)
        self.years = LyingBars()
        self.all_time = Label("", Role.STRONG, "gold")
        self.hours = HourBars()
        self.zone = Select("Time zone of years and hours")
        self.zone.addItem(_HERE, "")
        self.keep = Select("How long LIVEs are kept")
        for words, wish in _KEEP:
            self.keep.addItem(words, wish)
        self._build()
        self.zone.activated.connect(lambda _: self.zone_chosen.emit(str(self.zone.currentData())))
        self.keep.activated.connect(lambda _: self.retention_chosen.emit(self.keep.currentData()))

    def _build(self) -> None:
        mix, goals = Card("Gift mix of this LIVE"), Card("Goals of this LIVE")
        mix.body.addWidget(self.mix)
        mix.body.addWidget(self.no_mix)
        mix.body.addStretch(1)
        goals.body.addWidget(self.goals)
        goals.body.addStretch(1)
        years, hours, keep = (
            Card("All time, by calendar year"),
            Card("Best hours, all LIVEs"),
            Card("Kept here"),
        )
        years.head.addWidget(self.all_time)
        years.body.addWidget(self.years)
        years.body.addWidget(
            Label(
                "Diamonds given in each year, at what a payout pays now. What was really paid, and when, "
                "stands with your payouts.",
                Role.HINT,
                wrap=True,
            )
        )
        years.body.addStretch(1)
        hours.body.addWidget(self.hours)
        hours.body.addWidget(Field("Time zone", self.zone))
        hours.body.addStretch(1)
        keep.body.addWidget(Field("LIVEs are kept", self.keep))
        keep.body.addWidget(
            Label(
                "Only you can read them. Older ones are deleted when the studio starts.", Role.HINT, wrap=True
            )
        )
        keep.body.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for cards in ((mix, goals), (years,), (hours, keep)):
            inner = QWidget()
            column = QVBoxLayout(inner)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(12)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            row.addWidget(ColumnScroll(inner), 1)

    def show_story(self, story: Story | None) -> None:
        """Of the LIVE that is looked at."""
        by_gift: dict[str, list[int]] = {}
        for line in story.gifts if story is not None else ():
            have = by_gift.setdefault(line.gift_name, [0, 0])
            have[0] += line.diamonds
            have[1] += line.count
        most = sorted(by_gift.items(), key=lambda item: -item[1][0])[:_GIFTS_SHOWN]
        ranked = [(clean_line(name) or "Gift", have) for name, have in most]
        self.mix.show_bars(
            [(f"{name} ×{count:,}", diamonds, format_count(diamonds)) for name, (diamonds, count) in ranked]
        )
        self.mix.setVisible(bool(ranked))
        self.no_mix.setVisible(not ranked)
        goals = story.goals if story is not None else ()
        self.goals.setText("\n".join(_goal_words(one) for one in goals) or "No goal was set.")

    def show_totals(self, totals: Totals, sessions: tuple[Session, ...], rates: Rates) -> None:
        """Over all LIVEs."""
        self._zone = totals.zone
        self._show_zone()
        every = sum(one.diamonds for one in sessions)
        self.all_time.setText(f"{format_count(every)} ◆")
        self.years.show_bars(
            [
                (
                    str(one.year),
                    one.diamonds,
                    f"{format_count(one.diamonds)} ◆ · {_money(one.diamonds, rates)}",
                )
                for one in totals.years
            ]
        )
        self.hours.show_hours(totals.hours)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.zone.count() == 1:  # some six hundred names: not before anybody looks
            for name in sorted(available_timezones()):
                self.zone.addItem(name.replace("_", " "), name)
            self._show_zone()

    def _show_zone(self) -> None:
        self.zone.setCurrentIndex(max(0, self.zone.findData(self._zone)))

    def show_retention(self, retention: Retention) -> None:
        place = next((row for row, (_, wish) in enumerate(_KEEP) if wish == retention), 0)
        self.keep.setCurrentIndex(place)


def _money(diamonds: int, rates: Rates) -> str:
    return format_dollars(rates.micro_dollars(diamonds))


def _goal_words(line: GoalLine) -> str:
    goal = line.goal
    title = clean_line(goal.title) or "Goal"
    how = f"reached at {clock_words(line.reached_ms)}" if line.reached_ms else f"{int(goal.fraction * 100)} %"
    return f"{title}: {format_count(goal.reached)} of {format_count(goal.target)}, {how}"
