"""Folding what would drown the feed: follows and shares become a line each, likes and joins the moving line.

Pure bookkeeping for the feed (GUI thread). A line is continued while it is among the last rows and
younger than ``FOLD_S``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from studio.protocol.events import Followed, Shared

FOLD_S = 12.0

Activity = Followed | Shared


@dataclass(slots=True)
class _Line:
    started_s: float
    key: int | None = None
    people: set[str] = field(default_factory=set)


def _tone(event: Activity) -> str:
    return "follow" if isinstance(event, Followed) else "share"


class ActivityFold:
    """Invariant: at most one line of each tone is open."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def take(
        self, event: Activity, now_s: float, near_end: Callable[[int], bool]
    ) -> tuple[int | None, str, int, str]:
        """(key of the row to continue or None for a new one, text, people, tone)."""
        tone = _tone(event)
        line = self._lines.get(tone)
        if line is None or line.key is None or now_s - line.started_s > FOLD_S or not near_end(line.key):
            line = self._lines[tone] = _Line(now_s)
        line.people.add(event.person.id)
        return line.key, _text(tone, line), len(line.people), tone

    def placed(self, event: Activity, key: int) -> None:
        """The row that the last ``take`` asked for has this key."""
        self._lines[_tone(event)].key = key


def _text(tone: str, line: _Line) -> str:
    others = len(line.people) - 1
    verb = {"follow": "followed you", "share": "shared the LIVE"}[tone]
    if others == 0:
        return verb
    return f"and {others:,} {'other' if others == 1 else 'others'} {verb}"
