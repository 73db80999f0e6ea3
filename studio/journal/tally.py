"""Counts the figures of a LIVE from its entries. Pure; reading is the caller's.

Each seq counts once. Of gifts ``added`` counts, never the running count. What the host says and does counts
for the room as it does on the server, but the host is no visitor. People whose data was deleted stay in the
sums, each still one, and nowhere by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from studio.journal.entry import Entry
from studio.journal.figures import Figures, PersonFigures
from studio.journal.line import REDACTED, BrokenLine, read_redaction
from studio.journal.reader import Reader
from studio.model.room import Person, RoomTotals

T = TypeVar("T")

#: Kinds that are the doing of their person; what others do with somebody (a mute) is not a visit.
VISITS = frozenset({"comment", "gift", "like", "join", "follow", "share", "question"})
QUARTER_MS = 900_000
#: A week, as in the earnings: a wrong clock must not fill the memory.
_MOST_MINUTES = 7 * 24 * 60


class _Gift(msgspec.Struct):
    added: int


class _Viewers(msgspec.Struct):
    viewers: int
    peak: int
    unique: int


class _Closed(msgspec.Struct):
    totals: RoomTotals


class _Person:
    """One person's sums while they are counted."""

    __slots__ = (
        "coins",
        "comments",
        "diamonds",
        "first_ms",
        "gifts",
        "last_ms",
        "likes",
        "person",
        "questions",
        "shares",
    )

    def __init__(self, person: Person, at_ms: int) -> None:
        self.person = person
        self.comments = self.questions = self.likes = self.shares = 0
        self.gifts = self.coins = self.diamonds = 0
        self.first_ms = self.last_ms = at_ms

    def figures(self) -> PersonFigures:
        return PersonFigures(**{name: getattr(self, name) for name in self.__slots__})


_NOBODY = _Person(Person(id="", handle=""), 0)
_gifts = msgspec.json.Decoder(_Gift)
_viewers = msgspec.json.Decoder(_Viewers)
_closed = msgspec.json.Decoder(_Closed)


