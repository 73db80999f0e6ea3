"""What happened in a room. Each event has a per-room ``seq`` (1, 2, 3... without a gap) and a time.

A client that saw ``seq`` n asks ``Resume(after_seq=n)`` and gets n+1 onwards, so nothing is lost and
nothing counts twice. New kinds may be added: a client shows what it knows and skips the rest.
"""

from __future__ import annotations

from typing import Any

from studio.model.question import Question
from studio.model.room import CommentAccess, Goal, Person, Pinned, Room, RoomTotals
from studio.protocol.activity_events import (
    BoxChanged,
    CountdownChanged,
    FanChanged,
    GiveawayChanged,
    PollChanged,
)
from studio.protocol.event import Event as Event  # the base of all that are here


class Commented(Event, frozen=True, kw_only=True, tag="comment"):
    """Somebody wrote to everyone. The text is clean: one line, no control characters."""

    comment_id: str
    person: Person
    text: str


class GiftSent(Event, frozen=True, kw_only=True, tag="gift"):
    """A gift, or one more step of a streak.

    ``count`` is the streak's running count, ``added`` what this message adds to it. The end of a
    streak comes as one more message with ``ended`` set, the last ``count`` and ``added`` 0. Gifts
    that cannot streak come once, ended. ``coins`` and ``diamonds`` belong to ``added`` alone;
    ``room_diamonds`` is the ledger's total of this LIVE after it.
    """

    transfer_id: str
    streak_id: str
    person: Person
    gift_id: int
    gift_name: str
    coins_each: int
    count: int
    added: int
    coins: int
    diamonds: int
    room_diamonds: int
    ended: bool = True


class Liked(Event, frozen=True, kw_only=True, tag="like"):
    """A batch of likes by one person (at most 15) and the room's running total."""

    person: Person
    count: int
    total: int


class Joined(Event, frozen=True, kw_only=True, omit_defaults=True, tag="join"):
    """Somebody with an account came in. ``fan_level``: 0 for who is not in the host's fan club;
    ``newcomer``: they were in none of the host's LIVEs before.
    """

    person: Person
    fan_level: int = 0
    newcomer: bool = False


class Followed(Event, frozen=True, kw_only=True, tag="follow"):
    """Somebody follows the host now; ``followers`` is the host's new total."""

    person: Person
    followers: int


class Shared(Event, frozen=True, kw_only=True, tag="share"):
    """Somebody shared the LIVE."""

    person: Person


class QuestionAsked(Event, frozen=True, kw_only=True, tag="question"):
    """A question to the host."""

    question_id: str
    person: Person
    text: str


class QuestionAnswered(Event, frozen=True, kw_only=True, tag="question_answered"):
    """The host marked a question as answered."""

    question_id: str


class QuestionMoved(Event, frozen=True, kw_only=True, tag="question_moved"):
    """The host took a question up, dismissed it or put it back; the whole of it, for who never saw it."""

    question: Question


class QuestionVoted(Event, frozen=True, kw_only=True, tag="question_votes"):
    """A question has that many votes now. Whose they are is nobody's business."""

    question_id: str
    votes: int


class ViewersCounted(Event, frozen=True, kw_only=True, tag="viewers"):
    """How many watch now. Sent when it changed, at most once a second."""

    viewers: int
    peak: int
    unique: int


class RoomOpened(Event, frozen=True, kw_only=True, tag="room_opened"):
    """The LIVE began. Always seq 1."""

    room: Room


class RoomClosed(Event, frozen=True, kw_only=True, tag="room_closed"):
    """The LIVE ended: the last event of its room, with the ledger's final figures."""

    totals: RoomTotals
    reason: str = "ended by the host"


class CommentPinned(Event, frozen=True, kw_only=True, tag="pin"):
    """A comment is held at the top; null takes it down."""

    pinned: Pinned | None = None


class CommentRemoved(Event, frozen=True, kw_only=True, tag="comment_removed"):
    """A comment was taken out of the room."""

    comment_id: str
    by: Person


class PersonMuted(Event, frozen=True, kw_only=True, tag="mute"):
    """A person may not comment until ``until_ms`` (0: not again in this LIVE); their comments are hidden."""

    person: Person
    until_ms: int
    by: Person


class ModeratorSet(Event, frozen=True, kw_only=True, tag="moderator"):
    """Somebody helps the host from now on, or no longer. What they may do is between the two."""

    person: Person
    helps: bool


class CommentRestored(Event, frozen=True, kw_only=True, tag="comment_restored"):
    """A comment that was taken out is back in its place: after what was said before ``said_seq``."""

    comment_id: str
    person: Person
    text: str
    said_seq: int
    said_ms: int


class PersonUnmuted(Event, frozen=True, kw_only=True, tag="unmute"):
    """A person may comment again, and their earlier comments are seen again."""

    person: Person
    by: Person


class CommentAccessChanged(Event, frozen=True, kw_only=True, tag="comment_access"):
    """The host changed who may comment and ask."""

    access: CommentAccess
    by: Person


class GoalUpdated(Event, frozen=True, kw_only=True, tag="goal"):
    """The room's goal was set, moved on or taken away (null)."""

    goal: Goal | None = None


class UnknownEvent(Event, frozen=True, kw_only=True, tag="unknown"):
    """An event this version cannot read: it keeps its place in the sequence and is otherwise skipped."""

    original_kind: str = ""
    detail: str = ""


#: Every event kind that is sent, in the order of the reference page.
EVENT_TYPES: tuple[type[Event], ...] = (
    RoomOpened,
    Commented,
    GiftSent,
    Liked,
    Joined,
    Followed,
    Shared,
    QuestionAsked,
    QuestionAnswered,
    QuestionMoved,
    QuestionVoted,
    ViewersCounted,
    CommentPinned,
    CommentRemoved,
    CommentRestored,
    PersonMuted,
    PersonUnmuted,
    ModeratorSet,
    CommentAccessChanged,
    GoalUpdated,
    PollChanged,
    CountdownChanged,
    GiveawayChanged,
    BoxChanged,
    FanChanged,
    RoomClosed,
)

#: The union msgspec decodes by its ``kind`` tag (mypy cannot see through the runtime union, hence Any).
AnyEvent: Any = (
    RoomOpened
    | Commented
    | GiftSent
    | Liked
    | Joined
    | Followed
    | Shared
    | QuestionAsked
    | QuestionAnswered
    | QuestionMoved
    | QuestionVoted
    | ViewersCounted
    | CommentPinned
    | CommentRemoved
    | CommentRestored
    | PersonMuted
    | PersonUnmuted
    | ModeratorSet
    | CommentAccessChanged
    | GoalUpdated
    | PollChanged
    | CountdownChanged
    | GiveawayChanged
    | BoxChanged
    | FanChanged
    | RoomClosed
)
