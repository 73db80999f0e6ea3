"""Streaks: whatever the network does to running counts, the highest one is the total."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.model.streak import Streak, StreakBook, StreakCorrections

#: Counts inside real streaks, as they arrived; a trailing 0 stands for an end that came.
RECORDED = (
    (2, 3),
    (1, 3, 7, 10, 11, 0),
    (13, 15, 14, 17, 16, 18, 19, 20, 21, 22, 23),
    (3, 1),
    (1, 0),
    (5,),
    (1, 6),
    (1, 2, 5, 7, 8, 9, 10),
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
)


def update(count: int, *, streak: str = "s", ended: bool = False, at_ms: int = 0) -> Streak:
    return Streak(streak, gift_id=1, person_id="p", coins_each=1, count=count, ended=ended, last_ms=at_ms)


def recorded(copies: int) -> list[Streak]:
    """Several people's streaks of the recorded shapes, and gifts that cannot streak and come once, ended."""
    messages = []
    for copy in range(copies):
        for shape, counts in enumerate(RECORDED):
            name = f"{copy}.{shape}"
            messages += [update(count, streak=name) for count in counts if count]
            if not counts[-1]:
                messages.append(update(max(counts), streak=name, ended=True))
        messages.append(update(1, streak=f"{copy}.single", ended=True))
    return messages


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_thousand_drops_repeats_and_reorders_leave_the_totals_exact(seed: int) -> None:
    """What is dropped comes back by resume, at the end; the watchdog looks in between."""
    dice = random.Random(seed)
    arriving = recorded(6)
    expected: dict[str, int] = {}
    for one in arriving:
        expected[one.streak_id] = max(expected.get(one.streak_id, 0), one.count)
    resumed = []
    for _ in range(1_000):
        at, to = dice.randrange(len(arriving)), dice.randrange(len(arriving))
        match dice.choice(("drop", "repeat", "move")):
            case "drop" if len(arriving) > 20:
                resumed.append(arriving.pop(at))
            case "repeat":
                arriving.insert(to, arriving[at])
            case _:
                arriving.insert(to, arriving.pop(at))
    book, counted, now_ms = StreakBook(), dict.fromkeys(expected, 0), 0
    for one in arriving + resumed:
        now_ms += dice.choice((0, 30, 400, 9_000))
        added = book.apply(replace(one, last_ms=now_ms))
        assert added >= 0
        counted[one.streak_id] += added
        if dice.random() < 0.3:
            book.close_overdue(now_ms, 8_000)
    assert counted == expected
    book.close_overdue(now_ms + 8_000, 8_000)
    assert book.running() == []
    ended = {one.streak_id for one in arriving + resumed if one.ended}
    assert book.corrections.closed - book.corrections.resumed <= len(expected) - len(ended)


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
    assert book.corrections == StreakCorrections()


def test_an_end_that_overtakes_counts_everything_at_once() -> None:
    book = StreakBook()
    assert book.apply(update(7, ended=True)) == 7
    assert book.apply(update(6)) == 0
    assert book.running() == [], "a late message does not open it again"
    assert book.corrections == StreakCorrections(late=1)


@pytest.mark.parametrize(("silent_ms", "closed"), [(7_999, 0), (8_000, 1)])
def test_a_streak_without_an_end_is_closed_at_its_last_count(silent_ms: int, closed: int) -> None:
    book = StreakBook()
    book.apply(update(1, at_ms=1_000))
    book.apply(update(11, at_ms=2_000))
    found = book.close_overdue(2_000 + silent_ms, 8_000)
    assert [(one.count, one.ended, one.overdue) for one in found] == [(11, True, True)] * closed
    assert book.corrections.closed == closed
    assert book.close_overdue(1_000_000, 8_000) == [] or not closed


def test_an_end_that_comes_after_all_undoes_the_closing_and_counts_nothing_twice() -> None:
    book = StreakBook()
    book.apply(update(11))
    book.close_overdue(8_000, 8_000)
    assert book.apply(update(11, ended=True, at_ms=9_000)) == 0
    streak = book.get("s")
    assert streak is not None and (streak.ended, streak.overdue, streak.closings) == (True, False, 1)
    assert book.apply(update(11, ended=True, at_ms=9_500)) == 0
    assert book.corrections == StreakCorrections(closed=1, resumed=1, late=1), "the second end is a repeat"


def test_a_closed_streak_that_goes_on_runs_again_and_is_watched_again() -> None:
    book = StreakBook()
    book.apply(update(3))
    book.close_overdue(8_000, 8_000)
    assert book.apply(update(5, at_ms=20_000)) == 2
    assert [(one.count, one.overdue) for one in book.running()] == [(5, False)]
    assert [one.closings for one in book.close_overdue(28_000, 8_000)] == [2]


def test_gifts_that_only_a_later_count_tells_of_are_named() -> None:
    book = StreakBook()
    assert book.apply(update(1), own=1) == 1
    assert book.apply(update(9), own=2) == 8
    assert book.apply(update(5), own=4) == 0, "and the lost ones, late, are not counted again"
    streak = book.get("s")
    assert streak is not None and (streak.caught_up, streak.late) == (6, 1)
    assert book.corrections == StreakCorrections(late=1, caught_up=6)


def test_the_book_keeps_its_own_copy() -> None:
    book = StreakBook()
    first = update(2, at_ms=5)
    book.apply(first)
    book.apply(update(9, ended=True, at_ms=3))
    assert (first.count, first.ended, first.last_ms) == (2, False, 5)
    known = book.get("s")
    assert known is not None and (known.count, known.ended, known.last_ms) == (9, True, 5)


def test_a_book_that_is_full_forgets_who_was_silent_longest() -> None:
    book = StreakBook(capacity=2, remembered=2)
    for name in "abc":
        book.apply(update(1, streak=name))
    assert (len(book), book.forgotten, book.get("a")) == (2, 1, None)
    for name in "def":
        book.apply(update(1, streak=name, ended=True))
    assert (len(book), book.forgotten, book.get("d")) == (4, 2, None)
    book.apply(update(2, streak="b"))
    book.apply(update(1, streak="e", ended=True))
    assert (len(book), book.forgotten) == (4, 2)
    assert [one.streak_id for one in book.running()] == ["c", "b"]
    assert len(book.close_overdue(100, 10)) == 2
    assert (len(book), book.forgotten, book.get("f"), book.get("e")) == (2, 4, None, None)
