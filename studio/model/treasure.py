"""A treasure box: coins somebody put in for those who come, and how they are shared. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from studio.model.person import Person


class BoxState(StrEnum):
    """Filling until it opens; returned when nobody came."""

    FILLING = "filling"
    OPENED = "opened"
    RETURNED = "returned"


class BoxShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one person got."""

    person: Person
    coins: int


class TreasureBox(msgspec.Struct, frozen=True, kw_only=True):
    """As of now: ``joined`` of ``places`` have come. Times are Unix milliseconds of the server's clock."""

    box_id: str
    by: Person
    coins: int
    places: int
    opens_ms: int
    joined: int = 0
    state: BoxState = BoxState.FILLING
    shares: tuple[BoxShare, ...] = ()

    @property
    def full(self) -> bool:
        return self.joined >= self.places


def split(coins: int, people: int) -> tuple[int, ...]:
    """How ``coins`` are shared by ``people`` in the order they came: alike, and what is left over goes a coin
    each to the first. All coins are given. ValueError unless 1 <= people <= coins.
    """
    if not 1 <= people <= coins:
        raise ValueError(f"{coins} coins cannot be shared by {people}")
    each, left = divmod(coins, people)
    return tuple(each + (1 if at < left else 0) for at in range(people))
