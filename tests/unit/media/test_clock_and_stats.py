"""The real clock's contract, and the windows over measurements."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from studio.media.clock import MonotonicClock
from studio.media.stats import RateMeter, RollingWindow, percentile


def test_a_wait_lasts_at_least_until_its_deadline() -> None:
    clock, never = MonotonicClock(), threading.Event()
    for wait_ns in (-5, 0, 1_000_000, 70_000_000):
        deadline = clock.now_ns() + wait_ns
        assert clock.wait_until(deadline, never) is False
        assert clock.now_ns() >= deadline


def test_a_set_event_ends_a_long_wait() -> None:
    clock, wake = MonotonicClock(), threading.Event()
    threading.Timer(0.01, wake.set).start()
    hour_ns = 3600 * 10**9
    assert clock.wait_until(clock.now_ns() + hour_ns, wake) is True


def test_rate_follows_the_source_and_falls_to_zero_when_it_freezes() -> None:
    meter = RateMeter()
    assert meter.per_second(0) == 0.0
    times = [n * 1_000_000_000 // 30 for n in range(90)]
    for time_ns in times:
        meter.add(time_ns)
    end = times[-1]
    assert abs(meter.per_second(end) - 30) < 0.01
    assert meter.per_second(end + 1_000_000_000) < 16
    assert meter.per_second(end + 3_000_000_000) == 0.0


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0, 1))
def test_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert percentile(values, 0) == min(values)
    assert percentile(values, 1) == max(values)


def test_window_forgets_the_oldest() -> None:
    window = RollingWindow(3)
    assert window.percentiles(0.5) == (0.0,)
    for value in (100.0, 1.0, 2.0, 3.0):
        window.add(value)
    assert window.percentiles(0.0, 0.5, 1.0) == (1.0, 2.0, 3.0)
