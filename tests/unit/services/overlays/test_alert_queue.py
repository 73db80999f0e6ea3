"""Which alert is up: merged, ordered, paused, skipped, bounded. Times are handed in, so nothing waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.services.overlays.alert_queue import (
    CAPACITY,
    FADE_MS,
    GROWN_MS,
    MAX_MS,
    MIN_MS,
    SHOWN_MS,
    AlertQueue,
    GiftAlert,
)


def alert(streak: str, coins: int = 1, count: int = 1, tier: int = 1) -> GiftAlert:
    return GiftAlert(streak, "ana", "Rose", "rose.svg", tier, count, coins)


def shown(queue: AlertQueue) -> str | None:
    return queue.current.streak_id if queue.current else None


def test_an_alert_is_up_for_its_time_and_fades_in_steps() -> None:
    queue = AlertQueue()
    queue.offer(alert("a"), 0)
    queue.advance(0)
    end = SHOWN_MS[1]
    steps = [queue.opacity(now) for now in (0, 50, 100, 150, 1_000, end - 151, end - 101, end - 51, end - 1)]
    assert steps == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25]
    queue.advance(end - 1)
    assert shown(queue) == "a"
    queue.advance(end)
    assert shown(queue) is None
    assert queue.opacity(end) == 0.0
    assert queue.next_change_ms(end) is None


def test_it_asks_to_be_looked_at_only_when_something_changes() -> None:
    queue = AlertQueue()
    queue.offer(alert("a"), 0)
    queue.advance(0)
    now, looks = 0, 0
    while (wait := queue.next_change_ms(now)) is not None:
        now, looks = now + wait, looks + 1
        queue.advance(now)
    assert now == SHOWN_MS[1]
    assert looks == 2 * FADE_MS // 50 + 1, "the steps of both fades and one look between them"


def test_twenty_roses_are_one_alert_that_counts_up_and_stays_while_it_grows() -> None:
    queue = AlertQueue()
    for count in range(1, 21):
        queue.offer(alert("s", coins=count, count=count), count * 1_000)
        queue.advance(count * 1_000)
        assert (shown(queue), queue.waiting) == ("s", 0)
        assert queue.current is not None and queue.current.count == count
    queue.offer(alert("s", coins=7, count=7), 20_000)  # a late message never takes the count back
    assert queue.current.count == 20
    queue.advance(20_000 + GROWN_MS - 1)
    assert shown(queue) == "s"
    queue.advance(20_000 + GROWN_MS)
    assert shown(queue) is None


def test_an_endless_streak_gives_way_once_others_wait() -> None:
    queue = AlertQueue()
    queue.offer(alert("long", coins=50), 0)
    queue.advance(0)
    queue.offer(alert("other"), 0)
    for now in range(0, MAX_MS, 500):
        queue.offer(alert("long", coins=50, count=2 + now), now)
        queue.advance(now)
        assert shown(queue) == "long"
    queue.advance(MAX_MS)
    assert shown(queue) == "other"


def test_the_larger_comes_first_and_cuts_a_smaller_one_short_but_not_off() -> None:
    queue = AlertQueue()
    for name, coins in (("rose", 1), ("swan", 699), ("lion", 29_999)):
        queue.offer(alert(name, coins), 0)
    queue.advance(0)
    assert shown(queue) == "lion"
    queue = AlertQueue()
    queue.offer(alert("rose", 1), 0)
    queue.advance(0)
    queue.offer(alert("lion", 29_999), 100)
    queue.advance(MIN_MS - 1)
    assert shown(queue) == "rose"
    queue.advance(MIN_MS)
    assert shown(queue) == "lion"


def test_a_pause_keeps_everything_and_a_skip_goes_on_for_good() -> None:
    queue = AlertQueue()
    queue.offer(alert("a", 5), 0)
    queue.advance(0)
    queue.offer(alert("b", 3), 10)
    queue.pause()
    queue.offer(alert("a", 6, count=2), 20)
    queue.advance(90_000)
    assert (shown(queue), queue.waiting, queue.next_change_ms(90_000)) == (None, 2, None)
    queue.resume(100_000)
    assert queue.current is not None
    assert (shown(queue), queue.current.count) == ("a", 2)
    queue.skip(100_100)
    assert shown(queue) == "b"
    queue.offer(alert("a", 7, count=3), 100_200)
    assert queue.waiting == 0, "the rest of a skipped streak does not come back"
    queue.skip(100_300)
    queue.skip(100_400)
    assert shown(queue) is None


def test_the_queue_is_bounded_and_the_smallest_go() -> None:
    queue = AlertQueue()
    queue.pause()
    for number in range(CAPACITY + 5):
        queue.offer(alert(f"s{number}", coins=number + 1), 0)
    assert (queue.waiting, queue.dropped) == (CAPACITY, 5)
    queue.resume(0)
    assert shown(queue) == f"s{CAPACITY + 4}"
    queue.clear()
    assert (shown(queue), queue.waiting) == (None, 0)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(1, 30), st.integers(0, 4_000), st.integers(0, 9)),
        max_size=60,
    )
)
def test_whatever_comes_a_streak_is_there_once_and_all_of_it_ends(
    steps: list[tuple[str, int, int, int]],
) -> None:
    queue, now = AlertQueue(), 0
    for streak, count, wait, act in steps:
        now += wait
        if act == 0:
            queue.pause()
        elif act == 1:
            queue.resume(now)
        elif act == 2:
            queue.skip(now)
        else:
            queue.offer(alert(streak, coins=count, count=count), now)
        queue.advance(now)
        assert shown(queue) not in queue._waiting
        assert 0.0 <= queue.opacity(now) <= 1.0
        assert queue.current is None or not queue.paused
    queue.resume(now)
    while (wait_ms := queue.next_change_ms(now)) is not None:
        now += wait_ms
        queue.advance(now)
    assert queue.waiting == 0
