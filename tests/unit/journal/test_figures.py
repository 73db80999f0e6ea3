"""The figures are those of the events, whatever came twice, ran on or was deleted."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from studio.journal.entry import Entry
from studio.journal.figures import Figures
from studio.journal.reader import Reader
from studio.journal.redacting import redact
from studio.journal.tally import Tally, figures_of
from studio.model.room import Person, RoomTotals
from tests.unit.journal.happenings import ANN, BEN, CAT, HOST, START_MS, Script, write


def counted(entries: list[Entry]) -> Figures:
    tally = Tally(START_MS, HOST.id)
    tally.add_all(entries)
    return tally.figures()


def a_live() -> Script:
    script = Script()
    script.join(ANN)  # 1
    script.viewers(2, 7, 3)
    script.comment(ANN, "hello")
    script.gift(ANN, 1, 1)  # 5 diamonds
    script.gift(ANN, 4, 3)  # the running count is 4, 3 came
    script.gift(ANN, 4, 0, ended=True)  # the end of the streak says it once more
    script.gift(BEN, 1, 1, each=100, streak="s2", ended=True)
    script.like(BEN, 15)
    script.like(CAT, 4)
    script.follow(CAT)
    script.share(BEN)
    script.question(BEN, "which pencil?")
    script.comment(HOST, "thank you")
    script.viewers(1, 6, 4)
    script.close(diamonds=120, peak_viewers=7, unique_viewers=4, likes=19)
    return script


def test_every_figure_of_a_live() -> None:
    figures = counted(a_live().entries)
    assert (figures.comments, figures.likes, figures.questions, figures.shares) == (2, 19, 1, 1)
    assert (figures.gifts, figures.coins, figures.diamonds, figures.gifters) == (5, 120, 120, 2)
    assert (figures.new_followers, figures.peak_viewers, figures.unique_viewers) == (1, 7, 4)
    assert figures.unique_people == 3, "the host is no visitor"
    assert (figures.events, figures.missing) == (15, 0)
    assert (figures.started_ms, figures.ended_ms) == (START_MS, START_MS + 15_000)
    assert figures.ledger == RoomTotals(diamonds=120, peak_viewers=7, unique_viewers=4, likes=19)


def test_every_person_of_a_live() -> None:
    people = {one.person.id: one for one in counted(a_live().entries).people}
    ann, ben = people[ANN.id], people[BEN.id]
    assert (ann.comments, ann.gifts, ann.coins, ann.diamonds, ann.likes) == (1, 4, 20, 20, 0)
    assert (ann.first_ms, ann.last_ms) == (START_MS + 1_000, START_MS + 6_000)
    assert (ben.comments, ben.questions, ben.shares, ben.likes) == (0, 1, 1, 15)
    assert (ben.gifts, ben.diamonds) == (1, 100)
    assert set(people) == {ANN.id, BEN.id, CAT.id}


def test_diamonds_lie_in_their_minute() -> None:
    script = Script()
    for _ in range(3):
        script.gift(ANN, 1, 1, each=10)
    entries = [
        msgspec.structs.replace(one, at_ms=START_MS + at)
        for one, at in zip(script.entries, (59_999, 60_000, 200_000), strict=True)
    ]
    end = msgspec.structs.replace(script.close(), at_ms=START_MS + 301_000)
    assert counted([*entries, end]).diamonds_per_minute == (10, 10, 0, 10, 0, 0)


def test_a_clock_that_is_wrong_does_not_fill_the_memory() -> None:
    script = Script()
    gift = script.gift(ANN, 1, 1)
    early = msgspec.structs.replace(gift, at_ms=1)
    late = msgspec.structs.replace(script.gift(ANN, 1, 1), at_ms=2**52)
    minutes = counted([early, late]).diamonds_per_minute
    assert len(minutes) == 7 * 24 * 60 and sum(minutes) == 10


def test_without_an_end_the_last_event_ends_it() -> None:
    figures = counted(a_live().entries[:-1])
    assert figures.ended_ms == START_MS + 14_000 and figures.ledger is None
    assert (figures.peak_viewers, figures.unique_viewers) == (7, 4), "the highest, not the last"


def test_nothing_is_nothing() -> None:
    figures = counted([])
    assert (figures.events, figures.people, figures.diamonds_per_minute) == (0, (), ())


def test_missing_events_are_counted() -> None:
    entries = a_live().entries
    assert counted([*entries[:2], *entries[6:]]).missing == 4


@given(st.data())
def test_what_comes_again_counts_once(data: st.DataObject) -> None:
    entries = a_live().entries
    again: list[Entry] = []
    for place, entry in enumerate(entries):
        again.append(entry)
        again += [entries[at] for at in data.draw(st.lists(st.integers(0, place), max_size=3))]
    assert counted(again) == counted(entries)


def test_a_body_that_says_nothing_is_counted_as_such() -> None:
    script = a_live()
    entries = [
        msgspec.structs.replace(one, body=b"{") if one.kind == "gift" else one for one in script.entries
    ]
    tally = Tally(START_MS, HOST.id)
    tally.add_all(entries)
    assert tally.unreadable == 4
    assert (tally.figures().gifts, tally.figures().diamonds) == (0, 120)


def test_the_newest_name_counts() -> None:
    script = Script()
    script.comment(ANN, "1")
    script.comment(Person(id=ANN.id, handle="ann2", name="Ann B."), "2")
    (ann,) = counted(script.entries).people
    assert ann.person.handle == "ann2" and ann.comments == 2


def test_deleting_people_changes_no_sum(tmp_path: Path) -> None:
    path = write(tmp_path, a_live().entries)
    with Reader(path) as reader:
        before = figures_of(reader)
    for person in (ANN, BEN):
        redact(path, person.id, START_MS)
    with Reader(path) as reader:
        after = figures_of(reader)
    assert [one.person.id for one in after.people] == [CAT.id]
    assert msgspec.structs.replace(after, people=before.people) == before
