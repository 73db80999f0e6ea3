"""Folding what would drown the feed: likes, joins, follows and shares become one moving line each.

Pure bookkeeping for the feed (GUI thread). A line is continued while it is among the last rows and
younger than ``FOLD_S``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from studio.protocol.events import Followed, Joined, Liked, Shared

FOLD_S = 12.0

Activity = Liked | Joined | Followed | Shared


@dataclass(slots=True)
class _Line:
    started_s: float
    key: int | None = None
    people: set[str] = field(default_factory=set)
    likes: int = 0


def _tone(event: Activity) -> str:
    match event:
        case Liked():
            return "like"
        case Followed():
            return "follow"
        case Shared():
            return "share"
        case Joined():
            return "join"


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
        if isinstance(event, Liked):
            line.likes += event.count
        return line.key, _text(tone, line), len(line.people), tone

    def placed(self, event: Activity, key: int) -> None:
        """The row that the last ``take`` asked for has this key."""
        self._lines[_tone(event)].key = key


def _text(tone: str, line: _Line) -> str:
    others = len(line.people) - 1
    if tone == "like":
        people = "1 person" if others == 0 else f"{others + 1:,} people"
        return f"{line.likes:,} {'like' if line.likes == 1 else 'likes'} from {people}"
    verb = {"follow": "followed you", "share": "shared the LIVE", "join": "joined"}[tone]
    if others == 0:
        return verb
    return f"and {others:,} {'other' if others == 1 else 'others'} {verb}"
