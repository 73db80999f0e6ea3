"""What is decided without a server: how coins are shared, how a draw comes out, what a poll shows, levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.activities import Activities
from studio.model.countdown import Countdown, clock_words, seconds_of
from studio.model.fan_club import LEVELS, level_of, next_level_at
from studio.model.giveaway import commitment_of, draw, ticket
from studio.model.person import Person
from studio.model.poll import Poll, PollOption
from studio.model.treasure import BoxState, TreasureBox, split

SEED = "7f" * 32
handles = st.sets(st.text("abcdefghijklmnop.-_0123456789", min_size=2, max_size=24), max_size=60)


@given(st.integers(1, 10**15), st.data())
def test_a_box_is_shared_to_the_last_coin(coins: int, data: st.DataObject) -> None:
    people = data.draw(st.integers(1, min(coins, 1_000)))
    shares = split(coins, people)
    assert sum(shares) == coins
    assert len(shares) == people
    assert min(shares) >= 1
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True), "what is left over goes to the first"


@pytest.mark.parametrize(("coins", "people"), [(0, 1), (3, 0), (3, 4), (-5, 1), (5, -1)])
def test_what_cannot_be_shared(coins: int, people: int) -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        split(coins, people)


@given(handles, st.integers(1, 20), st.randoms(use_true_random=False))
def test_a_draw_depends_on_seed_and_people_alone(people: set[str], places: int, random: object) -> None:
    listed = sorted(people)
    random.shuffle(listed)  # type: ignore[attr-defined]
    winners = draw(SEED, "g1", listed, places)
    assert winners == draw(SEED, "g1", people, places)
    assert len(winners) == min(places, len(people))
    assert len(set(winners)) == len(winners)
    assert set(winners) <= people
    assert draw(SEED, "g1", people, 1) == winners[:1], "more places do not change who is first"


def test_the_draw_is_the_documented_one() -> None:
    """Numbers worked out with another tool: printf '%s' ... | sha256sum."""
    assert commitment_of("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert ticket("seed", "g1", "ana") == "4e6a2a31d7116c2ed73e0ad6a1c2e5ecb0d6c27c10f15de1cb7180f04ae77c90"


def test_over_many_draws_everyone_wins_about_as_often() -> None:
    people = [f"viewer{number}" for number in range(10)]
    wins = dict.fromkeys(people, 0)
    for number in range(5_000):
        wins[draw(f"{number:064x}", "g1", people, 1)[0]] += 1
    # Binomial(5000, 1/10): 500 +- 21; five deviations.
    assert all(394 < count < 606 for count in wins.values()), wins


def test_percentages_never_add_up_to_more_than_a_hundred() -> None:
    options = tuple(PollOption(text=str(votes), votes=votes) for votes in (1, 1, 1))
    poll = Poll(poll_id="p", question="?", options=options)
    assert [poll.percent(at) for at in range(3)] == [33, 33, 33]
    assert poll.leaders == (0, 1, 2)
    assert Poll(poll_id="p", question="?", options=(PollOption(text="a"),)).leaders == ()
    assert Poll(poll_id="p", question="?", options=(PollOption(text="a"),)).percent(0) == 0


@given(st.integers(0, 10**9))
def test_levels_only_rise(points: int) -> None:
    assert 1 <= level_of(points) <= len(LEVELS)
    assert level_of(points) <= level_of(points + 1)
    upcoming = next_level_at(points)
    if upcoming is None:
        assert level_of(points) == len(LEVELS)
    else:
        assert level_of(upcoming) == level_of(points) + 1
        assert level_of(upcoming - 1) == level_of(points)


def box(number: int, state: BoxState = BoxState.FILLING, opens_ms: int = 5_000) -> TreasureBox:
    by = Person(id="u", handle="u")
    return TreasureBox(box_id=f"b{number}", by=by, coins=5, places=5, opens_ms=opens_ms, state=state)


def test_the_next_moment_is_of_what_still_runs() -> None:
    over = Countdown(title="", length_ms=1, ends_ms=1, ended=True)
    running = Countdown(title="", length_ms=1, ends_ms=9_000)
    assert Activities(countdown=over).next_ms == 0
    assert Activities(countdown=running, boxes=(box(1), box(2, opens_ms=7_000))).next_ms == 5_000
    assert Activities(countdown=running, boxes=(box(1, BoxState.OPENED),)).next_ms == 9_000


def test_of_opened_boxes_only_the_last_is_kept() -> None:
    activities = Activities().with_box(box(1)).with_box(box(2))
    activities = activities.with_box(box(1, BoxState.OPENED))
    assert [one.box_id for one in activities.boxes] == ["b2", "b1"]
    activities = activities.with_box(box(2, BoxState.RETURNED))
    assert [one.box_id for one in activities.boxes] == ["b2"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 300), (" 2:30 ", 150), ("1:30:00", 5_400), ("45s", 45), ("10 min", 600), ("3m", 180), ("0:05", 5)],
)
def test_lengths_as_hosts_type_them(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "0", "0:00", "-5", "1:99", "1:2:3:4", "٥", "5" * 40, "s", "1.5"]
)
def test_what_is_no_length(text: str) -> None:
    assert seconds_of(text) is None


def test_clock_words_are_read_again() -> None:
    for seconds in (5, 59, 60, 150, 3_599, 3_600, 86_399):
        assert seconds_of(clock_words(seconds)) == seconds
