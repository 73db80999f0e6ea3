"""Room events become rows: each once, folded, replaced in place."""

import pytest

from studio.model.room import CommentAccess, Commenters, Person
from studio.protocol.commands import Resumed
from studio.protocol.events import (
    CommentAccessChanged,
    Commented,
    CommentRemoved,
    Event,
    Followed,
    PersonMuted,
    QuestionAnswered,
    QuestionAsked,
    Shared,
)
from studio.protocol.session import RoomEvents, RoomResumed
from studio.services.feed import FeedService
from studio.services.router import EventRouter, Listener
from studio.services.rows import FeedRow, FeedTab, RowKind, RowState
from tests.unit.services.conftest import ANA, HOST, LEO, ROOM, Send, gift


def comment(person: Person, text: str, comment_id: str, at_ms: int = 1) -> Commented:
    return Commented(comment_id=comment_id, person=person, text=text, at_ms=at_ms)


def rows(feed: FeedService, tab: FeedTab = FeedTab.ALL) -> list[FeedRow]:
    return list(feed.rows(tab))


def test_a_streak_is_one_row_that_grows_and_settles_once(feed: FeedService, send: Send) -> None:
    send(gift(ANA, 1, 1, 1, 1), gift(ANA, 1, 5, 4, 5), comment(LEO, "wow", "c1"), gift(ANA, 1, 12, 7, 12))
    (row,) = rows(feed, FeedTab.GIFTS)
    assert (row.count, row.coins, row.diamonds, row.state) == (12, 12, 12, RowState.RUNNING)
    send(gift(ANA, 1, 12, 0, 12, ended=True))
    (row,) = rows(feed, FeedTab.GIFTS)
    assert (row.count, row.diamonds, row.state) == (12, 12, RowState.SETTLED)
    assert rows(feed)[0] == row  # the same row in both tabs
    send(gift(LEO, 2, 1, 1, 30_011))
    assert [r.tier for r in rows(feed, FeedTab.GIFTS)] == [1, 5]
    assert feed.count(FeedTab.GIFTS) == 2


def test_our_comment_shows_at_once_and_settles_whichever_way_the_answer_comes(
    feed: FeedService, send: Send
) -> None:
    first, second = feed.add_mine(HOST, "thank you"), feed.add_mine(HOST, "thank you")
    assert [row.state for row in rows(feed)] == [RowState.PENDING, RowState.PENDING]
    send(comment(HOST, "thank you", "c1"))  # the event before the answer
    feed.confirm_mine(first, "c1")
    feed.confirm_mine(second, "c2")  # the answer before the event
    send(comment(HOST, "thank you", "c2"))
    assert [(row.key, row.state, row.item_id) for row in rows(feed)] == [
        (first, RowState.SETTLED, "c1"),
        (second, RowState.SETTLED, "c2"),
    ]


def test_a_refused_comment_says_why_and_can_go_again(feed: FeedService, send: Send) -> None:
    key = feed.add_mine(HOST, "hello")
    feed.fail_mine(key, "The LIVE has ended.")
    assert (rows(feed)[0].state, rows(feed)[0].note) == (RowState.FAILED, "The LIVE has ended.")
    assert feed.retry_mine(key) == "hello" and feed.retry_mine(key) is None
    send(comment(HOST, "hello", "c9"))
    assert [row.state for row in rows(feed)] == [RowState.SETTLED]


def test_follows_and_shares_fold_into_a_line_of_each_kind(feed: FeedService, send: Send) -> None:
    send(*(Followed(person=who, followers=3) for who in (ANA, LEO)), Shared(person=ANA))
    assert [(row.tone, row.text, row.people) for row in rows(feed)] == [
        ("follow", "and 1 other followed you", 2),
        ("share", "shared the LIVE", 1),
    ]
    send(*(comment(LEO, f"{n}", f"c{n}") for n in range(8)))
    send(Followed(person=LEO, followers=4))
    assert rows(feed)[-1].text == "followed you"  # the old line is too far up


