"""The rows a view holds: bounded, replaced in place, positions that survive drops."""

from __future__ import annotations

from dataclasses import replace

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
