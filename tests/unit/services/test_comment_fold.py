"""Comments that say the same within 5 s become one row that knows them all."""

from __future__ import annotations

import pytest

from studio.model.room import Person
from studio.protocol.events import Commented, CommentRemoved, PersonMuted, QuestionAsked
from studio.services.comment_fold import FOLD_MS, KEPT, alone
from studio.services.feed import FeedService
from studio.services.rows import FeedRow, FeedTab, RowKind, RowState
from tests.unit.services.conftest import ANA, HOST, LEO, Send, gift

NOOR = Person(id="a3", handle="noor_92", name="نور")


def said(person: Person, text: str, number: int, at_ms: int = 1_000) -> Commented:
    return Commented(comment_id=f"c{number}", person=person, text=text, at_ms=at_ms)


def crowd(count: int, text: str = "first", at_ms: int = 1_000) -> list[Commented]:
    people = [Person(id=f"p{n}", handle=f"viewer{n}") for n in range(count)]
    return [
        Commented(comment_id=f"{text} {person.id}", person=person, text=text, at_ms=at_ms)
        for person in people
    ]


def comments(feed: FeedService) -> list[FeedRow]:
    return [row for row in feed.rows(FeedTab.ALL) if row.kind is RowKind.COMMENT]


def test_the_first_row_grows_and_knows_who(feed: FeedService, send: Send) -> None:
    send(
        said(ANA, "LETS GOOO 🔥", 1),
        said(LEO, "nice line", 2),
        said(LEO, "lets go 🔥🔥", 3),
        said(NOOR, "Ｌｅｔｓ ｇｏ 🔥", 4),
    )
    send(said(ANA, "lets gooooo 🔥", 5))
    first, other = comments(feed)
    assert (first.text, first.count, first.people, first.folded) == ("LETS GOOO 🔥", 4, 3, True)
    assert [one.comment_id for one in first.said] == ["c1", "c3", "c4", "c5"]
    assert (other.count, other.folded) == (0, False)


@pytest.mark.parametrize(("later_ms", "rows"), [(FOLD_MS, 1), (FOLD_MS + 1, 2)])
def test_five_seconds_from_the_first_one(feed: FeedService, send: Send, later_ms: int, rows: int) -> None:
    send(said(ANA, "hi", 1), said(LEO, "hi", 2, 1_000 + later_ms))
    assert len(comments(feed)) == rows


def test_a_wave_that_goes_on_gets_a_row_every_five_seconds(feed: FeedService, send: Send) -> None:
    send(*(said(ANA, "spam", n, 1_000 + 100 * n) for n in range(200)))
    assert [row.count for row in comments(feed)] == [51, 51, 51, 47]


def test_the_host_moderators_questions_and_gifts_are_never_folded(feed: FeedService, send: Send) -> None:
    send(said(ANA, "thank you", 1), said(HOST, "thank you", 2), said(HOST, "thank you", 3))
    send(QuestionAsked(question_id="q1", person=LEO, text="thank you", at_ms=1_000))
    send(QuestionAsked(question_id="q2", person=ANA, text="thank you", at_ms=1_000))
    send(gift(ANA, 2, 1, 1, 29_999, streak_id="l1"), gift(ANA, 2, 1, 1, 59_998, streak_id="l2"))
    assert [(row.mine, row.count) for row in comments(feed)] == [(False, 0), (True, 0), (True, 0)]
    assert (len(feed.rows(FeedTab.QUESTIONS)), len(feed.rows(FeedTab.GIFTS))) == (2, 2)
    send(said(LEO, "thank you", 4))
    assert [row.count for row in comments(feed)] == [2, 0, 0], "into the viewer's row, not the host's"


@pytest.mark.parametrize("badge", ["Host", "Mod"])
def test_nothing_folds_into_a_moderators_row(feed: FeedService, send: Send, badge: str) -> None:
    send(said(ANA, "slow down please", 1))
    feed._rows.change(comments(feed)[0].key, badges=(badge,))
    send(said(LEO, "slow down please", 2))
    assert [row.count for row in comments(feed)] == [0, 0]


def test_taking_one_out_leaves_the_others(feed: FeedService, send: Send) -> None:
    send(said(ANA, "One", 1), said(LEO, "one", 2), said(NOOR, "ONE", 3))
    send(CommentRemoved(comment_id="c1", by=HOST))
    (row,) = comments(feed)
    assert (row.person, row.text, row.item_id, row.count, row.people) == (LEO, "one", "c2", 2, 2)
    send(PersonMuted(person=NOOR, until_ms=0, by=HOST))
    (row,) = comments(feed)
    assert (row.person, row.count, row.state, row.folded) == (LEO, 1, RowState.SETTLED, False)
    send(CommentRemoved(comment_id="c2", by=HOST))
    assert comments(feed)[0].state is RowState.HIDDEN
    send(said(ANA, "one", 4))
    assert [row.state for row in comments(feed)] == [RowState.HIDDEN, RowState.SETTLED], "nothing joins it"


def test_a_muted_person_goes_with_all_they_said_there(feed: FeedService, send: Send) -> None:
    send(said(ANA, "x y", 1), said(ANA, "x y", 2), said(LEO, "X y", 3), said(ANA, "x y", 4))
    send(PersonMuted(person=ANA, until_ms=0, by=HOST))
    (row,) = comments(feed)
    assert (row.text, row.count, row.people, row.state) == ("X y", 1, 1, RowState.SETTLED)


def test_a_storm_keeps_a_row_and_the_indexes_bounded(feed: FeedService, send: Send) -> None:
    send(*crowd(20_000))
    (row,) = comments(feed)
    assert (row.count, row.people, len(row.said)) == (20_000, 20_000, KEPT)
    assert len(feed._rows._items) == KEPT
    for wave in range(1, 2_100):
        send(*crowd(3, f"wave {wave}", 1_000 + wave))
    assert len(feed.rows(FeedTab.ALL)) == 2_000
    assert len(feed._rows._items) <= 3 * 4_100 and len(feed._comments._alike._open) <= 4_000


def test_one_of_them_stands_alone_for_what_the_host_does(feed: FeedService, send: Send) -> None:
    send(said(ANA, "One", 1), said(LEO, "one", 2))
    (row,) = comments(feed)
    one = alone(row, row.said[1])
    assert (one.person, one.text, one.item_id, one.folded) == (LEO, "one", "c2", False)
