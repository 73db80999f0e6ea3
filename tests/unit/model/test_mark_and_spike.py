"""Chapters of marks, and the rule that says which gifts are a moment."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studio.model.mark import Chapter, Mark, chapters_of, shortened
from studio.model.spike import BIG_GIFT, SpikeRule

MINUTE = 60_000


def at(*moments_ms: int) -> list[Mark]:
    return [Mark(at_ms=ms, wall_ms=0, label=f"m{ms}") for ms in moments_ms]


def test_chapters_run_from_mark_to_mark() -> None:
    assert chapters_of(at(5000, 2000), 9000) == (
        Chapter(0, 2000, "Start"),
        Chapter(2000, 5000, "m2000"),
        Chapter(5000, 9000, "m5000"),
    )
    assert chapters_of(at(500), 9000) == (Chapter(500, 9000, "m500"),)
    assert chapters_of((), 9000) == ()
    assert chapters_of(at(9000, 9001), 9000) == ()
    assert chapters_of(at(0, 0), 9000) == (Chapter(0, 9000, "m0, m0"),)


@given(st.lists(st.integers(-10, 100_000), max_size=20), st.integers(1, 90_000))
def test_chapters_never_overlap_and_reach_the_end(moments: list[int], duration_ms: int) -> None:
    chapters = chapters_of(at(*moments), duration_ms)
    assert all(one.start_ms < one.end_ms for one in chapters)
    assert all(one.end_ms == two.start_ms for one, two in pairwise(chapters))
    assert not chapters or chapters[-1].end_ms == duration_ms


def test_a_label_is_one_short_line() -> None:
    assert shortened(" a\n b ") == "a b"
    assert len(shortened("夜" * 500)) == 120


def steady(rule: SpikeRule, minutes: int, a_minute: int, begin_ms: int = 0) -> list[int]:
    """Gifts of one size every 6 s; gives when the rule spoke."""
    spoke = []
    for number in range(minutes * 10):
        at_ms = begin_ms + number * 6_000
        if rule.gift(at_ms, a_minute // 10):
            spoke.append(at_ms)
    return spoke


def test_a_steady_evening_has_no_moments_after_its_first_minutes() -> None:
    rule = SpikeRule()
    assert [ms for ms in steady(rule, 30, 600) if ms > 2 * MINUTE] == []
    assert rule.median_per_minute == 600


def test_a_burst_beyond_four_times_the_median_is_one_moment() -> None:
    rule = SpikeRule()
    steady(rule, 10, 200)
    begin = 10 * MINUTE
    spoke = [(n, rule.gift(begin + n * 1000, 100)) for n in range(30)]
    said = [(n, diamonds) for n, diamonds in spoke if diamonds]
    assert len(said) == 1
    ((when, diamonds),) = said
    assert diamonds >= 800
    assert when <= 8
    assert rule.gift(begin + when * 1000 + 89_000, 900) == 0, "the same moment"
    assert rule.gift(begin + 5 * MINUTE, 900) == 900, "another one"


def test_few_diamonds_are_no_moment_however_quiet_it_was() -> None:
    rule = SpikeRule()
    assert rule.gift(0, 99) == 0
    assert rule.gift(20 * MINUTE, 99) == 0
    assert rule.gift(20 * MINUTE + 1, 1) == 100


def test_one_burst_does_not_hide_the_next() -> None:
    rule = SpikeRule()
    steady(rule, 10, 100)
    assert any(rule.gift(10 * MINUTE + n * 100, 90) for n in range(10))
    steady(rule, 5, 100, 12 * MINUTE)
    assert any(rule.gift(18 * MINUTE + n * 100, 90) for n in range(10))


def test_a_large_gift_is_a_moment_by_itself_and_rests() -> None:
    rule = SpikeRule()
    assert rule.gift(0, BIG_GIFT) == BIG_GIFT
    assert rule.gift(5_000, BIG_GIFT) == 0
    assert rule.gift(25_000, 44_999) == 44_999
    assert rule.gift(30_000, 500) == 0, "the same moment"


@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 50_000)), max_size=200))
def test_it_never_speaks_more_often_than_it_may(gifts: list[tuple[int, int]]) -> None:
    rule, now, spoke = SpikeRule(), 0, []
    for gap_ms, diamonds in gifts:
        now += gap_ms
        if rule.gift(now, diamonds):
            spoke.append(now)
    assert all(two - one >= 10_000 for one, two in pairwise(spoke))
