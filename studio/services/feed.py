"""The feed: room events become rows, folded and replaced in place, handed to the view in batches.

GUI thread. Signals: ``changed(FeedChange)`` per tab, at most 30 a second, so that a burst of 2,000
events a second costs the view 30 updates.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.question import QuestionState
from studio.model.room import Commenters, Person
from studio.model.streak import OVERDUE_FACTOR, Streak
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
from studio.services.comment_fold import CommentFold, may_grow, said_of, with_again, without
from studio.services.delays import Delays
from studio.services.feed_ring import FeedRing
from studio.services.gui_thread import assert_gui_thread
from studio.services.hidden_comments import Hidden, HiddenComments, Reason
from studio.services.link import LinkService
from studio.services.moving_line import MovingLine
from studio.services.router import Listener
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind, RowState, Said
from studio.services.soon import Soon
from studio.services.streaks import StreakWatch, diamonds_of, note_of, sentence_of

__all__ = ["FeedChange", "FeedRow", "FeedService", "FeedTab", "RowKind", "RowState"]

_FLUSH_MS = 33
_RATE_WINDOW_S = 5.0
#: Rows whose first painting is still awaited; the oldest are forgotten (they were scrolled past unseen).
_AWAITED = 4_000
_QUESTION_STATES = {
    QuestionState.OPEN: RowState.SETTLED,
    QuestionState.ANSWERING: RowState.ANSWERING,
    QuestionState.ANSWERED: RowState.ANSWERED,
    QuestionState.DISMISSED: RowState.HIDDEN,
}
#: Ids of comments, questions and streaks before those without a row are looked for and forgotten.
_INDEXED = 5_000


class FeedService(QObject, Listener):
    """Invariant: each event changes the rows once; rows a tab has dropped are never brought back."""

    changed = Signal(object)

    def __init__(self, link: LinkService, catalogue: GiftCatalogue) -> None:
        super().__init__()
        self._link = link
        self._catalogue = catalogue
        self._rings = {tab: FeedRing(tab) for tab in FeedTab}
        self._next_key = 1
        self._by_item: dict[str, int] = {}  # comment, question or streak id -> row key
        self._of_person: dict[str, list[int]] = {}  # their comments, to hide when they are muted
        self._mine: deque[tuple[int, str]] = deque()  # our comments on their way: (key, text)
        self._votes: dict[str, int] = {}  # of questions, not yet in their rows
        self._awaited: dict[int, int] = {}  # row key -> server ms
        self._arrivals: deque[tuple[float, int]] = deque()
        self.delays = Delays()
        self.own_id = ""
        self._folds = ActivityFold()
        self._moving = MovingLine()
        self._alike = CommentFold()
        self._hidden = HiddenComments()
        self._prune_at = _INDEXED
        self._rates = Rates()
        self.streaks = StreakWatch(parent=self)
        self.streaks.closed.connect(self._streak_closed)
        self._hear: dict[type[Event], Callable[..., None]] = {
            Commented: self._comment,
            GiftSent: self._gift,
            QuestionAsked: self._question,
            QuestionAnswered: lambda event: self._restate(event.question_id, RowState.ANSWERED),
            QuestionMoved: self._moved,
            QuestionVoted: self._voted,
            CommentRemoved: self._removed,
            CommentRestored: lambda event: self._come_back(
                self._hidden.show(event.comment_id, Reason.REMOVED)
            ),
            PersonMuted: self._muted,
            PersonUnmuted: self._unmuted,
            CommentAccessChanged: lambda event: self._say(_who_may_comment(event), "", event.at_ms),
            Liked: self._move_on,
            Joined: self._move_on,
            Followed: self._activity,
            Shared: self._activity,
            RoomOpened: lambda event: self._say("You are live.", "good", event.at_ms),
            RoomClosed: lambda event: self._say(f"The LIVE has ended: {event.reason}.", "", event.at_ms),
        }
        self._flusher = Soon(_FLUSH_MS, self._flush, self)

    def reset(self) -> None:
        """A new LIVE: an empty feed."""
        for ring in self._rings.values():
            ring.clear()
        for kept in (self._by_item, self._of_person, self._mine, self._votes, self._awaited, self._arrivals):
            kept.clear()
        self._folds = ActivityFold()
        self._moving = MovingLine()
        self._alike = CommentFold()
        self._hidden.clear()
        self.streaks.reset()
        self.delays.clear()
        self._schedule()

    def rows(self, tab: FeedTab) -> Sequence[FeedRow]:
        return self._rings[tab].rows

    def moving(self, tab: FeedTab) -> FeedRow | None:
        """The line of likes and joins below the newest row, or None."""
        return self._rings[tab].moving

    def count(self, tab: FeedTab) -> int:
        """Rows ever appended in this LIVE, also those that the ring has dropped."""
        return self._rings[tab].total

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
        for key in keys:
            sent = self._awaited.pop(key, None)
            if sent is not None:
                self.delays.add(max(0.0, now - sent))

    def add_mine(self, person: Person, text: str) -> int:
        """Our own comment, shown at once and greyed; returns its key."""
        row = self._row(RowKind.COMMENT, person=person, text=text, state=RowState.PENDING, mine=True)
        row = replace(row, badges=("Host",))
        self._mine.append((row.key, text))
        self._append(row, FeedTab.ALL)
        return row.key

    def confirm_mine(self, key: int, comment_id: str) -> None:
        """The backend took our comment; its event settles the row (or has already)."""
        self._by_item.setdefault(comment_id, key)

    def fail_mine(self, key: int, why: str) -> None:
        """The backend refused our comment."""
        self._forget_mine(key)
        self._change(key, state=RowState.FAILED, note=why)

    def retry_mine(self, key: int) -> str | None:
        """Our refused comment goes out again; returns its text."""
        row = self._rings[FeedTab.ALL].get(key)
        if row is None or row.state is not RowState.FAILED:
            return None
        self._mine.append((key, row.text))
        self._change(key, state=RowState.PENDING, note="")
        return row.text

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
        self._schedule()

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

    def _comment(self, event: Commented) -> None:
        key = self._by_item.get(event.comment_id) or self._claim_mine(event)
        if key is not None:
            self._by_item[event.comment_id] = key
            self._forget_mine(key)
            self._change(key, state=RowState.SETTLED, item_id=event.comment_id, text=event.text)
            return
        if self._folded(event):
            return
        row = self._row(RowKind.COMMENT, event, person=event.person, text=event.text)
        if event.person.id == self.own_id:
            row = replace(row, badges=("Host",), mine=True)
        row = replace(row, item_id=event.comment_id)
        if may_grow(row):
            self._alike.placed(event, row.key)
        self._by_item[event.comment_id] = row.key
        self._of_person.setdefault(event.person.id, []).append(row.key)
        self._append(row, FeedTab.ALL)

    def _folded(self, event: Commented) -> bool:
        """Whether a row that says the same has taken this comment in."""
        key = self._alike.find(event) if event.person.id != self.own_id else None
        row = self._rings[FeedTab.ALL].get(key) if key is not None else None
        if key is None or row is None or not may_grow(row):
            return False
        grown = self._alike.grown(row, event)
        self._put(grown)
        if len(grown.said) > len(row.said):
            self._by_item[event.comment_id] = key
            keys = self._of_person.setdefault(event.person.id, [])
            if key not in keys[-8:]:
                keys.append(key)
        return True

    def _removed(self, event: CommentRemoved) -> None:
        key = self._by_item.get(event.comment_id)
        if key is not None:
            self._hide(key, Reason.REMOVED, lambda said: said.comment_id == event.comment_id)

    def _hide(self, key: int, reason: Reason, gone: Callable[[Said], bool]) -> None:
        """Hides a comment's row, or what is ``gone`` of a folded one."""
        row = self._rings[FeedTab.ALL].get(key)
        if row is None:
            return
        for said in said_of(row):
            if gone(said):
                self._hidden.hide(key, said, reason)
        if row.state is not RowState.HIDDEN:
            self._put(without(row, gone))

    def _come_back(self, hidden: Hidden | None) -> None:
        row = self._rings[FeedTab.ALL].get(hidden.key) if hidden is not None else None
        if hidden is not None and row is not None:
            self._put(with_again(row, hidden.said))

    def _gift(self, event: GiftSent) -> None:
        streak, added = self.streaks.hear(event)
        key = self._by_item.get(streak.streak_id, 0)
        known = self._rings[FeedTab.GIFTS].get(key)
        if known is not None:
            diamonds = known.diamonds + diamonds_of(event, added, self._rates)
            self._change(key, diamonds=diamonds, **_streak_shown(streak))
            return
        if not added:
            return  # the end of a streak whose row is long gone
        gift = self._catalogue.get(event.gift_id)
        row = self._row(RowKind.GIFT, event, person=event.person)
        row = replace(
            row,
            item_id=streak.streak_id,
            gift_id=event.gift_id,
            gift_name=event.gift_name,
            diamonds=diamonds_of(event, streak.count, self._rates),
            tier=gift.tier if gift else 1,
            **_streak_shown(streak),  # type: ignore[arg-type]
        )
        self._by_item[streak.streak_id] = row.key
        self._append(row, FeedTab.ALL, FeedTab.GIFTS)

    def _streak_closed(self, streak: Streak) -> None:
        key = self._by_item.get(streak.streak_id)
        if key is not None:
            self._change(key, **_streak_shown(streak))

    def _question(self, event: QuestionAsked) -> None:
        row = self._row(RowKind.QUESTION, event, person=event.person, text=event.text)
        row = replace(row, item_id=event.question_id)
        self._by_item[event.question_id] = row.key
        self._append(row, FeedTab.ALL, FeedTab.QUESTIONS)

    def _moved(self, event: QuestionMoved) -> None:
        question = event.question
        key = self._by_item.get(question.question_id)
        if key is not None:
            note = "dismissed" if question.state is QuestionState.DISMISSED else ""
            self._change(key, state=_QUESTION_STATES[question.state], note=note)

    def _voted(self, event: QuestionVoted) -> None:
        self._votes[event.question_id] = event.votes  # a storm of them changes each row once a flush

    def _count_votes(self) -> None:
        votes, self._votes = self._votes, {}
        for question_id, count in votes.items():
            key = self._by_item.get(question_id)
            if key is not None:
                self._change(key, votes=count)

    def _move_on(self, event: Liked | Joined) -> None:
        line = self._moving.take(event, time.monotonic(), self._next_key)
        if line.key == self._next_key:
            self._next_key += 1
        self._rings[FeedTab.ALL].set_moving(line)
        self._schedule()

    def _let_rest(self) -> None:
        """A line of likes and joins that moves no more stays above what comes next."""
        rested = self._moving.rested(time.monotonic())
        if rested is not None:
            ring = self._rings[FeedTab.ALL]
            ring.set_moving(None)
            ring.append(rested)

    def _activity(self, event: Followed | Shared) -> None:
        key, text, people, tone = self._folds.take(event, time.monotonic(), self._near_end)
        if key is not None:
            self._change(key, text=text, people=people, person=event.person)
            return
        row = self._row(RowKind.ACTIVITY, event, person=event.person, text=text)
        row = replace(row, people=people, tone=tone)
        self._folds.placed(event, row.key)
        self._append(row, FeedTab.ALL)

    def _muted(self, event: PersonMuted) -> None:
        self._hidden.hide_all_of(event.person.id, Reason.MUTED)
        for key in self._of_person.get(event.person.id, []):
            self._hide(
                key, Reason.MUTED, lambda said: said.person is not None and said.person.id == event.person.id
            )
        self._say(f"{event.person.shown_name} was muted {_for_how_long(event)}.", "", event.at_ms)

    def _unmuted(self, event: PersonUnmuted) -> None:
        for hidden in self._hidden.show_all_of(event.person.id, Reason.MUTED):
            self._come_back(hidden)
        self._say(f"{event.person.shown_name} can comment again.", "", event.at_ms)

    def _say(self, text: str, tone: str, at_ms: int) -> None:
        row = self._row(RowKind.SYSTEM, text=text)
        self._append(replace(row, tone=tone, at_ms=at_ms), FeedTab.ALL)
        self._schedule()

    def _restate(self, item_id: str, state: RowState) -> None:
        key = self._by_item.get(item_id)
        if key is not None:
            self._change(key, state=state)

    def _row(
        self,
        kind: RowKind,
        event: Event | None = None,
        person: Person | None = None,
        text: str = "",
        state: RowState = RowState.SETTLED,
        mine: bool = False,
    ) -> FeedRow:
        key = self._next_key
        self._next_key += 1
        at_ms = event.at_ms if event is not None else 0
        if at_ms:
            self._awaited[key] = at_ms
            if len(self._awaited) > _AWAITED:
                del self._awaited[next(iter(self._awaited))]
        return FeedRow(
            key=key, kind=kind, text=text, person=person, state=state, at_ms=at_ms, mine=mine, sent_ms=at_ms
        )

    def _append(self, row: FeedRow, *tabs: FeedTab) -> None:
        if FeedTab.ALL in tabs:
            self._let_rest()
        for tab in tabs:
            self._rings[tab].append(row)
        self._schedule()
        self._forget_dropped()

    def _change(self, key: int, **changes: object) -> None:
        for ring in self._rings.values():
            row = ring.get(key)
            if row is not None:
                ring.replace(replace(row, version=row.version + 1, **changes))  # type: ignore[arg-type]
        self._schedule()

    def _put(self, row: FeedRow) -> None:
        """A newer version of a row, in every tab that holds it."""
        newer = replace(row, version=row.version + 1)
        for ring in self._rings.values():
            ring.replace(newer)
        self._schedule()

    def _near_end(self, key: int) -> bool:
        distance = self._rings[FeedTab.ALL].distance_from_end(key)
        return distance is not None and distance <= 6

    def _claim_mine(self, event: Commented) -> int | None:
        if event.person.id != self.own_id:
            return None
        return next((key for key, text in self._mine if text == event.text), None)

    def _forget_mine(self, key: int) -> None:
        self._mine = deque(item for item in self._mine if item[0] != key)

    def _forget_dropped(self) -> None:
        """The indexes must not outgrow the rings: they are pruned whenever they hold twice as much."""
        if len(self._by_item) <= self._prune_at:
            return
        alive = {row.key for ring in self._rings.values() for row in ring.rows}
        self._by_item = {item: key for item, key in self._by_item.items() if key in alive}
        self._of_person = {
            who: left
            for who, keys in self._of_person.items()
            if (left := [key for key in keys if key in alive])
        }
        self._prune_at = max(_INDEXED, 2 * len(self._by_item))

    def _schedule(self) -> None:
        self._flusher.ask()

    def _flush(self) -> None:
        self._count_votes()
        for ring in self._rings.values():
            change = ring.take_change()
            if change is not None:
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
