"""One LIVE as it went, read from its journal: minute by minute, gift by gift, goal by goal. Blocks."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import msgspec

from studio.journal.entry import Entry, Header
from studio.journal.figures import Figures
from studio.journal.files import journal_path
from studio.journal.reader import Reader
from studio.journal.tally import Tally
from studio.model.person import Person
from studio.model.room import Goal

#: A week of minutes: a wrong clock must not fill the memory.
_MOST_MINUTES = 7 * 24 * 60


class GiftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One gift, or one streak of them: ``at_ms`` is when it began. ``person`` is None once it was deleted.

    ``transfers``: ids in the ledger, one a message of the streak.
    """

    seq: int
    at_ms: int
    person: Person | None
    gift_id: int
    gift_name: str
    count: int
    coins: int
    diamonds: int
    transfers: tuple[str, ...]


class GoalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A goal as it was last heard of. ``reached_ms``: when it was reached; 0: it was not."""

    goal: Goal
    set_ms: int
    reached_ms: int


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a host looks at afterwards. Minutes count from the start; viewers are the most in each."""

    header: Header | None
    figures: Figures
    viewers_per_minute: tuple[int, ...]
    comments_per_minute: tuple[int, ...]
    gifts: tuple[GiftLine, ...]
    goals: tuple[GoalLine, ...]


class _Gift(msgspec.Struct):
    transfer_id: str
    streak_id: str
    gift_name: str
    added: int


class _Viewers(msgspec.Struct):
    viewers: int


class _GoalTold(msgspec.Struct):
    goal: Goal | None = None


_gift = msgspec.json.Decoder(_Gift)
_viewers = msgspec.json.Decoder(_Viewers)
_goal = msgspec.json.Decoder(_GoalTold)


class _Teller:
    """Takes the entries in order. What cannot be read says nothing here; `Tally` counts it."""

    def __init__(self, started_ms: int) -> None:
        self._started_ms = started_ms
        self._viewers: list[int] = []
        self._watching = 0
        self._comments: list[int] = []
        self._gifts: OrderedDict[str, GiftLine] = OrderedDict()
        self._goals: list[GoalLine] = []

    def add(self, entry: Entry) -> None:
        if entry.kind == "comment":
            self._at(self._comments, entry.at_ms, 0)
            self._comments[-1] += 1
        elif entry.kind == "gift":
            self._gift(entry)
        elif entry.body and entry.kind in ("viewers", "goal"):
            try:
                if entry.kind == "viewers":
                    self._count(entry.at_ms, _viewers.decode(entry.body).viewers)
                else:
                    self._goal(entry.at_ms, _goal.decode(entry.body).goal)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return

    def story(self, header: Header | None, figures: Figures) -> Story:
        minutes = len(figures.diamonds_per_minute)
        self._at(self._viewers, self._started_ms + max(0, minutes - 1) * 60_000, self._watching)
        self._at(self._comments, self._started_ms + max(0, minutes - 1) * 60_000, 0)
        return Story(
            header=header,
            figures=figures,
            viewers_per_minute=tuple(self._viewers[:minutes]),
            comments_per_minute=tuple(self._comments[:minutes]),
            gifts=tuple(one for one in self._gifts.values() if one.count),
            goals=tuple(self._goals),
        )

    def _at(self, minutes: list[int], at_ms: int, fill: int) -> None:
        """Makes the list reach to the minute of ``at_ms``."""
        minute = min(max(0, at_ms - self._started_ms) // 60_000, _MOST_MINUTES - 1)
        if minute >= len(minutes):
            minutes.extend([fill] * (minute + 1 - len(minutes)))

    def _count(self, at_ms: int, viewers: int) -> None:
        self._at(self._viewers, at_ms, self._watching)
        self._viewers[-1] = max(self._viewers[-1], viewers)
        self._watching = viewers

    def _gift(self, entry: Entry) -> None:
        said = None
        if entry.body:
            try:
                said = _gift.decode(entry.body)
            except (msgspec.DecodeError, UnicodeDecodeError):
                said = None
        key = said.streak_id if said is not None and said.streak_id else f"#{entry.seq}"
        known = self._gifts.get(key)
        added = said.added if said is not None else 1
        if known is None:
            self._gifts[key] = GiftLine(
                seq=entry.seq,
                at_ms=entry.at_ms,
                person=entry.person,
                gift_id=entry.gift_id,
                gift_name=said.gift_name if said is not None else "",
                count=added,
                coins=entry.coins,
                diamonds=entry.diamonds,
                transfers=(said.transfer_id,) if said is not None else (),
            )
        elif added or entry.coins:
            more = (said.transfer_id,) if said is not None else ()
            self._gifts[key] = msgspec.structs.replace(
                known,
                count=known.count + added,
                coins=known.coins + entry.coins,
                diamonds=known.diamonds + entry.diamonds,
                transfers=(*known.transfers, *more),
            )

    def _goal(self, at_ms: int, goal: Goal | None) -> None:
        if goal is None:
            return
        last = self._goals[-1] if self._goals else None
        same = last is not None and (last.goal.title, last.goal.target) == (goal.title, goal.target)
        reached = at_ms if goal.reached >= goal.target else 0
        if last is not None and same:
            self._goals[-1] = GoalLine(goal=goal, set_ms=last.set_ms, reached_ms=last.reached_ms or reached)
        else:
            self._goals.append(GoalLine(goal=goal, set_ms=at_ms, reached_ms=reached))


def read_story(folder: Path, room_id: str) -> Story:
    """The story of a LIVE whose journal lies in ``folder``. Raises JournalError, OSError."""
    with Reader(journal_path(folder, room_id)) as reader:
        header = reader.header
        tally = Tally(header.started_ms, header.host.id) if header else Tally()
        teller: _Teller | None = None
        for entry in reader.stream():
            if teller is None:
                teller = _Teller(header.started_ms if header else entry.at_ms)
            tally.add(entry)
            if entry.seq:
                teller.add(entry)
        return (teller or _Teller(0)).story(header, tally.figures())
