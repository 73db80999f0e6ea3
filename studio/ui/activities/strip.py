"""What runs beside the talk, above the feed: a card each, the newest below. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.model.countdown import Countdown
from studio.model.giveaway import Giveaway
from studio.model.poll import Poll, PollKind
from studio.model.text import clean_line
from studio.model.treasure import BoxState, TreasureBox
from studio.services.activities import ActivitiesService
from studio.services.activity_words import shared
from studio.ui.activities.poll_bars import PollBars
from studio.ui.activities.strip_card import StripCard
from studio.ui.widgets.fitted_scroll import FittedScroll

_TICK_MS = 200


class ActivityStrip(FittedScroll):
    """Hidden while nothing runs; scrolls when it has more than `set_room` gives.

    A card goes on being the same widget, so that it keeps the keyboard.
    """

    def __init__(self, activities: ActivitiesService, parent: QWidget | None = None) -> None:
        inner = QWidget()
        super().__init__(inner, parent)
        self._activities = activities
        self.cards: dict[str, StripCard] = {}
        self.bars: PollBars | None = None
        self._ends: dict[str, int] = {}
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 8, 12, 0)
        self._column.setSpacing(6)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_left)
        activities.changed.connect(self.refresh)
        self.refresh()

    def set_room(self, height: int) -> None:
        """The feed needs the rest."""
        self.setMaximumHeight(max(80, height))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), self.maximumHeight()))

    def refresh(self) -> None:
        """Shows what the service knows now."""
        shown = self._activities.shown
        self._ends = {}
        kept: set[str] = set()
        if shown.countdown is not None:
            kept.add(self._show_countdown(shown.countdown))
        if shown.poll is not None:
            kept.add(self._show_poll(shown.poll))
        if shown.giveaway is not None:
            kept.add(self._show_giveaway(shown.giveaway))
        kept |= {self._show_box(one) for one in shown.boxes}
        for key in [key for key in self.cards if key not in kept]:
            self._drop(key)
        self.setVisible(bool(self.cards))
        if self._ends and not self._tick.isActive():
            self._tick.start()
        elif not self._ends:
            self._tick.stop()

    def _show_countdown(self, countdown: Countdown) -> str:
        key = str(countdown.ends_ms)
        stop = partial(self._activities.set_countdown, "", 0)
        card = self._card(key, "clock", "blue", "Stop", stop)
        note = "Time is up" if countdown.ended else ""
        self._line(
            card, key, clean_line(countdown.title) or "Countdown", note, countdown.ends_ms, countdown.ended
        )
        return key

    def _show_poll(self, poll: Poll) -> str:
        new = poll.poll_id not in self.cards
        card = self._card(poll.poll_id, "poll", "blue", "End", self._activities.end_poll)
        if new:
            self.bars = PollBars()
            card.body.addWidget(self.bars)
            card.body.setContentsMargins(0, 2, 6, 2)
        what = "gift" if poll.kind is PollKind.GIFTS else "vote"
        note = f"{poll.total:,} {what}{'' if poll.total == 1 else 's'}"
        self._line(card, poll.poll_id, clean_line(poll.question), note, poll.ends_ms, poll.ended)
        assert self.bars is not None, "made with its card"
        self.bars.show_poll(poll)
        return poll.poll_id

    def _show_giveaway(self, giveaway: Giveaway) -> str:
        key = giveaway.giveaway_id
        card = self._card(key, "ticket", "teal", "Draw now", self._activities.draw)
        title, note = clean_line(giveaway.prize), f"{giveaway.entered:,} take part"
        if giveaway.ended:
            names = ", ".join(clean_line(person.shown_name) for person in giveaway.winners)
            title = f"{title}: {names or 'nobody took part'}"
            verdict = self._activities.verdict(giveaway)
            checked = {None: "", "": " · draw checked"}.get(verdict, f" · {verdict}")
            note = f"of {giveaway.entered:,}{checked}" if giveaway.entered else ""
            card.note.set_tone("live" if verdict else "teal" if verdict == "" else "")
        self._line(card, key, title, note, giveaway.ends_ms, giveaway.ended)
        return key

    def _show_box(self, one: TreasureBox) -> str:
        card = self._card(one.box_id, "treasure", "gold", "", None)
        filling = one.state is BoxState.FILLING
        title = f"{one.coins:,} coins from {clean_line(one.by.shown_name)}" if filling else shared(one)
        note = f"{one.joined:,} of {one.places:,}" if filling else ""
        self._line(card, one.box_id, title, note, one.opens_ms, not filling)
        card.act.hide()  # a box opens by itself
        return one.box_id

    def _line(self, card: StripCard, key: str, title: str, note: str, ends_ms: int, ended: bool) -> None:
        if ends_ms and not ended:
            self._ends[key] = ends_ms
        left = self._left(ends_ms) if ends_ms else None
        card.show_line(title, note, left, ended=ended)

    def _card(self, key: str, icon: str, tone: str, words: str, act: Callable[[], None] | None) -> StripCard:
        card = self.cards.get(key)
        if card is None:
            card = self.cards[key] = StripCard(icon, tone, words)
            if act is not None:
                card.acted.connect(act)
            card.put_away.connect(partial(self._activities.put_away, key))
            self._column.addWidget(card)
        return card

    def _drop(self, key: str) -> None:
        card = self.cards.pop(key)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _left(self, ends_ms: int) -> int:
        return max(0, round(ends_ms - self._activities.now_ms))

    def _show_left(self) -> None:
        for key, ends_ms in self._ends.items():
            self.cards[key].show_left(self._left(ends_ms))
