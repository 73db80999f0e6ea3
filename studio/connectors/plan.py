"""A recording as a plan for our room: who does what and when, and what the room must have counted in the end.

Blocking while it reads; any thread. The same file and catalogue always make the same plan, so that whoever
plays it and whoever checks it can each make their own. Bounded by the file's bounds (`source`).
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from studio.connectors.cast import Cast, Part, Streaks, Timeline
from studio.connectors.forms import open_recording
from studio.connectors.happening import Entry, Happening, Kind, RecordedGift, Verdict
from studio.connectors.money import GiftShelf
from studio.connectors.tiktok import MOST_GIFTS
from studio.model.gift import Gift
from studio.model.limits import LIMITS
from studio.model.text import clean_line

#: Kinds named in the report; a damaged file may invent any number.
_MOST_NAMES = 300
_LONGEST_NAME = 80
_LONGEST_REASON = 200
#: Messages remembered by their id, to know a repeat.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One command of one person, ``at_ms`` after the beginning. ``count``: likes or gifts."""

    at_ms: int
    person: int
    kind: Kind
    text: str = ""
    gift_id: int = 0
    count: int = 1


@dataclass(slots=True)
class Expected:
    """What the room must count when every turn was played."""

    comments: int = 0
    questions: int = 0
    likes: int = 0
    shares: int = 0
    new_followers: int = 0
    gifts: int = 0
    gifters: int = 0
    coins: int = 0


@dataclass(slots=True)
class Counts:
    """What was read, by kind.

    Invariant: ``read`` is the sum of converted, repeated, not applicable, unknown and unreadable.
    ``shortened``: texts longer than ours may be. ``late_gifts``: messages of a streak that added nothing.
    """

    read: Counter[str] = field(default_factory=Counter)
    converted: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    not_applicable: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    reasons: set[str] = field(default_factory=set)
    shortened: int = 0
    late_gifts: int = 0
    recorded_coins: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Invariant: playing all ``turns`` makes a fresh room's totals equal to ``expected``."""

    form: str
    people: tuple[Part, ...]
    turns: tuple[Turn, ...]
    expected: Expected
    counts: Counts

    @property
    def length_ms(self) -> int:
        return self.turns[-1].at_ms if self.turns else 0


def speed(text: str) -> float:
    """How many times as fast as recorded; ``max`` and ``0``: ``inf``, no waiting. ``ValueError``: neither."""
    value = math.inf if text == "max" else float(text) or math.inf
    if not value > 0:
        raise ValueError(f"a speed is a number or max, not {text}")
    return value


def plan_recording(path: Path, gifts: tuple[Gift, ...]) -> Plan:
    """Reads and converts the whole file. `BadRecording` says why it cannot be played."""
    form, entries = open_recording(path)
    return plan_entries(form.name, entries, gifts)


def plan_entries(form: str, entries: Iterator[Entry], gifts: tuple[Gift, ...]) -> Plan:
    """The same from events that were read already."""
    planner = _Planner(GiftShelf(gifts))
    for entry in entries:
        planner.take(entry)
    return planner.plan(form)


class _Planner:
    def __init__(self, shelf: GiftShelf) -> None:
        self._shelf = shelf
        self._cast = Cast()
        self._time = Timeline()
        self._streaks = Streaks()
        self._turns: list[Turn] = []
        self._expected = Expected()
        self._counts = Counts()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._followers: set[int] = set()
        self._gifters: set[int] = set()

    def take(self, entry: Entry) -> None:
        """Counts one event and adds what it asks for."""
        counts = self._counts
        name = _kind_name(entry.name)
        if name not in counts.read and len(counts.read) >= _MOST_NAMES:
            name = "(further kinds)"
        counts.read[name] += 1
        if entry.verdict is not Verdict.CONVERTED:
            getattr(counts, entry.verdict)[name] += 1
            self._because(f"{name}: {entry.why}")
        elif self._repeats(f"{entry.name}|{entry.message_id}" if entry.message_id else ""):
            counts.repeated[name] += 1
        elif sum(self._add(happening) for happening in entry.happenings):
            counts.converted[name] += 1
        else:
            counts.not_applicable[name] += 1
            self._because(f"{name}: nothing in it can be seen")

    def _because(self, reason: str) -> None:
        """Keeps why something is not played; each reason once, and not more than a report can hold."""
        if len(self._counts.reasons) < 2 * _MOST_NAMES:
            self._counts.reasons.add(reason[:_LONGEST_REASON])

    def plan(self, form: str) -> Plan:
        self._expected.new_followers = len(self._followers)
        self._expected.gifters = len(self._gifters)
        return Plan(form, tuple(self._cast.parts), tuple(self._turns), self._expected, self._counts)

    def _repeats(self, message_id: str) -> bool:
        if not message_id:
            return False
        if message_id in self._seen:
            return True
        self._seen[message_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)  # a plain dict would look through what went before
        return False

    def _add(self, happening: Happening) -> bool:
        """Adds the turns of one happening; False when nothing of it can be played."""
        written = ""
        if happening.kind in (Kind.COMMENT, Kind.QUESTION):
            written = self._fitted(happening)
            if not written:
                return False
        at_ms = self._time.at(happening.at_ms)
        person = self._cast.place(happening.who)
        expected = self._expected
        if happening.gift is not None:
            self._give(at_ms, person, happening.gift, happening.count)
            return True
        if happening.kind is Kind.LIKE:
            expected.likes += happening.count
            for count in _split(happening.count, LIMITS.likes_per_event):
                self._turns.append(Turn(at_ms, person, Kind.LIKE, count=count))
            return happening.count > 0
        self._turns.append(Turn(at_ms, person, happening.kind, written))
        expected.comments += happening.kind is Kind.COMMENT
        expected.questions += happening.kind is Kind.QUESTION
        expected.shares += happening.kind is Kind.SHARE
        if happening.kind is Kind.FOLLOW:
            self._followers.add(person)
        return True

    def _fitted(self, happening: Happening) -> str:
        """What was said, as our room takes it; empty when nothing can be seen."""
        most = LIMITS.comment_max if happening.kind is Kind.COMMENT else LIMITS.question_max
        written = clean_line(happening.text)
        if len(written) > most:
            self._counts.shortened += 1
            written = clean_line(written[: most - 1]) + "…"
        return written

    def _give(self, at_ms: int, person: int, recorded: RecordedGift, count: int) -> None:
        added = self._streaks.added(recorded, min(count, MOST_GIFTS))
        if not added:
            self._counts.late_gifts += 1
            return
        gift = self._shelf.pick(recorded.coins, recorded.gift_id, streaks=bool(recorded.streak))
        self._counts.recorded_coins += added * recorded.coins
        self._expected.gifts += added
        self._expected.coins += added * gift.coins
        self._gifters.add(person)
        for part in _split(added, LIMITS.gift_count_max):
            self._turns.append(Turn(at_ms, person, Kind.GIFT, gift_id=gift.id, count=part))


@lru_cache(maxsize=2 * _MOST_NAMES)
def _kind_name(written: str) -> str:
    """A kind as the report may name it, whatever a damaged file calls it."""
    return clean_line(written)[:_LONGEST_NAME] or "(without a name)"


def _split(count: int, most: int) -> Iterator[int]:
    while count > 0:
        yield min(count, most)
        count -= most
