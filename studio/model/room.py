"""A LIVE as everyone sees it: its room, its goal, and what is left when it has ended. Pure values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from studio.model.activities import NO_ACTIVITIES, Activities
from studio.model.person import Person as Person  # part of what a room is

#: The longest a follower can be asked to have followed before they may comment: a year.
MAX_FOLLOW_AGE_S = 31_536_000


class GoalKind(StrEnum):
    """What a goal counts: everything of that kind since the goal was set."""

    DIAMONDS = "diamonds"
    LIKES = "likes"
    FOLLOWERS = "followers"
    SHARES = "shares"
    GIFT = "gift"


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What the room is collecting: ``reached`` of ``target``, counted in ``kind``; ``gift_id`` and
    ``gift_name`` say which gift a goal of that kind counts.

    On the wire the two numbers have the names of the first version, which knew diamonds only.
    """

    title: str
    target: int = msgspec.field(name="target_diamonds")
    reached: int = msgspec.field(name="diamonds", default=0)
    kind: GoalKind = GoalKind.DIAMONDS
    gift_id: int = 0
    gift_name: str = ""

    @property
    def fraction(self) -> float:
        """0.0 to 1.0, for drawing only."""
        return min(1.0, self.reached / self.target) if self.target > 0 else 0.0


#: A target of 0 is no goal.
NO_GOAL = Goal(title="", target=0)


class GoalWish(msgspec.Struct, frozen=True, kw_only=True):
    """A goal as a host asks for it; a ``target`` of 0 is none."""

    title: str = ""
    target: int = 0
    kind: GoalKind = GoalKind.DIAMONDS
    gift_id: int = 0


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
    activities: Activities = NO_ACTIVITIES

    @property
    def live(self) -> bool:
        return self.ended_ms == 0


class Supporter(msgspec.Struct, frozen=True, kw_only=True):
    """What one person gave in a LIVE."""

    person: Person
    diamonds: int
    gifts: int
