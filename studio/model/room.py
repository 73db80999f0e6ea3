"""A LIVE as everyone sees it: its room, its goal, and what is left when it has ended. Pure values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

#: The longest a follower can be asked to have followed before they may comment: a year.
MAX_FOLLOW_AGE_S = 31_536_000


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Someone in a room. ``id`` is the account's; an anonymous viewer has an empty id and cannot act."""

    id: str
    handle: str
    name: str = ""

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What the room is collecting for, in diamonds."""

    title: str
    target_diamonds: int
    diamonds: int = 0

    @property
    def fraction(self) -> float:
        """0.0 to 1.0, for drawing only."""
        return min(1.0, self.diamonds / self.target_diamonds) if self.target_diamonds > 0 else 0.0


class Pinned(msgspec.Struct, frozen=True, kw_only=True):
    """A comment held at the top of the feed."""

    comment_id: str
    person: Person
    text: str


class Commenters(StrEnum):
    """Who may write to everyone and ask questions, besides the host."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class CommentAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Who may comment and ask in a room. ``follow_age_s``: for followers, since how long at least."""

    who: Commenters = Commenters.EVERYONE
    follow_age_s: Annotated[int, msgspec.Meta(ge=0, le=MAX_FOLLOW_AGE_S)] = 0


class RoomTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Running totals of one LIVE, counted by the server. ``diamonds`` is the ledger's figure."""

    viewers: int = 0
    peak_viewers: int = 0
    unique_viewers: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    questions: int = 0
    new_followers: int = 0
    gifts: int = 0
    gifters: int = 0
    coins: int = 0
    diamonds: int = 0
    micro_dollars: int = 0


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """One LIVE. Times are Unix milliseconds of the server's clock; ``ended_ms`` is 0 while on air."""

    room_id: str
    host: Person
    title: str
    topic: str
    started_ms: int
    ended_ms: int = 0
    goal: Goal | None = None
    pinned: Pinned | None = None
    totals: RoomTotals = RoomTotals()
    has_picture: bool = False
    comment_access: CommentAccess = CommentAccess()

    @property
    def live(self) -> bool:
        return self.ended_ms == 0


class Supporter(msgspec.Struct, frozen=True, kw_only=True):
    """What one person gave in a LIVE."""

    person: Person
    diamonds: int
    gifts: int
