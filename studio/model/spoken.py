"""What is read aloud of a LIVE: which comments and gifts, in which words, and how many a minute. Pure."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import msgspec

from studio.model.text import clean_line, cut_to

#: Sentences that wait; gifts push comments out, older comments go first.
CAPACITY = 20
MOST_A_MINUTE = 60
_NAME, _TEXT = 40, 150
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Three of the same are as good as thirty.
_REPEATED = re.compile(r"(.)\1{3,}")
#: Pictures in a row: one is enough to hear.
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\ufe0f\u200d\U000e0020-\U000e007f]+")


class Whose(StrEnum):
    """Whose comments are read."""

    EVERYONE = "everyone"
    NEW_FOLLOWERS = "new followers"
    FANS = "fans"
    GIFTERS = "gifters"
    MODERATORS = "moderators"
    MARKED = "marked"


class SpeechWish(msgspec.Struct, frozen=True, kw_only=True):
    """What the host wants to hear. ``rate`` and ``pitch`` of a voice go from -1 to 1, ``volume`` from 0 to 1.

    ``gifts_from``: coins a gift or a whole streak is worth at least.
    """

    on: bool = False
    comments: bool = True
    gifts: bool = True
    gifts_from: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1
    whose: Whose = Whose.EVERYONE
    voice: str = ""
    rate: Annotated[float, msgspec.Meta(ge=-1, le=1)] = 0.0
    volume: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    most_a_minute: Annotated[int, msgspec.Meta(ge=1, le=MOST_A_MINUTE)] = 12


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be said. ``item_id``: of the comment, so that it can be taken back; empty for a gift."""

    text: str
    person_id: str
    item_id: str = ""

    @property
    def of_gift(self) -> bool:
        return not self.item_id


def words_of_comment(name: str, text: str) -> str:
    """ "Ana says: hello"; empty when nothing is left that could be said."""
    said = _said(text)
    return f"{_name(name)} says: {said}" if said else ""


def words_of_gift(name: str, gift_name: str, count: int) -> str:
    """ "Ana sent 12 times Rose"."""
    times = f"{count} times " if count > 1 else ""
    return f"{_name(name)} sent {times}{clean_line(gift_name)}"


def _name(name: str) -> str:
    return cut_to(_said(name) or "Someone", _NAME)


def _said(text: str) -> str:
    line = _LINK.sub("a link", clean_line(text))
    line = _PICTURES.sub(lambda found: found[0][0], line)
    line = _REPEATED.sub(lambda found: found[1] * 3, line)
    line = line.strip()
    return cut_to(line, _TEXT) if any(char.isalnum() for char in line) else ""


class Pace:
    """At most ``most`` in any minute. ``now_s``: a steady clock."""

    def __init__(self, most: int, now_s: Callable[[], float]) -> None:
        self.most = most
        self._now_s = now_s
        self._taken: deque[float] = deque()

    @property
    def wait_s(self) -> float:
        """Until the next may be taken; 0 when it may now."""
        now = self._now_s()
        while self._taken and now - self._taken[0] >= 60:
            self._taken.popleft()
        return 0.0 if len(self._taken) < self.most else 60 - (now - self._taken[-self.most])

    def take(self) -> None:
        self._taken.append(self._now_s())


class SpeechQueue:
    """Sentences that wait: gifts before comments, each in order. ``dropped``: those that found no place."""

    def __init__(self) -> None:
        self._gifts: deque[Sentence] = deque()
        self._comments: deque[Sentence] = deque()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._gifts) + len(self._comments)

    def put(self, sentence: Sentence) -> None:
        """When it is full the oldest comment gives way, then the oldest gift."""
        (self._gifts if sentence.of_gift else self._comments).append(sentence)
        if len(self) > CAPACITY:
            (self._comments or self._gifts).popleft()
            self.dropped += 1

    def next(self) -> Sentence | None:
        waiting = self._gifts or self._comments
        return waiting.popleft() if waiting else None

    def take_back(self, gone: Callable[[Sentence], bool]) -> None:
        """Comments that are not to be heard any more."""
        self._comments = deque(one for one in self._comments if not gone(one))

    def clear(self) -> None:
        self._gifts.clear()
        self._comments.clear()
