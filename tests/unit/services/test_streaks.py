"""Streaks from the wire to totals and rows: exact whatever happens on the way; no correction goes unseen."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.model.limits import LIMITS
from studio.model.money import Rates
from studio.model.streak import StreakCorrections
from studio.protocol.codec import decode_client_frame, decode_command, encode, raw
from studio.protocol.commands import Resume, Resumed
from studio.protocol.events import GiftSent
from studio.protocol.frames import Events, Hello, Identified, Request, Response
from studio.protocol.session import ClientSession, RoomCursor, RoomEvents
from studio.services.earnings import EarningsService
from studio.services.feed import FeedService
from studio.services.link import LinkService
from studio.services.router import EventRouter
from studio.services.rows import FeedTab, RowState
from studio.services.streaks import StreakWatch, sentence_of
from tests.unit.model.test_streak import RECORDED
from tests.unit.services.conftest import ANA, CATALOGUE, LEO, ROOM, Send, _no_connection, gift

HELLO = encode(Hello(server="test", versions=(1,)))
IDENTIFIED = encode(Identified(version=1, server_time_ms=1, rates=Rates(), limits=LIMITS, topics=()))


def room_of_streaks(dice: random.Random, copies: int) -> list[GiftSent]:
    """A room's gift events in order of ``seq``: streaks of the recorded shapes mixed, each count with what it
    adds, and gifts without a group id.
    """
    waiting = [
        (f"{copy}.{shape}", list(counts)) for copy in range(copies) for shape, counts in enumerate(RECORDED)
    ]
    events, told, total = [], dict.fromkeys((name for name, _ in waiting), 0), 0
    while waiting:
        name, counts = dice.choice(waiting)
        count = counts.pop(0)
        if not counts:
            waiting.remove((name, counts))
        added = max(0, count - told[name])
        total += added
        told[name] += added
        fields = {
            "seq": len(events) + 1,
            "streak_id": name,
            "transfer_id": f"t{len(events)}",
            "ended": not count,
        }
        events.append(gift(ANA, 1, count or told[name], added, total, **fields))
        if dice.random() < 0.1:
            total += 29_999
            fields |= {"seq": len(events) + 1, "streak_id": "", "transfer_id": f"t{len(events)}"}
            events.append(gift(LEO, 2, 1, 1, total, **fields | {"ended": True}))
    return events


class Wire:
    """A session whose server loses, repeats and reorders frames, and answers every Resume."""

    def __init__(self, events: list[GiftSent], router: EventRouter, dice: random.Random) -> None:
        self._events, self._router, self._dice = events, router, dice
        self.cursor = RoomCursor("r1")
        self.reliable = False
        self.published = self.resumes = 0
        self.connect()

    def connect(self) -> None:
        self._session = ClientSession("test", rooms={"r1": self.cursor})
        self._session.receive(HELLO)
        self._session.receive(IDENTIFIED)
        self._answer()

    def bring(self, first: int, count: int) -> None:
        """One frame with ``count`` events from index ``first``, if it is not lost."""
        self.published = min(len(self._events), max(self.published, first + count))
        some = tuple(raw(event) for event in self._events[first : first + count])
        if some and (self.reliable or self._dice.random() < 0.7):
            self._take(encode(Events(room_id="r1", events=some, sent_ms=1)))
        self._answer()

    def _take(self, frame: str) -> None:
        for happening in self._session.receive(frame):
            self._router.route(happening)

    def _answer(self) -> None:
        for request in [decode_client_frame(text) for text in self._session.outgoing()]:
            if not isinstance(request, Request):
                continue
            asked = decode_command(request.command)
            assert isinstance(asked, Resume)
            result = Resumed(room=ROOM, after_seq=asked.after_seq, seq=self.published)
            self.resumes += 1
            self._take(encode(Response(id=request.id, ok=True, result=raw(result))))
            for first in range(asked.after_seq, self.published, 5):
                self.bring(first, min(5, self.published - first))


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_totals_and_rows_are_exact_under_a_thousand_drops_repeats_and_reorderings(
    qapp: object, seed: int
) -> None:
    dice, router = random.Random(seed), EventRouter()
    link = LinkService(router, _no_connection)
    earnings, feed = EarningsService(link), FeedService(link, CATALOGUE)
    router.add(earnings)
    router.add(feed)
    events = room_of_streaks(dice, 8)
    wire, at = Wire(events, router, dice), 0
    for _ in range(1_000):
        step = dice.choice(("next", "drop", "again", "ahead"))
        first = {"again": dice.randrange(at + 1), "ahead": at + dice.randrange(9)}.get(step, at)
        if step != "drop":
            wire.bring(first, dice.randrange(1, 4))
        at = min(len(events), at + (step in ("next", "drop")))
        if dice.random() < 0.01:
            feed.streaks.look()
    assert wire.resumes > 20 and wire.cursor.duplicates > 100, "the network was as bad as it is meant to be"
    wire.reliable, wire.published = True, len(events)
    wire.connect()
    assert wire.cursor.last_seq == len(events)
    assert earnings.feed_diamonds == earnings.diamonds == events[-1].room_diamonds
    assert earnings.gifts == sum(event.added for event in events)
    expected: dict[str, int] = {}
    for event in events:
        name = event.streak_id or event.transfer_id
        expected[name] = max(expected.get(name, 0), event.count)
    assert {row.item_id: row.count for row in feed.rows(FeedTab.GIFTS)} == expected
    assert sum(row.diamonds for row in feed.rows(FeedTab.GIFTS)) == earnings.diamonds


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_even_past_the_session_nothing_counts_twice(qapp: object, seed: int) -> None:
    """A backend that itself repeats and reorders, under fresh numbers, as converted traffic does."""
    dice, router = random.Random(seed), EventRouter()
    link = LinkService(router, _no_connection)
    earnings, feed = EarningsService(link), FeedService(link, CATALOGUE)
    router.add(earnings)
    router.add(feed)
    events = room_of_streaks(dice, 8)
    arriving = events + dice.choices(events, k=1_000)
    dice.shuffle(arriving)
    now_s = 0.0
    feed.streaks._clock = lambda: now_s
    for event in arriving:
        router.route(RoomEvents("r1", (event,), 0))
        now_s += dice.choice((0.0, 0.2, 9.0))
        if dice.random() < 0.3:
            feed.streaks.look()
    total = events[-1].room_diamonds
    assert earnings.feed_diamonds == total
    assert sum(row.diamonds for row in feed.rows(FeedTab.GIFTS)) == total
    assert sum(given.diamonds for given in earnings.supporters) == total
    assert feed.streaks.corrections.late > 0


def test_a_late_message_after_the_end_no_longer_counts_the_streak_again(
    earnings: EarningsService, send: Send
) -> None:
    send(
        gift(ANA, 1, 6, 6, 6), gift(ANA, 1, 7, 1, 7), gift(ANA, 1, 7, 0, 7, ended=True), gift(ANA, 1, 6, 6, 7)
    )
    assert (earnings.feed_diamonds, earnings.gifts, earnings.difference) == (7, 7, 0)


def test_an_end_that_is_all_that_came_is_counted_and_shown(
    earnings: EarningsService, feed: FeedService, send: Send
) -> None:
    send(gift(ANA, 1, 7, 0, 7, ended=True))
    (row,) = feed.rows(FeedTab.GIFTS)
    assert (row.count, row.diamonds, row.state, row.note) == (7, 7, RowState.SETTLED, "7 from a later count")
    assert (earnings.feed_diamonds, earnings.verified) == (7, True)


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(feed: FeedService) -> _Clock:
    feed.streaks._clock = made = _Clock()
    return made


def test_the_watchdog_closes_the_row_at_its_last_count_and_says_so(
    feed: FeedService, send: Send, clock: _Clock
) -> None:
    send(gift(ANA, 1, 3, 3, 3), gift(ANA, 1, 11, 8, 11))
    assert feed.streaks._timer.isActive()
    clock.now_s += 7.9
    feed.streaks.look()
    assert [row.state for row in feed.rows(FeedTab.GIFTS)] == [RowState.RUNNING]
    clock.now_s += 0.2
    feed.streaks.look()
    (row,) = feed.rows(FeedTab.GIFTS)
    assert (row.state, row.count, row.note) == (RowState.SETTLED, 11, "closed, its end never came")
    assert feed.rows(FeedTab.ALL)[0] == row
    assert sentence_of(feed.streaks.corrections) == (
        "1 streak was closed at the last count because no end came."
    )
    assert not feed.streaks._timer.isActive(), "nothing runs, nobody looks"


def test_what_comes_after_the_closing_corrects_the_row(feed: FeedService, send: Send, clock: _Clock) -> None:
    send(gift(ANA, 1, 3, 3, 3))
    clock.now_s += 9
    feed.streaks.look()
    send(gift(ANA, 1, 5, 2, 5))
    (row,) = feed.rows(FeedTab.GIFTS)
    assert (row.state, row.count, row.diamonds) == (RowState.RUNNING, 5, 5)
    send(gift(ANA, 1, 5, 0, 5, ended=True), gift(ANA, 1, 4, 1, 5))
    (row,) = feed.rows(FeedTab.GIFTS)
    assert (row.count, row.note) == (5, "its end came late · 1 late not counted")
    assert feed.streaks.corrections == StreakCorrections(closed=1, resumed=1, late=1)


def test_the_limit_is_twice_the_backends_own(feed: FeedService, router: EventRouter) -> None:
    assert feed.streaks.limit_ms == 8_000
    limits = msgspec.structs.replace(LIMITS, streak_timeout_ms=2_500)
    router.route(Identified(version=1, server_time_ms=1, rates=Rates(), limits=limits, topics=()))
    assert feed.streaks.limit_ms == 5_000


def test_corrections_are_told_in_the_feed_and_start_anew_with_a_live(
    qtbot: object, feed: FeedService, send: Send
) -> None:
    told: list[StreakCorrections] = []
    feed.streaks.corrected.connect(lambda: told.append(feed.streaks.corrections))
    feed.tell_streaks()
    send(gift(ANA, 1, 3, 1, 3), gift(ANA, 1, 2, 1, 3), gift(ANA, 1, 2, 1, 3))
    feed.tell_streaks()
    assert [row.text for row in feed.rows(FeedTab.ALL) if row.text] == [
        "Every streak of this LIVE came whole: nothing had to be put right.",
        "2 gift messages came late or twice and changed nothing. 2 gifts were counted from a later message.",
    ]
    qtbot.waitUntil(lambda: told == [StreakCorrections(late=2, caught_up=2)])  # type: ignore[attr-defined]
    feed.reset()
    qtbot.waitUntil(lambda: told[-1] == StreakCorrections())  # type: ignore[attr-defined]


def test_a_watch_of_its_own_looks_by_itself(qtbot: object) -> None:
    watch, closed = StreakWatch(), []
    watch.closed.connect(closed.append)
    watch.limit_ms = 10
    watch.hear(gift(ANA, 1, 2, 2, 2))
    qtbot.waitUntil(lambda: len(closed) == 1)  # type: ignore[attr-defined]
    assert watch.running == 0
