"""The folded log: what waits and what was taken back, in whatever order the entries come."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from studio.model.moderation import ModAction, ModEntry, ModerationLog


def entry(no: int, action: ModAction, answers: int = 0) -> ModEntry:
    return ModEntry(no=no, at_ms=no, action=action, answers=answers)


STORY = [
    entry(1, ModAction.HELD),
    entry(2, ModAction.HELD),
    entry(3, ModAction.ALLOWED, 1),
    entry(4, ModAction.UNDONE, 3),
    entry(5, ModAction.DENIED, 1),
    entry(6, ModAction.REMOVED),
    entry(7, ModAction.DENIED, 2),
    entry(8, ModAction.UNDONE, 7),
]


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(dice: random.Random) -> None:
    told = STORY * 2
    dice.shuffle(told)
    log = ModerationLog()
    assert sum(log.take(one) for one in told) == len(STORY), "each counts once"
    assert [one.no for one in log.waiting()] == [2]
    assert [one.no for one in log.newest_first()] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [one.no for one in log.newest_first() if log.can_undo(one)] == [6, 5]


def test_what_waits_is_kept_when_the_log_is_full() -> None:
    log = ModerationLog(most=10)
    log.take(entry(1, ModAction.HELD))
    for no in range(2, 40):
        log.take(entry(no, ModAction.REMOVED))
    assert len(log) == 10
    assert [one.no for one in log.waiting()] == [1]
    log.take(entry(40, ModAction.ALLOWED, 1))
    assert log.waiting() == []
