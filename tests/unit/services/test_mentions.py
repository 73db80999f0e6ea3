"""Mentions and badges: what the host's own choice and the LIVE's events make of a comment's row."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.protocol.activity_events import FanChanged
from studio.protocol.events import Commented, Followed, Joined
from studio.services.account import AccountService
from studio.services.feed import FeedService
from studio.services.mentions import MentionsService
from studio.services.profile import Profile
from studio.services.rows import FeedRow, FeedTab, RowKind
from tests.fakes.feed_services import Rig
from tests.unit.services.conftest import ANA, HOST, LEO, Send, gift


def said(person: object, text: str, number: int, at_ms: int = 1_000) -> Commented:
    return Commented(comment_id=f"c{number}", person=person, text=text, at_ms=at_ms)  # type: ignore[arg-type]


def comments(feed: FeedService, tab: FeedTab = FeedTab.ALL) -> list[FeedRow]:
    return [row for row in feed.rows(tab) if row.kind is RowKind.COMMENT]


@pytest.fixture
def mentions(rig_account: AccountService, tmp_path: Path) -> MentionsService:
    return MentionsService(rig_account, Profile(tmp_path / "profile.json"))


@pytest.fixture
def rig_account(qapp: object, tmp_path: Path) -> AccountService:
    rig = Rig(tmp_path)
    rig.sign_in()
    return rig.services.account


def test_a_mention_is_marked_and_stands_in_its_tab_too(
    feed: FeedService, send: Send, mentions: MentionsService
) -> None:
    feed.ask(mentions.fits, lambda person_id: person_id == LEO.id)
    told: list[bool] = []
    mentions.mentioned.connect(lambda: told.append(True))
    mentions.set_phrases(("ink", " ", "ink ", "two  words"))
    assert mentions.phrases == ("ink", "two words")
    mentions.mark(LEO.id, wanted=True)
    send(said(ANA, f"@{mentions.handle} look", 1), said(ANA, "which INK?", 2), said(ANA, "drink", 3))
    send(said(LEO, "whatever", 4), said(HOST, "my ink", 5))
    assert [row.mention for row in comments(feed)] == [True, True, False, True, False]
    assert [row.item_id for row in comments(feed, FeedTab.MENTIONS)] == ["c1", "c2", "c4"]
    assert comments(feed)[3].badges == ("Mod", "First comment")
    assert told == [True], "at most one sound in three seconds"
    mentions.mark(LEO.id, wanted=False)
    send(said(LEO, "again", 6))
    assert not comments(feed)[-1].mention


def test_what_was_chosen_is_kept(rig_account: AccountService, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "kept.json")
    first = MentionsService(rig_account, profile)
    first.set_phrases(tuple(f"word {number}" for number in range(60)))
    first.set_sound(True)
    for number in range(205):
        first.mark(f"p{number}", wanted=True)
    profile.flush()
    again = MentionsService(rig_account, Profile(tmp_path / "kept.json"))
    assert (len(again.phrases), again.sound) == (50, True)
    assert (again.marks("p4"), again.marks("p5"), again.marks("p204")) == (False, True, True)


def test_badges_say_what_the_live_told_of_a_person(feed: FeedService, send: Send) -> None:
    send(Followed(person=ANA, followers=1), said(ANA, "one", 1))
    send(gift(LEO, 2, 1, 1, 5, streak_id="a"), said(LEO, "two", 2), said(ANA, "three", 3))
    send(gift(ANA, 2, 1, 1, 10, streak_id="b"), gift(ANA, 2, 1, 1, 15, streak_id="c"), said(LEO, "four", 4))
    assert [row.badges for row in comments(feed)] == [
        ("New follower", "First comment"),
        ("Top 1", "First comment"),
        ("New follower",),
        ("Top 2",),
    ]
    feed.reset()
    send(said(ANA, "a new LIVE", 5))
    assert comments(feed)[-1].badges == ("First comment",)


def test_newcomers_and_fans_are_known_from_when_they_came_in(feed: FeedService, send: Send) -> None:
    send(Joined(person=ANA, newcomer=True), Joined(person=LEO, fan_level=3))
    send(said(ANA, "hello", 1), said(ANA, "it is me again", 2), said(LEO, "good evening", 3))
    send(FanChanged(person=ANA, level=1, joined=True, fans=2), FanChanged(person=LEO, level=0, fans=1))
    send(said(ANA, "I have joined", 4), said(LEO, "I have left", 5))
    assert [row.badges for row in comments(feed)] == [
        ("First time here",),
        (),
        ("Fan · Lv 3", "First comment"),
        ("Fan · Lv 1",),
        (),
    ]
