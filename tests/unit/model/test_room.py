"""Small rules of the shared values."""

from __future__ import annotations

import pytest

from studio.model.limits import LIMITS, TOPICS
from studio.model.room import Goal, Person, Room


def test_a_person_is_shown_by_name_else_by_handle() -> None:
    assert Person(id="1", handle="anna", name="Anna 🌿").shown_name == "Anna 🌿"
    assert Person(id="1", handle="anna").shown_name == "anna"


@pytest.mark.parametrize(
    ("diamonds", "target", "fraction"), [(0, 100, 0.0), (25, 100, 0.25), (300, 100, 1.0), (5, 0, 0.0)]
)
def test_a_goal_is_full_at_most(diamonds: int, target: int, fraction: float) -> None:
    assert Goal(title="g", target=target, reached=diamonds).fraction == fraction


def test_a_room_is_live_until_it_ends() -> None:
    host = Person(id="1", handle="anna")
    assert Room(room_id="r", host=host, title="", topic="", started_ms=1).live
    assert not Room(room_id="r", host=host, title="", topic="", started_ms=1, ended_ms=2).live


def test_topics_fit_their_own_limit() -> None:
    assert len(set(TOPICS)) == len(TOPICS)
    assert all(len(topic) <= LIMITS.topic_max for topic in TOPICS)