def test_removed_and_muted_comments_are_hidden_questions_answered(feed: FeedService, send: Send) -> None:
    send(comment(ANA, "one", "c1"), comment(LEO, "two", "c2"), comment(ANA, "three", "c3"))
    send(QuestionAsked(question_id="q1", person=LEO, text="which brush?"))
    send(CommentRemoved(comment_id="c2", by=HOST), QuestionAnswered(question_id="q1"))
    send(PersonMuted(person=ANA, until_ms=0, by=HOST))
    states = {row.text: row.state for row in rows(feed) if row.kind is not RowKind.SYSTEM}
    assert states == {
        "one": RowState.HIDDEN,
        "two": RowState.HIDDEN,
        "three": RowState.HIDDEN,
        "which brush?": RowState.ANSWERED,
    }
    assert rows(feed, FeedTab.QUESTIONS)[0].state is RowState.ANSWERED
    send(PersonMuted(person=LEO, until_ms=301_000, by=HOST, at_ms=1_000))
    said = [row.text for row in rows(feed) if row.kind is RowKind.SYSTEM]
    assert said == ["Ana was muted for the rest of this LIVE.", "leo_k was muted for 5 minutes."]
    send(CommentRemoved(comment_id="never seen", by=HOST))


def test_who_may_comment_now_is_said_in_the_feed(feed: FeedService, send: Send) -> None:
    for who in (Commenters.FOLLOWERS, Commenters.NOBODY, Commenters.EVERYONE):
        send(CommentAccessChanged(access=CommentAccess(who=who), by=HOST))
    assert [row.text for row in rows(feed)] == [
        "Only followers can comment now.",
        "Nobody but you can comment now.",
        "Everyone can comment now.",
    ]


def test_a_recovery_says_how_many(feed: FeedService, router: EventRouter) -> None:
    router.route(RoomResumed(Resumed(room=ROOM, after_seq=10, seq=52)))
    router.route(RoomResumed(Resumed(room=ROOM, after_seq=52, seq=52)))
    router.route(RoomResumed(Resumed(room=ROOM, after_seq=0, seq=52)))  # a LIVE taken up again: no gap
    assert [row.text for row in rows(feed)] == [
        "Back again: 42 events recovered, none is missing.",
        "Back again: nothing happened in between.",
    ]


def test_the_delay_is_measured_when_a_row_is_first_painted(feed: FeedService, send: Send) -> None:
    now = round(feed._link.clock.now_ms())
    send(comment(ANA, "hi", "c1", at_ms=now - 40))
    key = rows(feed)[0].key
    assert feed.delay_ms_p50 is None
    feed.painted([key])
    feed.painted([key])
    assert len(feed.delays) == 1
    assert feed.delay_ms_p50 is not None and feed.delay_ms_p50 >= 39


def test_memory_stays_bounded(feed: FeedService, send: Send) -> None:
    for start in range(0, 20_000, 500):
        send(*(comment(ANA, f"x{n}", f"c{n}") for n in range(start, start + 500)))
    assert len(feed.rows(FeedTab.ALL)) == 2_000 and feed.count(FeedTab.ALL) == 20_000
    assert len(feed._rows._items) <= 5_001 and len(feed._rows._awaited) <= 4_000
    assert len(feed._comments._of_person[ANA.id]) <= 5_001


def test_a_failing_listener_does_not_silence_the_others(
    feed: FeedService, router: EventRouter, expected_errors: object
) -> None:
    class Broken(Listener):
        def on_events(self, batch: RoomEvents) -> None:
            raise RuntimeError("a drawing bug")

    assert callable(expected_errors)
    expected_errors("Broken failed on RoomEvents")
    fresh = EventRouter()
    fresh.add(Broken())
    fresh.add(feed)
    fresh.route(RoomEvents("r1", (comment(ANA, "hi", "c1"),), 0))
    assert fresh.failures == 1 and rows(feed)[0].text == "hi"


@pytest.mark.parametrize("unknown", [7096])
def test_an_unknown_gift_is_shown_all_the_same(feed: FeedService, send: Send, unknown: int) -> None:
    known = gift(ANA, 1, 1, 1, 1)
    odd: Event = type(known)(
        **{f: getattr(known, f) for f in known.__struct_fields__ if f != "gift_id"}, gift_id=unknown
    )
    send(odd)
    assert rows(feed, FeedTab.GIFTS)[0].gift_name == "Rose"