class Tally:
    """Counts entries in the order of their seq, as `Reader.stream` gives them. ``unreadable``: bodies that
    say nothing.
    """

    def __init__(self, started_ms: int = 0, host_id: str = "") -> None:
        self._started_ms, self._host_id = started_ms, host_id
        self._last_seq = self._events = self._ended_ms = self._last_ms = 0
        self._comments = self._questions = self._likes = self._shares = self._follows = 0
        self._gifts = self._coins = self._diamonds = self._peak = self._unique = 0
        self._watching = self._watching_since_ms = self._watched_ms = 0
        self._minutes: list[int] = []
        self._quarters: dict[int, int] = {}
        self._people: dict[str, _Person] = {}
        self._gifters: set[str] = set()
        self._unnamed: dict[int, str] = {}  # seq -> kind: rows emptied, their record is still to come
        self._deleted: set[int] = set()
        self._ledger: RoomTotals | None = None
        self.unreadable = 0
        self._by_kind: dict[str, Callable[[Entry, _Person], None]] = {
            "comment": self._comment,
            "question": self._question,
            "like": self._like,
            "share": self._share,
            "follow": self._follow,
            "gift": self._gift,
            "viewers": self._viewers,
            "room_closed": self._close,
        }

    def add_all(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        if entry.kind == REDACTED and not entry.seq:
            self._own_up(entry)
            return
        if entry.seq <= self._last_seq:
            return
        self._last_seq = entry.seq
        self._events += 1
        self._last_ms = max(self._last_ms, entry.at_ms)
        self._started_ms = self._started_ms or entry.at_ms
        who = self._visitor(entry) if entry.kind in VISITS else _NOBODY
        if count := self._by_kind.get(entry.kind):
            count(entry, who)

    def figures(self) -> Figures:
        return Figures(
            started_ms=self._started_ms,
            ended_ms=self._ended_ms or self._last_ms,
            events=self._events,
            missing=self._last_seq - self._events,
            comments=self._comments,
            questions=self._questions,
            likes=self._likes,
            shares=self._shares,
            new_followers=self._follows,
            gifts=self._gifts,
            gifters=len(self._gifters),
            coins=self._coins,
            diamonds=self._diamonds,
            peak_viewers=self._peak,
            unique_viewers=self._unique,
            unique_people=len(self._people) + len(self._deleted),
            diamonds_per_minute=self._per_minute(),
            people=tuple(one.figures() for one in self._people.values()),
            ledger=self._ledger,
            watched_ms=self._watched_ms,
            diamonds_per_quarter=tuple(sorted(self._quarters.items())),
        )

    def _visitor(self, entry: Entry) -> _Person:
        person = entry.person
        if person is None or not person.id or person.id == self._host_id:
            if not entry.body:
                self._unnamed[entry.seq] = entry.kind
            return _Person(_NOBODY.person, entry.at_ms)
        known = self._people.get(person.id)
        if known is None:
            known = self._people[person.id] = _Person(person, entry.at_ms)
        known.person = person  # the newest name
        known.first_ms = min(known.first_ms, entry.at_ms)
        known.last_ms = max(known.last_ms, entry.at_ms)
        return known

    def _comment(self, _: Entry, who: _Person) -> None:
        self._comments += 1
        who.comments += 1

    def _question(self, _: Entry, who: _Person) -> None:
        self._questions += 1
        who.questions += 1

    def _like(self, entry: Entry, who: _Person) -> None:
        self._likes += entry.count
        who.likes += entry.count

    def _share(self, _: Entry, who: _Person) -> None:
        self._shares += 1
        who.shares += 1

    def _follow(self, _: Entry, who: _Person) -> None:
        self._follows += 1

    def _gift(self, entry: Entry, who: _Person) -> None:
        said = self._said(_gifts, entry)
        added = max(0, said.added) if said else 0  # of an emptied row its record says it
        self._gifts += added
        self._coins += entry.coins
        self._diamonds += entry.diamonds
        self._to_minute(entry.at_ms, entry.diamonds)
        who.gifts += added
        who.coins += entry.coins
        who.diamonds += entry.diamonds
        if who.person.id and (added or entry.coins):
            self._gifters.add(who.person.id)

    def _viewers(self, entry: Entry, _: _Person) -> None:
        if said := self._said(_viewers, entry):
            self._watch(entry.at_ms, said.viewers)
            self._peak = max(self._peak, said.peak)
            self._unique = max(self._unique, said.unique)

    def _watch(self, at_ms: int, viewers: int) -> None:
        """So many watch from now on."""
        if self._watching:
            self._watched_ms += self._watching * max(0, at_ms - self._watching_since_ms)
        self._watching, self._watching_since_ms = max(0, viewers), at_ms

    def _close(self, entry: Entry, _: _Person) -> None:
        self._ended_ms = entry.at_ms
        self._watch(entry.at_ms, 0)
        if said := self._said(_closed, entry):
            self._ledger = said.totals
            self._peak = max(self._peak, said.totals.peak_viewers)
            self._unique = max(self._unique, said.totals.unique_viewers)

    def _own_up(self, entry: Entry) -> None:
        """A record of what was deleted: its rows were of one person, who still counts as one."""
        try:
            record = read_redaction(entry)
        except BrokenLine:
            self.unreadable += 1
            return
        for seq in record.rows:
            kind = self._unnamed.pop(seq, "")
            if not kind:
                continue
            self._deleted.add(record.who)
            if kind == "gift" and (added := record.added.get(seq, 0)) > 0:
                self._gifts += added
                self._gifters.add(f"\0{record.who}")

    def _said(self, decoder: msgspec.json.Decoder[T], entry: Entry) -> T | None:
        if not entry.body:
            return None
        try:
            return decoder.decode(entry.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.unreadable += 1
            return None

    def _minute(self, at_ms: int) -> int:
        return min(max(0, at_ms - self._started_ms) // 60_000, _MOST_MINUTES - 1)

    def _to_minute(self, at_ms: int, diamonds: int) -> None:
        minute = self._minute(at_ms)
        if minute >= len(self._minutes):
            self._minutes.extend([0] * (minute + 1 - len(self._minutes)))
        self._minutes[minute] += diamonds
        if diamonds:
            quarter = at_ms // QUARTER_MS
            self._quarters[quarter] = self._quarters.get(quarter, 0) + diamonds

    def _per_minute(self) -> tuple[int, ...]:
        if not self._events:
            return ()
        rest = self._minute(self._ended_ms or self._last_ms) + 1 - len(self._minutes)
        return (*self._minutes, *([0] * max(0, rest)))


def figures_of(reader: Reader) -> Figures:
    """All of a journal, counted. Blocks."""
    header = reader.header
    tally = Tally(header.started_ms, header.host.id) if header else Tally()
    tally.add_all(reader.stream())
    return tally.figures()
