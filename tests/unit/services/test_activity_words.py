"""What the feed says of what runs: each turn once, in order, whatever is counted in between."""

from __future__ import annotations

import pytest

from studio.model.giveaway import Entrants, Giveaway
from studio.model.poll import Poll, PollKind, PollOption
from studio.model.room import Person
from studio.model.treasure import BoxShare, BoxState, TreasureBox
from studio.protocol.activity_events import BoxChanged, FanChanged, GiveawayChanged, PollChanged
from studio.services.activity_words import ActivityWords, drawn, ended, shared

ANA = Person(id="ana", handle="ana")


def poll(*votes: int, over: bool = False, kind: PollKind = PollKind.VOTES) -> Poll:
    options = tuple(PollOption(text=f"Answer {at}", votes=count) for at, count in enumerate(votes))
    return Poll(poll_id="p", question="What?", options=options, kind=kind, ended=over)


def test_counts_are_not_said_and_each_turn_is_said_once() -> None:
    words = ActivityWords()
    said = [
        words.of(PollChanged(poll=one))
        for one in (poll(0, 0), poll(1, 0), poll(3, 1, over=True), poll(3, 1, over=True))
    ]
    assert said == ["Poll: What?", "", "The poll ended: Answer 0, with 3 of 4 votes.", ""]
    assert words.of(PollChanged(poll=poll(1, 1))) == "", "a late count of before the end says nothing"


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (poll(0, 0, over=True), "The poll ended without a vote."),
        (poll(2, 2, 1, over=True), "The poll ended level: Answer 0 and Answer 1, 2 votes each."),
        (poll(1, 0, over=True, kind=PollKind.GIFTS), "The poll ended: Answer 0, with 1 of 1 gift."),
        (
            poll(*[1] * 6, over=True),
            "The poll ended level: Answer 0, Answer 1, Answer 2 and 3 others, 1 vote each.",
        ),
    ],
)
def test_how_a_poll_ended(one: Poll, sentence: str) -> None:
    assert ended(one) == sentence


def test_giveaways_boxes_and_fans() -> None:
    words = ActivityWords()
    giveaway = Giveaway(giveaway_id="g", prize="A print", places=2, who=Entrants.EVERYONE, commitment="")
    assert words.of(GiveawayChanged(giveaway=giveaway)) == "Giveaway: A print. Viewers can take part."
    assert drawn(giveaway) == "Giveaway: A print. Nobody took part, so nobody wins."
    box = TreasureBox(box_id="b", by=ANA, coins=500, places=5, opens_ms=1)
    assert words.of(BoxChanged(box=box)) == "ana filled a treasure box with 500 coins."
    opened = TreasureBox(
        box_id="b", by=ANA, coins=500, places=5, opens_ms=1, state=BoxState.OPENED,
        shares=(BoxShare(person=ANA, coins=500),),
    )  # fmt: skip
    assert words.of(BoxChanged(box=opened)) == "1 person shared 500 coins of ana."
    assert "went back" in shared(
        TreasureBox(box_id="c", by=ANA, coins=1, places=1, opens_ms=1, state=BoxState.RETURNED)
    )
    assert words.of(FanChanged(person=ANA, level=1, joined=True)) == "ana joined your fan club."
    assert words.of(FanChanged(person=ANA, level=3)) == "ana is a fan of level 3 now."
    assert words.of(FanChanged(person=ANA, level=0)) == "", "who leaves is not told on"
