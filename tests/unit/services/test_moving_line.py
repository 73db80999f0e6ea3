"""Likes and joins: one line below the newest row, that counts on and comes to rest."""

from __future__ import annotations

import pytest

from studio.model.room import Person
from studio.protocol.events import Commented, Event, Joined, Liked
from studio.services import feed_rows
from studio.services.feed import FeedService
from studio.services.moving_line import LONGEST_S, MOST, QUIET_S, MovingLine
from studio.services.rows import FeedChange, FeedRow, FeedTab
from tests.unit.services.conftest import ANA, LEO, Send


def likes(person: Person, count: int = 5) -> Liked:
    return Liked(person=person, count=count, total=0)


def words(line: FeedRow | None) -> tuple[str, str, str]:
    assert line is not None
    return line.text, line.person.handle if line.person else "", line.note


def take(line: MovingLine, *events: Event, at_s: float = 0.0) -> FeedRow:
    made = None
    for event in events:
        assert isinstance(event, Liked | Joined)
        made = line.take(event, at_s, 7)
    assert made is not None
    return made


def test_likes_and_joins_are_one_line() -> None:
    line = MovingLine()
    assert words(take(line, likes(ANA, 1))) == ("1 like from 1 person", "", "")
    row = take(line, likes(LEO), likes(ANA, 15), Joined(person=LEO), Joined(person=ANA), Joined(person=ANA))
    assert words(row) == ("21 likes from 2 people", "ana.lopez", "and 1 other joined")
    assert (row.key, row.version) == (7, 5)


def test_it_counts_anew_after_a_rest_or_a_minute() -> None:
    line = MovingLine()
    take(line, likes(ANA))
    assert words(take(line, likes(ANA), at_s=QUIET_S - 1)) == ("10 likes from 1 person", "", "")
    again = take(line, Joined(person=LEO), at_s=2 * QUIET_S)
    assert words(again) == ("", "leo_k", "joined") and again.key == 7
    for second in range(0, int(LONGEST_S) + 2, 5):
        row = take(line, likes(LEO), at_s=100 + second)
    assert words(row)[0] == "65 likes from 1 person"
    assert words(take(line, likes(LEO), at_s=100 + LONGEST_S + 1))[0] == "5 likes from 1 person"


def test_it_rests_once_and_only_when_it_moves_no_more() -> None:
    line = MovingLine()
    assert line.rested(1_000.0) is None
    take(line, likes(ANA))
    assert line.rested(QUIET_S - 1) is None
    rested = line.rested(QUIET_S)
    assert words(rested) == ("5 likes from 1 person", "", "")
    assert line.rested(QUIET_S) is None and line.row is None


def test_a_crowd_costs_bounded_memory() -> None:
    line = MovingLine()
    for number in range(MOST + 500):
        row = line.take(likes(Person(id=f"p{number}", handle="x"), 1), 0.0, 1)
    assert row.text == "5,500 likes from 5,000+ people"
    assert len(line._count.likers) == MOST


class _Time:
    now_s = 50.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Time:
    made = _Time()
    monkeypatch.setattr(feed_rows, "time", made)
    return made


def heard(feed: FeedService) -> list[FeedChange]:
    changes: list[FeedChange] = []
    feed.changed.connect(changes.append)
    return changes


def said(text: str) -> Commented:
    return Commented(comment_id=text, person=ANA, text=text, at_ms=1)


def test_the_feed_hands_it_on_beside_the_rows(feed: FeedService, send: Send, clock: _Time) -> None:
    changes = heard(feed)
    send(said("one"), likes(ANA), said("two"), Joined(person=LEO))
    feed._flush()
    assert [row.text for row in feed.rows(FeedTab.ALL)] == ["one", "two"]
    assert words(changes[-1].moving) == ("5 likes from 1 person", "leo_k", "joined")
    assert feed.moving(FeedTab.ALL) is changes[-1].moving and feed.moving(FeedTab.GIFTS) is None
    send(*(likes(LEO) for _ in range(500)))
    feed._flush()
    assert (changes[-1].appended, changes[-1].updated) == ((), ())
    assert words(changes[-1].moving)[0] == "2,505 likes from 2 people"


def test_at_rest_it_stays_above_what_comes_next(feed: FeedService, send: Send, clock: _Time) -> None:
    changes = heard(feed)
    send(said("one"), likes(ANA))
    feed._flush()
    line = changes[-1].moving
    clock.now_s += QUIET_S
    send(said("two"))
    feed._flush()
    assert [row.text for row in feed.rows(FeedTab.ALL)] == ["one", "5 likes from 1 person", "two"]
    assert changes[-1].appended[0] is line and changes[-1].moving is None
    send(likes(ANA))
    moving = feed.moving(FeedTab.ALL)
    assert moving is not None and line is not None and moving.key != line.key


def test_a_new_live_has_none(feed: FeedService, send: Send) -> None:
    changes = heard(feed)
    send(likes(ANA))
    feed._flush()
    assert changes[-1].moving is not None
    feed.reset()
    feed._flush()
    assert changes[-1].moving is None and feed.moving(FeedTab.ALL) is None
