"""The badges of who comments: what the events of this LIVE tell of them. GUI thread; bounded by its people.

A badge is as of the comment: it does not come or go later.
"""

from __future__ import annotations

from studio.protocol.activity_events import FanChanged
from studio.protocol.events import Commented, Followed, GiftSent, Joined

HOST, MODERATOR, NEW_FOLLOWER, FIRST, TOP, FAN = (
    "Host",
    "Mod",
    "New follower",
    "First comment",
    "Top",
    "Fan",
)
#: With the first comment of somebody who was in no LIVE of this host's before.
NEWCOMER = "First time here"
#: How many of the top supporters are told by their place.
_PLACES = 3
#: People remembered; beyond it no further ones get badges that need a memory.
_KEPT = 50_000


class Badges:
    """Told of every event that matters, in order; `of` counts the comment it is asked for."""

    def __init__(self) -> None:
        self._followed: set[str] = set()
        self._fans: dict[str, int] = {}  # levels
        self._spoke: set[str] = set()
        self._newcomers: set[str] = set()
        self._given: dict[str, int] = {}
        self._top: list[str] = []

    def followed(self, event: Followed) -> None:
        if len(self._followed) < _KEPT:
            self._followed.add(event.person.id)

    def came(self, event: Joined) -> None:
        """Fans and newcomers are told as such when they come in."""
        if event.newcomer and len(self._newcomers) < _KEPT:
            self._newcomers.add(event.person.id)
        if event.fan_level and len(self._fans) < _KEPT:
            self._fans[event.person.id] = event.fan_level

    def fan(self, event: FanChanged) -> None:
        """Somebody joined the fan club, rose in it or left."""
        self._fans.pop(event.person.id, None)
        if event.level and len(self._fans) < _KEPT:
            self._fans[event.person.id] = event.level

    def gave(self, event: GiftSent) -> None:
        """``added`` may be nothing: the end of a streak."""
        person = event.person.id
        if event.coins and (person in self._given or len(self._given) < _KEPT):
            self._given[person] = self._given.get(person, 0) + event.coins
            best = {*self._top, person}
            self._top = sorted(best, key=lambda one: -self._given[one])[:_PLACES]

    def of(self, event: Commented) -> tuple[str, ...]:
        """The badges of who wrote it."""
        person = event.person.id
        badges = []
        if person in self._top:
            badges.append(f"{TOP} {self._top.index(person) + 1}")
        if person in self._fans:
            badges.append(f"{FAN} · Lv {self._fans[person]}")
        if person in self._followed:
            badges.append(NEW_FOLLOWER)
        if person not in self._spoke and len(self._spoke) < _KEPT:
            self._spoke.add(person)
            badges.append(NEWCOMER if person in self._newcomers else FIRST)
        return tuple(badges)
