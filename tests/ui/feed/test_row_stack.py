"""The rows a view holds: bounded, replaced in place, positions that survive drops."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from studio.ui.feed import row_stack
from studio.ui.feed.row_stack import RowStack
from tests.ui.feed.conftest import comment


def stack_of(count: int, capacity: int = 2_000) -> RowStack:
    stack = RowStack(capacity)
    stack.append(comment(key) for key in range(count))
    return stack


def test_holds_no_more_than_its_capacity_and_says_what_it_dropped() -> None:
    stack = stack_of(8, capacity=10)
    gone = stack.append(comment(key) for key in range(8, 13))
    assert len(stack) == 10
    assert [row.key for row in gone] == [0, 1, 2]
    assert stack.serial_of(2) is None
    assert stack.row(stack.first_serial).key == 3


def test_a_serial_stays_with_its_row_when_others_are_dropped() -> None:
    stack = stack_of(10)
    serial = stack.serial_of(7)
    assert serial is not None
    stack.drop(5)
    assert stack.serial_of(7) == serial
    assert stack.row(serial).key == 7


def test_a_newer_version_takes_the_place_and_an_older_one_does_not() -> None:
    stack = stack_of(3)
    serial = stack.serial_of(1)
    assert serial is not None
    stack.set_height(serial, 99)
    assert stack.update(replace(comment(1), text="newer", version=2))
    assert not stack.is_measured(serial)
    assert not stack.update(replace(comment(1), text="older", version=1))
    assert stack.row(serial).text == "newer"
    assert not stack.update(comment(77))


def test_a_row_that_is_appended_twice_is_held_once() -> None:
    stack = stack_of(3)
    stack.append([replace(comment(2), text="again", version=1)])
    assert len(stack) == 3
    assert stack.row(2).text == "again"


def test_heights_are_estimates_until_measured() -> None:
    stack = stack_of(4)
    estimate = stack.total_height()
    stack.set_height(1, stack.height(1) + 100)
    assert stack.total_height() == estimate + 100
    assert stack.height_before(1) == stack.height(0)
    assert stack.serial_at(stack.height(0) + 3) == (1, 3)
    assert stack.serial_at(10**6)[0] == 3
    stack.forget_heights()
    assert not any(stack.is_measured(serial) for serial in range(4))
    assert stack.total_height() == estimate + 100


def test_dropping_more_than_there_is_empties_it() -> None:
    stack = stack_of(3)
    assert len(stack.drop(9)) == 3
    assert len(stack) == 0
    assert stack.first_serial == stack.end_serial == 3


def test_earlier_rows_go_before_and_serials_stay() -> None:
    stack = RowStack(capacity=3)
    stack.append([comment(key) for key in (1, 2, 3)])
    anchor = stack.serial_of(1)
    assert stack.prepend([comment(-3), comment(-2)])
    assert [stack.row(serial).key for serial in range(stack.first_serial, stack.end_serial)] == [
        -3,
        -2,
        1,
        2,
        3,
    ]
    assert stack.serial_of(1) == anchor
    assert not stack.prepend([comment(-3)]), "what is there already is not put twice"
    # The ring goes on: what it lets go of joins the earlier ones.
    assert stack.let_go(1) == []
    stack.append([comment(4)])
    assert (stack.earlier, len(stack)) == (3, 6)
    assert [row.key for row in stack.forget_earlier()] == [-3, -2, 1]
    assert (stack.earlier, stack.first_serial) == (0, stack.serial_of(2))


def test_a_new_live_takes_the_earlier_rows_with_it() -> None:
    stack = RowStack(capacity=3)
    stack.append([comment(1), comment(2)])
    stack.prepend([comment(-1)])
    assert len(stack.let_go(2)) == 3
    assert (len(stack), stack.earlier) == (0, 0)


def test_earlier_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_stack, "MOST_EARLIER", 4)
    stack = RowStack(capacity=2)
    stack.append([comment(1), comment(2)])
    assert stack.prepend([comment(-3), comment(-2), comment(-1)])
    assert not stack.prepend([comment(-5), comment(-4)])
    for key in (3, 4, 5):
        stack.let_go(1)
        stack.append([comment(key)])
    assert (stack.earlier, len(stack)) == (4, 6)
