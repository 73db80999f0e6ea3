"""What a recording says, in our own terms: who did what, and what became of every recorded event.

Pure values, any thread. Must not import Qt, net or backend.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from studio.connectors.fields import Unreadable


class Kind(StrEnum):
    """What a viewer can do in our room."""

    JOIN = "join"
    COMMENT = "comment"
    QUESTION = "question"
    LIKE = "like"
    FOLLOW = "follow"
    SHARE = "share"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Who:
    """A recorded person. ``key`` is theirs alone within the recording; the rest is as it was written."""

    key: str
    handle: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class RecordedGift:
    """A gift as the other platform sells it.

    ``coins``: its price, 0 when the recording does not tell. ``streak``: names the streak whose running
    count the message carries; empty for a gift that stands alone.
    """

    gift_id: str
    coins: int = 0
    streak: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing one person did.

    ``at_ms``: Unix ms, 0 when not known. ``count``: likes, or gifts; in a streak its running count.
    """

    kind: Kind
    who: Who
    at_ms: int = 0
    text: str = ""
    count: int = 1
    gift: RecordedGift | None = None


class Verdict(StrEnum):
    """What became of a recorded event. ``UNKNOWN``: a kind these converters have never seen."""

    CONVERTED = "converted"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event.

    ``name``: the platform's own word for it. ``happenings``: what it is in our room, when converted. ``why``:
    a sentence's part, otherwise. ``message_id``: the same again is the same event again; empty is no id.
    """

    name: str
    verdict: Verdict
    happenings: tuple[Happening, ...] = ()
    why: str = ""
    message_id: str = ""


def converted(name: str, message_id: str, convert: Callable[[], tuple[Happening, ...]]) -> Entry:
    """The entry of an event that has a counterpart; what cannot be read becomes a counted skip."""
    try:
        happenings = convert()
    except Unreadable as error:
        return Entry(name, Verdict.UNREADABLE, why=str(error))
    if not happenings:
        return Entry(name, Verdict.NOT_APPLICABLE, why="there is nothing in it")
    return Entry(name, Verdict.CONVERTED, happenings, message_id=message_id)


def passed_over(name: str, reasons: dict[str, str]) -> Entry:
    """The entry of an event without a counterpart: known and named so, or unknown."""
    why = reasons.get(name)
    if why is None:
        return Entry(name, Verdict.UNKNOWN, why="this program does not know that kind")
    return Entry(name, Verdict.NOT_APPLICABLE, why=why)
