"""Words that can be heard, a pace nobody can break, a queue that stays short."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.spoken import CAPACITY, Pace, Sentence, SpeechQueue, words_of_comment, words_of_gift

NAUGHTY = json.loads((Path(__file__).parents[2] / "data" / "blns.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "ana says: hello"),
        ("see https://evil.example/x?y=1 now", "ana says: see a link now"),
        ("WWW.shop.example", "ana says: a link"),
        ("yeeeeeeees", "ana says: yeees"),
        ("nice 🔥🔥🔥🔥🔥 work", "ana says: nice 🔥 work"),
        ("🔥🔥🔥", ""),
        ("!!!!", ""),
        ("\u202ereversed\u202c", "ana says: reversed"),
        ("مرحبا", "ana says: مرحبا"),
    ],
)
def test_what_is_said_of_a_comment(text: str, said: str) -> None:
    assert words_of_comment("ana", text) == said


def test_gifts_are_said_with_their_count() -> None:
    assert words_of_gift("ana", "Rose", 1) == "ana sent Rose"
    assert words_of_gift("🦊", "Rose", 12) == "Someone sent 12 times Rose"


@pytest.mark.parametrize("text", NAUGHTY)
def test_nothing_anyone_writes_is_long_or_has_more_lines(text: str) -> None:
    said = words_of_comment(text, text)
    assert len(said) <= 40 + 150 + 10
    assert said.isprintable() or any(char in said for char in "\u200c\u200d\u200b\u00ad\ufeff")
    assert "\n" not in said


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 20))
def test_no_minute_has_more_than_was_asked_for(steps: list[float], most: int) -> None:
    now, taken = 0.0, []
    pace = Pace(most, lambda: now)
    for step in steps:
        now += step
        if pace.wait_s == 0:
            pace.take()
            taken.append(now)
    for moment in taken:
        assert sum(moment <= other < moment + 60 for other in taken) <= most


@given(st.lists(st.booleans(), max_size=100))
def test_gifts_come_first_and_the_queue_is_bounded(kinds: list[bool]) -> None:
    queue = SpeechQueue()
    for number, gift in enumerate(kinds):
        queue.put(Sentence(text=str(number), person_id="p", item_id="" if gift else f"c{number}"))
    assert len(queue) == min(CAPACITY, len(kinds))
    assert queue.dropped == len(kinds) - len(queue)
    came = []
    while (sentence := queue.next()) is not None:
        came.append(sentence)
    order = [one.of_gift for one in came]
    assert order == sorted(order, reverse=True)
    for gift in (True, False):
        numbers = [int(one.text) for one in came if one.of_gift is gift]
        assert numbers == sorted(numbers)
    wanted = min(CAPACITY, sum(kinds))
    assert sum(order) == wanted, "a gift gives way to gifts alone"
