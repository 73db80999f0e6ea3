"""Streaks: whatever the network does to running counts, the highest one is the total."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studio.model.streak import Streak, StreakBook


def update(count: int, *, streak: str = "s", ended: bool = False, at_ms: int = 0) -> Streak:
    return Streak(streak, gift_id=1, person_id="p", coins_each=1, count=count, ended=ended, last_ms=at_ms)


@given(st.data())
def test_any_drops_repeats_and_reorders_give_the_exact_total(data: st.DataObject) -> None:
    """Several streaks at once; each one's highest count arrives at least once, the rest as luck has it."""
    totals = data.draw(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 40), min_size=1))
    arriving = [update(total, streak=name, ended=True) for name, total in totals.items()]
    for name, total in totals.items():
        arriving += [update(n, streak=name) for n in data.draw(st.lists(st.integers(1, total)))]
    book = StreakBook()
    counted = dict.fromkeys(totals, 0)
    for one in data.draw(st.permutations(arriving)):
        added = book.apply(replace(one))
        assert added >= 0
        counted[one.streak_id] += added
    assert counted == totals
    assert book.running() == []


def test_even_a_single_rose_comes_twice_and_counts_once() -> None:
    book = StreakBook()
    assert book.apply(update(1)) == 1
    assert [one.streak_id for one in book.running()] == ["s"]
    assert book.apply(update(1, ended=True)) == 0
    assert book.running() == []


def test_an_end_that_overtakes_counts_everything_at_once() -> None:
    book = StreakBook()
    assert book.apply(update(7, ended=True)) == 7
    assert book.apply(update(6)) == 0
    assert book.running() == [], "a late message does not open it again"


def test_the_book_keeps_its_own_copy() -> None:
    book = StreakBook()
    first = update(2, at_ms=5)
    book.apply(first)
    book.apply(update(9, ended=True, at_ms=3))
    assert (first.count, first.ended, first.last_ms) == (2, False, 5)
    known = book.get("s")
    assert known is not None and (known.count, known.ended, known.last_ms) == (9, True, 5)


def test_a_streak_forgotten_is_gone() -> None:
    book = StreakBook()
    book.apply(update(2))
    book.forget("s")
    book.forget("never there")
    assert book.get("s") is None and book.running() == []
