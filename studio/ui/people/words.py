"""Sentences about a person's past. Pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from studio.model.text import clean_line
from studio.services.people import Doings, Given, PersonHistory


def past(history: PersonHistory, doings: Doings) -> str:
    """Since when somebody comes, in a sentence."""
    if not history.lives:
        newcomer = "First time in a LIVE of yours"
        return newcomer if doings.newcomer else "In no LIVE kept on this computer before"
    times = "1 LIVE" if history.lives == 1 else f"{history.lives:,} LIVEs"
    return f"In {times} before, first on {_day(history.first_ms)}, last on {_day(history.last_ms)}"


def gifts(given: Iterable[Given]) -> str:
    """The last gifts of this LIVE, the newest first."""
    told = [f"{clean_line(one.name)}{f' ×{one.count:,}' if one.count > 1 else ''}" for one in given]
    return " · ".join(reversed(told))


def _day(at_ms: int) -> str:
    """In this computer's time zone."""
    moment = datetime.fromtimestamp(at_ms / 1_000)
    return f"{moment.day} {moment:%B %Y}"
