"""Whom to thank next: nothing is lost and nothing comes twice, in any order of events, ticks and restarts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model import thanks
from studio.model.giver import GiftStep, Giver
from studio.model.room import Person
from studio.model.streak import StreakBook
from studio.model.thanks import UNDO_STEPS, ThankOrder, ThankQueue, Tick, standing

PEOPLE = tuple(Person(id=f"p{number}", handle=name) for number, name in enumerate(("ana", "春日", "يوسف")))
WORTH = {1: 1, 2: 299}
NAMES = {1: "Rose", 2: "Corgi"}


@dataclass
class Room:
    """A backend's room, as far as gifts go: it numbers what happens and lets streaks grow."""

    log: list[GiftStep] = field(default_factory=list)
    running: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def give(self, who: int, gift_id: int = 1, added: int = 1) -> GiftStep:
        person, seq = PEOPLE[who], len(self.log) + 1
        streak, count = self.running.get((person.id, gift_id), (f"s{seq}", 0))
        self.running[person.id, gift_id] = (streak, count + added)
        return self._say(person, streak, gift_id, count + added, added, ended=False)

    def end(self, who: int, gift_id: int = 1) -> GiftStep | None:
        person = PEOPLE[who]
        streak, count = self.running.pop((person.id, gift_id), ("", 0))
        return self._say(person, streak, gift_id, count, 0, ended=True) if streak else None

    def _say(
        self, person: Person, streak: str, gift_id: int, count: int, added: int, *, ended: bool
    ) -> GiftStep:
        seq = len(self.log) + 1
        each, name = WORTH[gift_id], NAMES[gift_id]
        step = GiftStep(
            seq, 1_000 * seq, streak, person, gift_id, name, count, added, added * each, ended, each
        )
        self.log.append(step)
        return step


def whole(*groups: tuple[Giver, ...]) -> tuple[int, int]:
    """(gifts, diamonds) of all those people."""
    people = [giver for group in groups for giver in group]
    return sum(one.count for one in people), sum(one.diamonds for one in people)


def words(giver: Giver) -> str:
    gifts = ", ".join(f"{gift.name} ×{gift.count}" for gift in giver.gifts)
    return f"{giver.person.handle} {giver.diamonds}: {gifts}"


def test_gifts_of_a_person_are_merged() -> None:
    room, queue = Room(), ThankQueue()
    for step in (room.give(0, 1, 3), room.give(1, 2), room.give(0, 1, 4), room.give(0, 2), room.give(2)):
        queue.hear(step)
    assert [words(one) for one in queue.first(ThankOrder.LARGEST, 9)] == [
        "ana 306: Corgi ×1, Rose ×7",
        "春日 299: Corgi ×1",
        "يوسف 1: Rose ×1",
    ]
    ana = queue.of("p0")
    assert ana is not None and (ana.first_ms, ana.last_ms, ana.count) == (1_000, 4_000, 8)
    assert [one.person.handle for one in queue.first(ThankOrder.OLDEST, 2)] == ["ana", "春日"]


def test_of_two_equals_the_one_who_waits_longer_comes_first() -> None:
    room, queue = Room(), ThankQueue()
    for who in (2, 0, 1):
        queue.hear(room.give(who))
    assert [one.person.id for one in queue.first(ThankOrder.LARGEST, 9)] == ["p2", "p0", "p1"]


def test_a_streak_that_goes_on_brings_back_only_what_is_new() -> None:
    room, queue = Room(), ThankQueue()
    queue.hear(room.give(0, 1, 40))
    assert queue.tick("p0") == Tick(person_id="p0", through_seq=1)
    assert len(queue) == 0
    assert queue.hear(room.give(0, 1, 7)) == 7
    assert [words(one) for one in queue.waiting()] == ["ana 7: Rose ×7"]
    assert [words(one) for one in queue.thanked()] == ["ana 40: Rose ×40"]
    ended = room.end(0)
    assert ended is not None and queue.hear(ended) == 0


def test_taking_back_a_tick_restores_exactly_and_keeps_what_came_since() -> None:
    room, queue = Room(), ThankQueue()
    queue.hear(room.give(0, 1, 2))
    before = queue.of("p0")
    queue.tick("p0")
    assert queue.last_ticked == PEOPLE[0]
    assert queue.undo() == Tick(person_id="p0", through_seq=1)
    assert queue.of("p0") == before and queue.last_ticked is None
    queue.tick("p0")
    queue.hear(room.give(0, 2))
    queue.undo()
    assert [words(one) for one in queue.waiting()] == ["ana 301: Corgi ×1, Rose ×2"]
    assert queue.thanked() == () and queue.undo() is None


def test_a_tick_thanks_for_all_that_waits_also_when_it_came_out_of_order() -> None:
    room, queue = Room(), ThankQueue()
    early, late = room.give(0, 1), room.give(0, 2)
    queue.hear(late)
    queue.hear(early)
    assert queue.tick("p0") == Tick(person_id="p0", through_seq=2)
    assert len(queue) == 0 and whole(queue.thanked()) == (2, 300)


def test_nobody_is_ticked_off_twice_or_for_nothing() -> None:
    room, queue = Room(), ThankQueue()
    assert queue.tick("p0") is None
    queue.hear(room.give(0))
    assert queue.tick("p0") is not None
    assert queue.tick("p0") is None and queue.tick("a stranger") is None


def test_a_streak_of_which_only_the_end_is_heard_counts_whole() -> None:
    room, queue = Room(), ThankQueue()
    step = room.give(0, 2, 3)
    end = room.end(0, 2)
    assert end is not None and queue.hear(end) == 3
    assert queue.hear(step) == 0
    assert [words(one) for one in queue.waiting()] == ["ana 897: Corgi ×3"]


