"""What a line of the feed is: immutable, replaced by a newer version when it changes.

Pure values (any thread). The view caches a layout per (key, version, width).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import msgspec

from studio.model.room import Person


class FeedTab(Enum):
    """The feed's tabs."""

    ALL = "All"
    GIFTS = "Gifts"
    QUESTIONS = "Questions"
    MENTIONS = "Mentions"
    MODERATION = "Moderation"  # has no rows of its own: a panel


class RowKind(Enum):
    """How a row is drawn."""

    COMMENT = "comment"
    GIFT = "gift"
    QUESTION = "question"
    ACTIVITY = "activity"  # follows, shares, joins and likes, folded into quiet lines
    SYSTEM = "system"  # what the studio itself says: recovered, cut off, closed


class RowState(Enum):
    """What became of the row."""

    SETTLED = "settled"
    PENDING = "pending"  # our own comment on its way, greyed
    FAILED = "failed"  # our own comment was refused; ``note`` says why
    RUNNING = "running"  # a streak that still grows
    HIDDEN = "hidden"  # removed, or its author was muted
    ANSWERING = "answering"  # a question the host has taken up
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Said:
    """One comment of a folded row."""

    comment_id: str
    person: Person | None
    text: str


class FeedRow(msgspec.Struct, frozen=True, gc=False):
    """One row. ``key`` never changes; ``version`` grows with every replacement (made anew by
    `msgspec.structs.replace`, ten times as fast as for a dataclass: a storm replaces thousands a second).

    ``people``: how many stand behind an activity row or a folded comment. ``count``/``coins``/``diamonds``:
    of a gift row, the whole streak so far; ``count`` of a folded comment: how often it was said, the first
    times in ``said``. ``unfolded``: those are shown. ``sent_ms``: server clock, 0 for rows of our own making.
    """

    key: int
    kind: RowKind
    text: str = ""
    version: int = 0
    person: Person | None = None
    badges: tuple[str, ...] = ()
    state: RowState = RowState.SETTLED
    item_id: str = ""
    at_ms: int = 0
    gift_id: int = 0
    gift_name: str = ""
    count: int = 0
    coins: int = 0
    diamonds: int = 0
    tier: int = 0
    people: int = 0
    votes: int = 0  # of a question
    tone: str = ""  # ACTIVITY and SYSTEM: "follow", "share", "moving" (likes and joins), "good", "warning"
    mine: bool = False
    mention: bool = False  # it speaks to the host
    note: str = ""
    sent_ms: int = 0
    seq: int = 0  # of the event that made it; 0 for rows of our own making
    said: tuple[Said, ...] = ()
    unfolded: bool = False

    @property
    def folded(self) -> bool:
        """Several comments in one row, none of them hidden."""
        return self.count > 1 and self.kind is RowKind.COMMENT and self.state is RowState.SETTLED


@dataclass(frozen=True, slots=True)
class FeedChange:
    """What changed in one tab since the last signal: drop ``dropped`` rows at the head, replace, append.

    ``moving``: the line of likes and joins that belongs below the newest row now; None: there is none.
    """

    tab: FeedTab
    dropped: int = 0
    updated: tuple[FeedRow, ...] = ()
    appended: tuple[FeedRow, ...] = ()
    moving: FeedRow | None = None
