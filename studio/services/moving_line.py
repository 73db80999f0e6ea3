"""Likes and joins as one line that stays below the newest row: it counts on instead of pushing comments away.

Pure bookkeeping for the feed (GUI thread). After ``QUIET_S`` without a like or a join the line comes to rest:
it stays where it is, above the next row, and the next like begins another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from studio.model.room import Person
from studio.protocol.events import Joined, Liked
from studio.services.rows import FeedRow, RowKind

QUIET_S = 12.0
#: A line that never rests counts anew after this long: it tells of now, not of the whole evening.
LONGEST_S = 60.0
#: So many different people are told apart; beyond, "5,000+".
MOST = 5_000
#: The tone of its row.
MOVING = "moving"


@dataclass(slots=True)
class _Count:
    began_s: float
    last_s: float = 0.0
    likes: int = 0
    likers: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    newest: Person | None = None


class MovingLine:
    """Invariant: ``row`` is the line as it is now, or None while there is none."""

    def __init__(self) -> None:
        self.row: FeedRow | None = None
        self._count = _Count(0.0)

    def take(self, event: Liked | Joined, now_s: float, key: int) -> FeedRow:
        """The line with this event; ``key``: for when it is a new one."""
        if self.row is None or self._quiet(now_s) or now_s - self._count.began_s > LONGEST_S:
            self._count = _Count(now_s)
        count = self._count
        count.last_s = now_s
        if isinstance(event, Liked):
            count.likes += event.count
            _add(count.likers, event.person.id)
        else:
            count.newest = event.person
            _add(count.joined, event.person.id)
        before = self.row or FeedRow(key=key, kind=RowKind.ACTIVITY, tone=MOVING, version=-1)
        self.row = replace(
            before,
            version=before.version + 1,
            text=_likes(count),
            note=_joined(count),
            person=count.newest,
            at_ms=event.at_ms,
        )
        return self.row

    def rested(self, now_s: float) -> FeedRow | None:
        """The line, once, when it has come to rest; None while it moves or there is none."""
        if self.row is None or not self._quiet(now_s):
            return None
        row, self.row = self.row, None
        return row

    def _quiet(self, now_s: float) -> bool:
        return now_s - self._count.last_s >= QUIET_S


def _add(people: set[str], person_id: str) -> None:
    if len(people) < MOST:
        people.add(person_id)


def _number(people: int) -> str:
    return f"{people:,}+" if people >= MOST else f"{people:,}"


def _likes(count: _Count) -> str:
    """``"214 likes from 31 people"``; empty without a like."""
    if not count.likes:
        return ""
    likers = len(count.likers)
    people = "1 person" if likers == 1 else f"{_number(likers)} people"
    return f"{count.likes:,} {'like' if count.likes == 1 else 'likes'} from {people}"


def _joined(count: _Count) -> str:
    """What follows the name of who came last: ``"and 3 others joined"``; empty when nobody did."""
    others = len(count.joined) - 1
    if others < 0:
        return ""
    if others == 0:
        return "joined"
    return f"and {_number(others)} {'other' if others == 1 else 'others'} joined"
