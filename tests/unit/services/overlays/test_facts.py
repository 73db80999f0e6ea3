"""What the picture shows of polls and countdowns by the server's clock, while nothing happens."""

from __future__ import annotations

from studio.model.activities import Activities
from studio.model.countdown import Countdown
from studio.model.poll import Poll, PollOption
from studio.protocol.activity_events import CountdownChanged, PollChanged
from studio.services.overlays.facts import RESULT_MS, RoomFacts

OPTIONS = (PollOption(text="a", votes=1), PollOption(text="b"))


def test_a_countdown_shows_each_second_once_and_zero_for_a_moment() -> None:
    facts = RoomFacts()
    facts.hear(CountdownChanged(countdown=Countdown(title="Next", length_ms=3_000, ends_ms=13_000)))
    shown, now = [], 10_000.0
    while (wait := facts.next_change_ms(now)) is not None:
        shown.append(facts.countdown(now))
        now += wait
        assert len(shown) < 10, "a clock that never rests"
    assert shown == [("Next", 3), ("Next", 2), ("Next", 1), ("Next", 0)]
    assert facts.countdown(now) is None
    facts.hear(CountdownChanged(countdown=None))
    assert facts.next_change_ms(0) is None


def test_a_polls_result_stays_for_a_while() -> None:
    facts = RoomFacts()
    running = Poll(poll_id="p", question="?", options=OPTIONS)
    facts.hear(PollChanged(poll=running, at_ms=1_000))
    assert (facts.poll(10**12), facts.next_change_ms(10**12)) == (running, None)
    over = Poll(poll_id="p", question="?", options=OPTIONS, ended=True)
    facts.hear(PollChanged(poll=over, at_ms=5_000))
    assert facts.poll(5_000) == over
    wait = facts.next_change_ms(5_000)
    assert wait is not None and wait > RESULT_MS
    assert facts.poll(5_000 + wait) is None
    assert facts.next_change_ms(5_000 + wait) is None


def test_after_a_cut_only_what_runs_is_shown() -> None:
    facts = RoomFacts()
    over = Poll(poll_id="p", question="?", options=OPTIONS, ended=True)
    facts.resume(Activities(poll=over))
    assert facts.poll(0) is None
