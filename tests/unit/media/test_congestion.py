"""The bit rate under congestion: in bounds whatever happens, down at once, up slowly, calm at a limit."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.congestion import (
    FLOOR_BPS,
    HOLD_S,
    LONGEST_PROBE_S,
    PROBE_S,
    SETTLE_S,
    STEP_DOWN,
    BitRateControl,
    Upload,
)

FULL = 3_500_000
LOOK_S = 0.5


class Link:
    """An upload of `capacity` bits a second with a queue of 2 s, fed with what the control says."""

    def __init__(self, capacity: float, name: str = "rtmp 1") -> None:
        self.name, self.capacity = name, capacity
        self.waiting = 0.0  # bits
        self.dropped = 0

    def pass_time(self, bps: float, seconds: float) -> Upload:
        self.waiting = max(0.0, self.waiting + (bps - self.capacity) * seconds)
        if self.waiting > 2 * bps:  # the queue drops a stretch of pictures
            self.dropped += 30
            self.waiting = bps
        return Upload(self.name, True, round(self.waiting / bps * 1000), self.dropped)


def run(control: BitRateControl, links: list[Link], seconds: float, at_s: float = 0.0) -> list[int]:
    """The bit rate at every look."""
    rates = []
    for look in range(round(seconds / LOOK_S)):
        uploads = [link.pass_time(control.bps, LOOK_S) for link in links]
        rates.append(control.look(at_s + look * LOOK_S, uploads))
    return rates


def changes(rates: list[int]) -> int:
    return sum(before != after for before, after in itertools.pairwise(rates))


def test_a_good_upload_is_left_alone() -> None:
    control = BitRateControl(FULL)
    assert set(run(control, [Link(10e6)], 120)) == {FULL}
    assert (control.slow, control.steps) == ("", 0)


def test_it_steps_down_within_a_second_of_congestion_and_names_the_upload() -> None:
    control, link = BitRateControl(FULL), Link(10e6)
    run(control, [Link(10e6, "backend"), link], 10)
    link.capacity = 1e6
    rates = run(control, [Link(10e6, "backend"), link], 1.5, at_s=10)
    assert rates[-1] == round(FULL * STEP_DOWN)
    assert control.slow == "rtmp 1"


def test_it_comes_below_what_the_upload_carries_and_stays_calm_there() -> None:
    control, link = BitRateControl(FULL), Link(1.6e6)
    run(control, [link], 30)
    rates = run(control, [link], 300, at_s=30)
    assert 0.9e6 <= sum(rates) / len(rates) <= 1.7e6
    assert link.dropped <= 60, "what the queue drops in five minutes at a limit"
    for minute in range(5):
        assert changes(rates[minute * 120 : (minute + 1) * 120]) <= 12
    assert changes(rates[-120:]) <= 6, "probing becomes rarer"


def test_it_recovers_fully_when_the_upload_does() -> None:
    control, link = BitRateControl(FULL), Link(0.4e6)
    run(control, [link], 60)
    assert control.bps == control.floor_bps
    link.capacity = 10e6
    rates = run(control, [link], 12 * PROBE_S + 2 * LONGEST_PROBE_S, at_s=60)
    assert rates[-1] == FULL
    assert control.slow == ""
    assert all(after >= before for before, after in itertools.pairwise(rates))


def test_a_target_that_is_being_retried_pulls_nobody_down() -> None:
    control = BitRateControl(FULL)
    for look in range(100):
        dead = Upload("dead", False, 2_000, 30 * look)
        assert control.look(look * LOOK_S, [dead, Upload("backend", True, 33, 0)]) == FULL


def test_when_the_slow_upload_is_gone_the_others_get_all_bits_back_at_once() -> None:
    control, slow = BitRateControl(FULL), Link(0.5e6, "slow")
    run(control, [Link(10e6, "backend"), slow], 20)
    assert control.bps < FULL / 2
    rates = run(control, [Link(10e6, "backend")], HOLD_S + LOOK_S, at_s=20)
    assert rates[-1] == FULL
    assert control.slow == ""


def test_the_burst_after_a_connect_is_not_congestion() -> None:
    control = BitRateControl(FULL)
    for look in range(round(SETTLE_S / LOOK_S)):
        assert control.look(look * LOOK_S, [Upload("a", True, 1_900, look)]) == FULL
    assert control.look(SETTLE_S, [Upload("a", True, 1_900, 100)]) < FULL


def test_a_queue_that_drains_is_not_pushed_further_nor_called_clean() -> None:
    control = BitRateControl(FULL)
    control.look(0.0, [Upload("a", True, 0, 0)])
    control.look(SETTLE_S, [Upload("a", True, 1_800, 0)])
    lowered = control.bps
    assert lowered < FULL
    for look in range(1, 80):  # for 40 s, which would be time for eight steps up
        control.look(SETTLE_S + look * LOOK_S, [Upload("a", True, 1_800 - look * 20, 0)])
        assert control.bps == lowered


def test_no_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        BitRateControl(0)


def test_a_small_rate_is_its_own_floor() -> None:
    control = BitRateControl(FLOOR_BPS // 2)
    run(control, [Link(1e3)], 30)
    assert control.bps == FLOOR_BPS // 2


SOME = st.builds(
    Upload,
    st.sampled_from(["backend", "a", "b"]),
    st.booleans(),
    st.integers(0, 5_000),
    st.integers(0, 500),
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(1, 50_000_000), st.lists(st.tuples(st.floats(0.05, 5), st.lists(SOME, max_size=4))))
def test_whatever_is_seen_it_stays_in_bounds_and_steps_are_apart(
    full: int, looks: list[tuple[float, list[Upload]]]
) -> None:
    control, at_s = BitRateControl(full), 0.0
    changed: list[tuple[float, bool]] = []
    for passed, uploads in looks:
        at_s += passed
        before = control.bps
        after = control.look(at_s, uploads)
        assert control.floor_bps <= after <= full
        assert bool(control.slow) == (after < full)
        if after != before:
            assert not changed or at_s - changed[-1][0] >= HOLD_S
            ups = [when for when, up in changed if up]
            at_once = after == full  # the slow upload is gone
            assert after < before or at_once or not ups or at_s - ups[-1] >= PROBE_S
            changed.append((at_s, after > before))


@settings(deadline=None)  # a busy machine is no failure
@given(st.floats(0.1e6, 9e6), st.floats(0.6e6, 6e6))
def test_every_upload_ends_where_it_is_not_congested(capacity: float, full: float) -> None:
    control, link = BitRateControl(round(full)), Link(capacity)
    run(control, [link], 60)
    rates = run(control, [link], 60, at_s=60)
    assert changes(rates) <= 14
    settled = sum(rates) / len(rates)
    assert settled <= max(capacity * 1.1, control.floor_bps)
    assert settled >= min(full, capacity) * 0.45
