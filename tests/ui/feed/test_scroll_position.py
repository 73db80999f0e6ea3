"""Where the view stands while rows come, grow and go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.feed.row_stack import RowStack
from studio.ui.feed.scroll_position import MARGIN, ScrollPosition
from tests.ui.feed.conftest import comment

HEIGHT = 300


class Reader:
    """A stack whose rows have true heights unlike the estimates, and a view standing in it."""

    def __init__(self, rows: int, capacity: int = 2_000) -> None:
        self.stack = RowStack(capacity)
        self.key = 0
        self.measured: list[int] = []
        self.position = ScrollPosition(self.stack, self.measure)
        self.add(rows)

    def measure(self, serial: int) -> int:
        if not self.stack.is_measured(serial):
            self.measured.append(serial)
            self.stack.set_height(serial, 20 + self.stack.row(serial).key * 37 % 90)
        return self.stack.height(serial)

    def add(self, rows: int) -> None:
        self.stack.append(comment(self.key + number) for number in range(rows))
        self.key += rows

    def tops(self) -> dict[int, int]:
        """Key -> top of the rows in view."""
        return {self.stack.row(serial).key: top for serial, top in self.position.visible(HEIGHT)}


def test_follows_the_newest_row_at_the_bottom() -> None:
    reader = Reader(50)
    for _ in range(5):
        reader.add(3)
        rows = reader.position.visible(HEIGHT)
        last, top = rows[-1]
        assert last == reader.stack.end_serial - 1
        assert top + reader.measure(last) == HEIGHT - MARGIN


def test_measures_only_what_comes_into_view() -> None:
    reader = Reader(2_000)
    reader.position.visible(HEIGHT)
    assert len(reader.measured) <= HEIGHT // 20 + 1


def test_few_rows_lie_at_the_bottom() -> None:
    reader = Reader(2)
    tops = reader.tops()
    assert len(tops) == 2
    assert min(tops.values()) > MARGIN
    reader.position.scroll_by(-500, HEIGHT)
    assert reader.tops() == tops
    assert reader.position.following


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=20), st.integers(50, 2_000))
def test_what_is_read_stays_to_the_pixel_while_rows_come_and_go(
    steps: list[tuple[int, int]], scrolled: int
) -> None:
    reader = Reader(400)
    reader.tops()
    reader.position.scroll_by(-scrolled, HEIGHT)
    before = reader.tops()
    for added, dropped in steps:
        reader.add(added)
        first_read = reader.stack.serial_of(min(before))
        assert first_read is not None
        reader.stack.drop(min(dropped, first_read - reader.stack.first_serial))
        assert reader.tops() == before
        assert not reader.position.following


@given(st.lists(st.integers(-700, 700), max_size=30))
def test_scrolling_never_leaves_a_gap(moves: list[int]) -> None:
    reader = Reader(60)
    for move in moves:
        reader.position.scroll_by(move, HEIGHT)
        rows = reader.position.visible(HEIGHT)
        edge = rows[0][1]
        assert edge <= MARGIN
        for serial, top in rows:  # each begins where the one above ends
            assert top == edge
            edge += reader.measure(serial)
        assert edge >= HEIGHT - MARGIN
        maximum, value = reader.position.range(HEIGHT)
        assert 0 <= value <= maximum


def test_scrolling_back_to_the_end_follows_again() -> None:
    reader = Reader(60)
    reader.tops()
    reader.position.scroll_by(-250, HEIGHT)
    reader.tops()
    assert not reader.position.following
    reader.position.scroll_by(250, HEIGHT)
    reader.tops()
    assert reader.position.following


def test_a_row_that_holds_the_keyboard_keeps_the_end_from_following() -> None:
    reader = Reader(60)
    reader.position.hold(HEIGHT)
    before = reader.tops()
    reader.add(5)
    after = reader.tops()
    assert {key: after[key] for key in before} == before
    assert not reader.position.following
    reader.position.follow()
    assert max(reader.tops()) == 64


def test_when_even_the_rows_being_read_are_dropped_the_head_is_shown() -> None:
    reader = Reader(100)
    reader.tops()
    reader.position.scroll_by(-100_000, HEIGHT)
    assert min(reader.tops()) == 0
    reader.stack.drop(40)
    tops = reader.tops()
    assert min(tops) == 40
    assert tops[40] == MARGIN


def test_show_brings_a_row_in_whole() -> None:
    reader = Reader(100)
    reader.tops()
    for serial in (99, 3, 50, 51, 0, 98):
        reader.position.hold(HEIGHT)
        reader.position.show(serial, HEIGHT)
        top = dict(reader.position.visible(HEIGHT))[serial]
        assert top >= MARGIN
        assert top + reader.measure(serial) <= HEIGHT - MARGIN


def test_the_scroll_bar_leads_where_it_says() -> None:
    reader = Reader(200)
    reader.tops()
    reader.position.go_to(0, HEIGHT)
    assert reader.tops()[0] == MARGIN
    maximum, _ = reader.position.range(HEIGHT)
    reader.position.go_to(maximum, HEIGHT)
    assert reader.position.following
    reader.position.go_to(maximum // 2, HEIGHT)
    reader.tops()
    maximum, value = reader.position.range(HEIGHT)
    assert abs(value - maximum // 2) < maximum / 4
