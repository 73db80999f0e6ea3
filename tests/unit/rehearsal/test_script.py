"""The script: the same for the same seed, believable, within the protocol's limits."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise

import msgspec
import pytest

from studio.model.limits import LIMITS
from studio.model.text import clean_line
from studio.rehearsal.people import stranger
from studio.rehearsal.phrases import LANGUAGES
from studio.rehearsal.script import Act, Do, joining_ms, write_script

#: Seed 1, 30 viewers, 30 seconds: how many acts, and the beginning of their SHA-256.
EXPECTED = (194, "9fa3b433416701df")


def fingerprint(acts: tuple[Act, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(acts)).hexdigest()[:16]


def test_the_same_seed_writes_the_same_acts() -> None:
    assert write_script(11, 30, 60) == write_script(11, 30, 60)
    assert write_script(11, 30, 60) != write_script(12, 30, 60)


def test_the_show_of_a_seed_does_not_depend_on_machine_or_version() -> None:
    # Written down once: if this changes, every recorded rehearsal means something else. Say so in CHANGELOG.
    acts = write_script(1, 30, 30)
    assert (len(acts), fingerprint(acts)) == EXPECTED


def test_a_shorter_show_is_the_beginning_of_a_longer_one() -> None:
    short, long = write_script(4, 50, 20), write_script(4, 50, 90)
    assert long[: len(short)] == short


@pytest.mark.parametrize("viewers", [1, 2, 30, 300])
def test_acts_come_in_order_from_viewers_who_are_in(viewers: int) -> None:
    inside: set[int] = set()
    last_ms = 0
    for act in write_script(8, viewers, 120):
        assert act.at_ms >= last_ms
        last_ms = act.at_ms
        if act.do is Do.JOIN:
            assert act.viewer not in inside
            inside.add(act.viewer)
        else:
            assert act.viewer in inside
            if act.do is Do.LEAVE:
                inside.remove(act.viewer)
    assert abs(len(inside) - viewers) <= 5


def test_everyone_comes_in_at_the_start() -> None:
    joins = [act for act in write_script(1, 200, 60) if act.do is Do.JOIN and act.viewer < 200]
    assert len(joins) == 200
    assert joins[-1].at_ms <= joining_ms(200) <= 10_000


def test_thirty_viewers_make_three_to_six_events_a_second() -> None:
    for seed in range(5):
        acts = [act for act in write_script(seed, 30, 300) if act.do is not Do.LEAVE]
        assert 3 <= len(acts) / 300 <= 6


def test_a_thousand_viewers_make_tens_of_events_a_second() -> None:
    acts = [act for act in write_script(1, 1_000, 120) if act.do not in (Do.LEAVE, Do.JOIN)]
    assert 15 <= len(acts) / 120 <= 60


def test_few_are_very_active() -> None:
    counts = Counter(act.viewer for act in write_script(1, 100, 600) if act.do is not Do.GIFT)
    ordered = sorted(counts.values(), reverse=True)
    assert sum(ordered[:10]) > 0.35 * sum(ordered)


def test_every_kind_of_act_and_the_big_gifts_come() -> None:
    acts = write_script(1, 30, 180)
    assert {act.do for act in acts} == set(Do)
    gifts = Counter(act.gift for act in acts if act.do is Do.GIFT)
    assert gifts["Lion"] >= 1 and gifts["Universe"] >= 1 and gifts["Rose"] > 50


def test_streaks_come_at_the_speed_of_a_thumb() -> None:
    roses = sorted(
        (act.viewer, act.at_ms) for act in write_script(1, 30, 60) if act.do is Do.GIFT and act.gift == "Rose"
    )
    gaps = [later - sooner for (giver, sooner), (next_giver, later) in pairwise(roses) if giver == next_giver]
    in_combos = [gap for gap in gaps if gap < 400]
    assert len(in_combos) > 20


def test_a_storm_adds_so_many_events_a_second() -> None:
    start = joining_ms(20)
    calm = [act for act in write_script(1, 20, 30) if start <= act.at_ms < start + 20_000]
    storm = [act for act in write_script(1, 20, 30, storm=400) if start <= act.at_ms < start + 20_000]
    assert len(storm) - len(calm) == pytest.approx(400 * 20, rel=0.02)


def test_a_storm_slower_than_one_a_second_is_that_slow() -> None:
    added = len(write_script(1, 2, 100, storm=0.5)) - len(write_script(1, 2, 100))
    assert added == pytest.approx(50, abs=4)


def test_likes_fit_an_event() -> None:
    assert all(
        1 <= act.count <= LIMITS.likes_per_event for act in write_script(1, 50, 120) if act.do is Do.LIKE
    )


def test_texts_fit_the_limits_and_are_clean_as_written() -> None:
    longest = "x" * LIMITS.handle_max
    for code, _, phrases in LANGUAGES:
        for text in (*phrases.comments, *phrases.questions, *phrases.cheers):
            written = text.replace("{who}", longest)
            assert 1 <= len(written) <= LIMITS.comment_max, (code, text)
            assert clean_line(written) == written, (code, text)


def test_the_audience_speaks_many_languages() -> None:
    texts = {act.text for act in write_script(1, 300, 300) if act.do is Do.COMMENT}
    spoken = [code for code, _, phrases in LANGUAGES if texts & {*phrases.comments, *phrases.cheers}]
    assert len(spoken) == len(LANGUAGES) == 14


def test_mentions_name_somebody_of_the_audience() -> None:
    texts = [act.text for act in write_script(2, 40, 300) if act.text.startswith("@")]
    handles = {stranger(2, index).handle for index in range(120)}
    assert texts
    assert all(text[1:].split()[0] in handles for text in texts)


def test_people_are_the_same_every_time_and_have_handles_of_their_own() -> None:
    people = [stranger(3, index) for index in range(1_200)]
    assert people == [stranger(3, index) for index in range(1_200)]
    assert len({person.handle for person in people}) == 1_200
    for person in people:
        # a dot and six characters follow, to make it unique on the server
        assert 2 <= len(person.handle) <= LIMITS.handle_max - 7
        assert person.handle.isascii() and person.handle.replace("_", "").isalnum()
        assert 1 <= len(person.name) <= LIMITS.display_name_max
        assert clean_line(person.name) != ""