@pytest.mark.parametrize(("count", "added", "diamonds"), [(-5, -5, -5), (0, 0, 0), (-1, 3, 9)])
def test_counts_that_make_no_sense_change_nothing(count: int, added: int, diamonds: int) -> None:
    queue = ThankQueue()
    assert queue.hear(GiftStep(1, 1, "s", PEOPLE[0], 1, "Rose", count, added, diamonds)) == 0
    assert len(queue) == 0 and queue.unlisted == 0


def test_ticks_are_recalled_before_the_gifts() -> None:
    room, queue = Room(), ThankQueue()
    queue.hear(room.give(0))
    with pytest.raises(ValueError, match="before"):
        queue.recall([Tick(person_id="p0", through_seq=1)])


def test_more_ticks_than_can_be_taken_back_still_count() -> None:
    room, queue = Room(), ThankQueue()
    for _ in range(UNDO_STEPS + 50):
        queue.hear(room.give(0))
        queue.tick("p0")
    assert whole(queue.thanked()) == (UNDO_STEPS + 50, UNDO_STEPS + 50)
    undone = 0
    while queue.undo():
        undone += 1
    assert undone == UNDO_STEPS
    assert (whole(queue.waiting()), whole(queue.thanked())) == ((UNDO_STEPS,) * 2, (50, 50))


def test_people_beyond_the_bound_are_counted_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thanks, "MOST_PEOPLE", 2)
    room, queue = Room(), ThankQueue()
    for who in (0, 1, 2, 2, 0):
        queue.hear(room.give(who))
    assert (len(queue), queue.unlisted, whole(queue.waiting())) == (2, 2, (3, 3))


def test_ended_streaks_are_forgotten_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thanks, "StreakBook", lambda: StreakBook(remembered=3))
    room, queue = Room(), ThankQueue()
    for _ in range(10):
        queue.hear(room.give(0))
        ended = room.end(0)
        assert ended is not None
        queue.hear(ended)
    assert len(queue._book) == 3 and not queue._book.running()
    assert whole(queue.waiting()) == (10, 10)


def test_what_was_written_down_stands_unless_taken_back() -> None:
    a, b = Tick(person_id="a", through_seq=3), Tick(person_id="b", through_seq=5)
    assert standing([(a, False), (b, False), (b, True), (b, False), (a, True), (a, True)]) == [b]


Ops = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.integers(0, 2), st.sampled_from((1, 2)), st.integers(1, 50)),
        st.tuples(st.just("end"), st.integers(0, 2), st.sampled_from((1, 2)), st.just(0)),
        st.tuples(st.just("tick"), st.integers(0, 2), st.just(0), st.just(0)),
        st.tuples(st.sampled_from(("undo", "restart", "repeat")), st.just(0), st.just(0), st.integers(0, 9)),
    ),
    max_size=60,
)


@given(Ops)
def test_what_waits_is_what_came_after_the_last_tick_whatever_happens(
    ops: list[tuple[str, int, int, int]],
) -> None:
    room, queue = Room(), ThankQueue()
    written: list[tuple[Tick, bool]] = []
    for what, who, gift_id, number in ops:
        if what == "give":
            assert queue.hear(room.give(who, gift_id, number)) == number
        elif what == "end" and (ended := room.end(who, gift_id)):
            assert queue.hear(ended) == 0
        elif what == "tick" and (tick := queue.tick(PEOPLE[who].id)):
            written.append((tick, False))
        elif what == "undo" and (tick := queue.undo()):
            written.append((tick, True))
        elif what == "repeat":  # a resume that begins too early
            for step in room.log[-number:] if number else []:
                assert queue.hear(step) == 0
        elif what == "restart":  # everything comes again, to a studio that knows the ticks alone
            queue = ThankQueue()
            queue.recall(standing(written))
            assert sum(queue.hear(step) for step in room.log) == sum(step.added for step in room.log)
        stands = standing(written)
        for person in PEOPLE:
            through = max((tick.through_seq for tick in stands if tick.person_id == person.id), default=0)
            wait: Counter[str] = Counter()
            for step in room.log:
                if step.person == person and step.seq > through and step.added:
                    wait[step.gift_name] += step.added
            found = queue.of(person.id)
            assert {gift.name: gift.count for gift in found.gifts} == wait if found else not wait
        gifts = sum(step.added for step in room.log)
        diamonds = sum(step.diamonds for step in room.log)
        assert whole(queue.waiting(), queue.thanked()) == (gifts, diamonds)


@given(st.data())
def test_lost_doubled_and_reordered_messages_never_change_a_total(data: st.DataObject) -> None:
    room = Room()
    for who, gift_id, added, ends in data.draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from((1, 2)), st.integers(1, 9), st.booleans()),
            min_size=1,
            max_size=25,
        )
    ):
        room.give(who, gift_id, added)
        if ends:
            room.end(who, gift_id)
    heard = data.draw(st.lists(st.sampled_from(room.log), max_size=60))
    queue, most = ThankQueue(), Counter[str]()
    worth = {step.streak_id: WORTH[step.gift_id] for step in room.log}
    for step in heard:
        queue.hear(step)
        most[step.streak_id] = max(most[step.streak_id], step.count)
        match data.draw(st.sampled_from(("", "", "tick", "undo"))):
            case "tick":
                queue.tick(step.person.id)
            case "undo":
                queue.undo()
        expected = (sum(most.values()), sum(count * worth[streak] for streak, count in most.items()))
        assert whole(queue.waiting(), queue.thanked()) == expected
