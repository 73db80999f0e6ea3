"""The feed: room events become rows, folded and replaced in place, handed to the view in batches.

GUI thread. Signals: ``changed(FeedChange)`` per tab, at most 30 a second, so that a burst of 2,000
events a second costs the view 30 updates.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.question import QuestionState
from studio.model.room import Commenters, Person
from studio.model.streak import OVERDUE_FACTOR, Streak
from studio.protocol.activity_events import (
    BoxChanged,
    CountdownChanged,
    FanChanged,
    GiveawayChanged,
    PollChanged,
)
from studio.protocol.events import (
    CommentAccessChanged,
    Commented,
    CommentRemoved,
    CommentRestored,
    Event,
    Followed,
    GiftSent,
    Joined,
    Liked,
    PersonMuted,
    PersonUnmuted,
    QuestionAnswered,
    QuestionAsked,
    QuestionMoved,
    QuestionVoted,
    RoomClosed,
    RoomOpened,
    Shared,
)
from studio.protocol.frames import Identified
from studio.protocol.session import RoomEvents, RoomLost, RoomResumed
from studio.services.activity import ActivityFold
from studio.services.activity_words import ActivityEvent, ActivityWords
from studio.services.delays import Delays
from studio.services.feed_comments import FeedComments
from studio.services.feed_rows import FeedRows
from studio.services.gui_thread import assert_gui_thread
from studio.services.link import LinkService
from studio.services.router import Listener
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind, RowState
from studio.services.soon import Soon
from studio.services.streaks import StreakWatch, diamonds_of, note_of, sentence_of

__all__ = ["FeedChange", "FeedRow", "FeedService", "FeedTab", "RowKind", "RowState"]

#: Between two changes of what the window shows, at least: less than the backend's tick, so that each tick is
#: shown as it comes.
_FLUSH_MS = 25
_RATE_WINDOW_S = 5.0
_QUESTION_STATES = {
    QuestionState.OPEN: RowState.SETTLED,
    QuestionState.ANSWERING: RowState.ANSWERING,
    QuestionState.ANSWERED: RowState.ANSWERED,
    QuestionState.DISMISSED: RowState.HIDDEN,
}


class FeedService(QObject, Listener):
    """Invariant: each event changes the rows once."""

    changed = Signal(object)

    def __init__(self, link: LinkService, catalogue: GiftCatalogue) -> None:
        super().__init__()
        self._link = link
        self.catalogue = catalogue
        self._flusher = Soon(_FLUSH_MS, self._flush, self, prompt=True)
        self._rows = FeedRows(self._flusher.ask)
        self._comments = FeedComments(self._rows)
        self._votes: dict[str, int] = {}  # of questions, not yet in their rows
        self._arrivals: deque[tuple[float, int]] = deque()
        self.delays = Delays()
        self._folds = ActivityFold()
        self._words = ActivityWords()
        self._rates = Rates()
        self.streaks = StreakWatch(parent=self)
        self.streaks.closed.connect(self._streak_closed)
        self._hear: dict[type[Event], Callable[..., None]] = {
            Commented: self._comments.said,
            CommentRemoved: self._comments.removed,
            CommentRestored: self._comments.restored,
            PersonMuted: self._muted,
            PersonUnmuted: self._unmuted,
            GiftSent: self._gift,
            QuestionAsked: self._question,
            QuestionAnswered: lambda event: self._restate(event.question_id, RowState.ANSWERED),
            QuestionMoved: self._moved,
            QuestionVoted: self._voted,
            CommentAccessChanged: lambda event: self._say(_who_may_comment(event), "", event.at_ms),
            Liked: self._rows.move_on,
            Joined: self._joined,
            Followed: self._activity,
            Shared: self._activity,
            **dict.fromkeys(
                (PollChanged, CountdownChanged, GiveawayChanged, BoxChanged, FanChanged), self._ran
            ),
            RoomOpened: lambda event: self._say("You are live.", "good", event.at_ms),
            RoomClosed: lambda event: self._say(f"The LIVE has ended: {event.reason}.", "", event.at_ms),
        }

    @property
    def rates(self) -> Rates:
        """Coins and diamonds, as the backend has told last."""
        return self._rates

    @property
    def own_id(self) -> str:
        """The host's account: whose comments are ours."""
        return self._comments.own_id

    @own_id.setter
    def own_id(self, own_id: str) -> None:
        self._comments.own_id = own_id

    def ask(self, mentions: Callable[[Commented], bool], helps: Callable[[str], bool]) -> None:
        """From now on they say which comments speak to the host, and who is a moderator."""
        self._comments.mentions, self._comments.helps = mentions, helps

    def reset(self) -> None:
        """A new LIVE: an empty feed."""
        self._rows.clear()
        self._comments.clear()
        self._votes.clear()
        self._arrivals.clear()
        self._folds = ActivityFold()
        self._words = ActivityWords()
        self.streaks.reset()
        self.delays.clear()

    def rows(self, tab: FeedTab) -> Sequence[FeedRow]:
        return self._rows.ring(tab).rows

    def moving(self, tab: FeedTab) -> FeedRow | None:
        """The line of likes and joins below the newest row, or None."""
        return self._rows.ring(tab).moving

    def count(self, tab: FeedTab) -> int:
        """Rows ever appended in this LIVE, also those that the ring has dropped."""
        return self._rows.ring(tab).total

    @property
    def rate_per_s(self) -> float:
        """Events a second over the last 5 s."""
        horizon = time.monotonic() - _RATE_WINDOW_S
        while self._arrivals and self._arrivals[0][0] < horizon:
            self._arrivals.popleft()
        return sum(count for _, count in self._arrivals) / _RATE_WINDOW_S

    @property
    def delay_ms_p50(self) -> float | None:
        return self.delays.recent(50)

    @property
    def delay_ms_p95(self) -> float | None:
        return self.delays.recent(95)

    def painted(self, keys: Iterable[int]) -> None:
        """The view has painted these rows for the first time: the delay from server to screen is known."""
        now = self._link.clock.now_ms()
        for sent in self._rows.painted(keys):
            self.delays.add(max(0.0, now - sent))

    def add_mine(self, person: Person, text: str) -> int:
        """Our own comment, shown at once and greyed; returns its key."""
        return self._comments.add_mine(person, text)

    def confirm_mine(self, key: int, comment_id: str) -> None:
        """The backend took our comment; its event settles the row (or has already)."""
        self._comments.confirm_mine(key, comment_id)

    def fail_mine(self, key: int, why: str) -> None:
        """The backend refused our comment."""
        self._comments.fail_mine(key, why)

    def retry_mine(self, key: int) -> str | None:
        """Our refused comment goes out again; returns its text."""
        return self._comments.retry_mine(key)

    def tell_streaks(self) -> None:
        """Says in the feed what was put right in the streaks of this LIVE."""
        told = sentence_of(self.streaks.corrections)
        self._say(told or "Every streak of this LIVE came whole: nothing had to be put right.", "", 0)

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        for event in batch.events:
            hear = self._hear.get(type(event))
            if hear is not None:
                hear(event)
        self._arrivals.append((time.monotonic(), len(batch.events)))
        self._flusher.ask()

    def on_identified(self, identified: Identified) -> None:
        self._rates = identified.rates
        self.streaks.limit_ms = OVERDUE_FACTOR * identified.limits.streak_timeout_ms

    def on_resumed(self, resumed: RoomResumed) -> None:
        missed = resumed.result.seq - resumed.result.after_seq
        if resumed.result.after_seq and missed > 0:
            events = "event" if missed == 1 else "events"
            self._say(f"Back again: {missed:,} {events} recovered, none is missing.", "good", 0)
        elif resumed.result.after_seq:
            self._say("Back again: nothing happened in between.", "good", 0)

    def on_lost(self, lost: RoomLost) -> None:
        self._say(f"This LIVE cannot be followed any more: {lost.message}", "warning", 0)

    def _gift(self, event: GiftSent) -> None:
        self._comments.badges.gave(event)
        streak, added = self.streaks.hear(event)
        key = self._rows.key_of(streak.streak_id) or 0
        known = self._rows.get(key, FeedTab.GIFTS)
        if known is not None:
            diamonds = known.diamonds + diamonds_of(event, added, self._rates)
            self._rows.change(key, diamonds=diamonds, **_streak_shown(streak))
            return
        if not added:
            return  # the end of a streak whose row is long gone
        gift = self.catalogue.get(event.gift_id)
        row = self._rows.made(RowKind.GIFT, event, person=event.person)
        row = replace(
            row,
            item_id=streak.streak_id,
            gift_id=event.gift_id,
            gift_name=event.gift_name,
            diamonds=diamonds_of(event, streak.count, self._rates),
            tier=gift.tier if gift else 1,
            **_streak_shown(streak),
        )
        self._rows.name(streak.streak_id, row.key)
        self._rows.append(row, FeedTab.ALL, FeedTab.GIFTS)

    def _streak_closed(self, streak: Streak) -> None:
        key = self._rows.key_of(streak.streak_id)
        if key is not None:
            self._rows.change(key, **_streak_shown(streak))

    def _question(self, event: QuestionAsked) -> None:
        row = self._rows.made(RowKind.QUESTION, event, person=event.person, text=event.text)
        row = replace(row, item_id=event.question_id)
        self._rows.name(event.question_id, row.key)
        self._rows.append(row, FeedTab.ALL, FeedTab.QUESTIONS)

    def _moved(self, event: QuestionMoved) -> None:
        question = event.question
        key = self._rows.key_of(question.question_id)
        if key is not None:
            note = "dismissed" if question.state is QuestionState.DISMISSED else ""
            self._rows.change(key, state=_QUESTION_STATES[question.state], note=note)

    def _restate(self, item_id: str, state: RowState) -> None:
        key = self._rows.key_of(item_id)
        if key is not None:
            self._rows.change(key, state=state)

    def _voted(self, event: QuestionVoted) -> None:
        self._votes[event.question_id] = event.votes  # a storm of them changes each row once a flush

    def _count_votes(self) -> None:
        votes, self._votes = self._votes, {}
        for question_id, count in votes.items():
            key = self._rows.key_of(question_id)
            if key is not None:
                self._rows.change(key, votes=count)

    def _joined(self, event: Joined) -> None:
        self._comments.badges.came(event)
        self._rows.move_on(event)

    def _ran(self, event: ActivityEvent) -> None:
        if isinstance(event, FanChanged):
            self._comments.badges.fan(event)
        words = self._words.of(event)
        if words:
            self._say(words, "good", event.at_ms)

    def _activity(self, event: Followed | Shared) -> None:
        if isinstance(event, Followed):
            self._comments.badges.followed(event)
        key, text, people, tone = self._folds.take(event, time.monotonic(), self._rows.near_end)
        if key is not None:
            self._rows.change(key, text=text, people=people, person=event.person)
            return
        row = self._rows.made(RowKind.ACTIVITY, event, person=event.person, text=text)
        row = replace(row, people=people, tone=tone)
        self._folds.placed(event, row.key)
        self._rows.append(row, FeedTab.ALL)

    def _muted(self, event: PersonMuted) -> None:
        self._comments.muted(event)
        self._say(f"{event.person.shown_name} was muted {_for_how_long(event)}.", "", event.at_ms)

    def _unmuted(self, event: PersonUnmuted) -> None:
        self._comments.unmuted(event)
        self._say(f"{event.person.shown_name} can comment again.", "", event.at_ms)

    def _say(self, text: str, tone: str, at_ms: int) -> None:
        row = self._rows.made(RowKind.SYSTEM, text=text)
        self._rows.append(replace(row, tone=tone, at_ms=at_ms), FeedTab.ALL)

    def _flush(self) -> None:
        self._count_votes()
        for change in self._rows.changes():
            self.changed.emit(change)


def _streak_shown(streak: Streak) -> dict[str, object]:
    return {
        "state": RowState.SETTLED if streak.ended else RowState.RUNNING,
        "count": streak.count,
        "coins": streak.count * streak.coins_each,
        "note": note_of(streak),
    }


def _who_may_comment(event: CommentAccessChanged) -> str:
    match event.access.who:
        case Commenters.EVERYONE:
            return "Everyone can comment now."
        case Commenters.FOLLOWERS:
            return "Only followers can comment now."
        case Commenters.NOBODY:
            return "Nobody but you can comment now."


def _for_how_long(event: PersonMuted) -> str:
    if not event.until_ms:
        return "for the rest of this LIVE"
    seconds = max(1, round((event.until_ms - event.at_ms) / 1000))
    if seconds < 60:
        return f"for {seconds} s"
    minutes = round(seconds / 60)
    return "for a minute" if minutes == 1 else f"for {minutes} minutes"
