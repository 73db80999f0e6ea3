"""Whom to thank next: gifts merged by person until the host ticks the person off. Pure, no clock inside.

A tick thanks for everything a person gave up to one ``seq`` of the LIVE. So it is small, can be written down,
and means the same when all events of the LIVE come again: what lay before it stays thanked, what came after
it waits. Owned by whoever builds it; must not import the protocol.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from studio.model.giver import GiftStep, GiftSum, Giver
from studio.model.room import Person
from studio.model.streak import Streak, StreakBook

#: Ticks that can be taken back; of older ones only what was given is kept.
UNDO_STEPS = 100
#: People of one LIVE that are kept apart. Policy: gifts of further people count as ``unlisted``.
MOST_PEOPLE = 10_000


class ThankOrder(StrEnum):
    """Who comes first: the most diamonds, or the longest wait."""

    LARGEST = "largest"
    OLDEST = "oldest"


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """The host has thanked ``person_id`` for everything up to ``through_seq``."""

    person_id: str
    through_seq: int


@dataclass(slots=True)
class _Account:
    """One person: what waits, what was thanked for tick by tick, and what beyond that (``settled``)."""

    person: Person
    known: bool = True  # False: ticked in an earlier studio, and not heard of in this one yet
    last_seq: int = 0
    through_seq: int = 0
    waiting: GiftSum = field(default_factory=GiftSum)
    settled: GiftSum = field(default_factory=GiftSum)
    ticked: list[_Ticked] = field(default_factory=list)  # ascending in ``through_seq``

    def sum_at(self, seq: int) -> GiftSum:
        """Where a gift of that ``seq`` belongs."""
        if seq <= self.through_seq:
            return self.settled
        place = bisect_left(self.ticked, seq, key=lambda one: one.tick.through_seq)
        return self.ticked[place].given if place < len(self.ticked) else self.waiting

    def thanked(self) -> GiftSum:
        whole = GiftSum()
        for given in (self.settled, *(one.given for one in self.ticked)):
            whole.merge(given)
        return whole


@dataclass(slots=True)
class _Ticked:
    tick: Tick
    given: GiftSum = field(default_factory=GiftSum)


class ThankQueue:
    """Invariant: each gift heard of is in exactly one place: it waits, was thanked for, or is unlisted."""

    def __init__(self) -> None:
        self._people: dict[str, _Account] = {}
        self._waiting: dict[str, _Account] = {}
        self._book = StreakBook()
        self._undo: deque[_Ticked] = deque()
        #: Gifts of people beyond ``MOST_PEOPLE``.
        self.unlisted = 0

    def __len__(self) -> int:
        """How many people wait."""
        return len(self._waiting)

    def hear(self, step: GiftStep) -> int:
        """Takes one message; returns how many gifts are new with it (0: a repeat, an end, a late one)."""
        new, diamonds = self._grown(step)
        if not new:
            return 0
        account = self._account(step.person)
        if account is None:
            self.unlisted += new
            return new
        account.person, account.known = step.person, True
        account.last_seq = max(account.last_seq, step.seq)
        given = account.sum_at(step.seq)
        given.add(step, new, diamonds)
        if given is account.waiting:
            self._waiting[step.person.id] = account
        return new

    def tick(self, person_id: str) -> Tick | None:
        """All of that person's gifts are thanked for; None when none waits."""
        account = self._waiting.pop(person_id, None)
        if account is None:
            return None
        done = _Ticked(Tick(person_id=person_id, through_seq=account.last_seq), account.waiting)
        account.waiting = GiftSum()
        self._push(account, done)
        return done.tick

    def undo(self) -> Tick | None:
        """Takes the last tick back: its gifts wait again beside what came since; None when there is none."""
        if not self._undo:
            return None
        done = self._undo.pop()
        account = self._people[done.tick.person_id]
        account.ticked.pop()
        account.waiting.merge(done.given)
        if account.waiting.count:
            self._waiting[done.tick.person_id] = account
        return done.tick

    def recall(self, ticks: Iterable[Tick]) -> None:
        """What stood ticked in an earlier studio, in that order; before any gift is heard."""
        if len(self._book):
            raise ValueError("ticks are recalled before the gifts come again")
        for tick in ticks:
            account = self._account(Person(id=tick.person_id, handle=""), known=False)
            if account is not None and tick.through_seq > account.last_seq:
                account.last_seq = tick.through_seq
                self._push(account, _Ticked(tick))

    @property
    def last_ticked(self) -> Person | None:
        """Whom ``undo`` would bring back."""
        return self._people[self._undo[-1].tick.person_id].person if self._undo else None

    def first(self, order: ThankOrder, most: int) -> tuple[Giver, ...]:
        """At most that many who wait, in order; of two equals the one who waits longer."""
        chosen = heapq.nsmallest(most, self._waiting.values(), key=lambda one: _rank(one.waiting, order))
        return tuple(account.waiting.by(account.person) for account in chosen)

    def of(self, person_id: str) -> Giver | None:
        """What of that person waits; None when nothing does."""
        account = self._waiting.get(person_id)
        return account.waiting.by(account.person) if account else None

    def waiting(self) -> tuple[Giver, ...]:
        """All who wait, the largest first."""
        return self.first(ThankOrder.LARGEST, len(self._waiting))

    def thanked(self) -> tuple[Giver, ...]:
        """All who were thanked and for what, the largest first."""
        sums = [(account, account.thanked()) for account in self._people.values() if account.known]
        sums.sort(key=lambda pair: _rank(pair[1], ThankOrder.LARGEST))
        return tuple(given.by(account.person) for account, given in sums if given.count)

    def _account(self, person: Person, *, known: bool = True) -> _Account | None:
        account = self._people.get(person.id)
        if account is None and len(self._people) < MOST_PEOPLE:
            account = self._people[person.id] = _Account(person, known)
        return account

    def _push(self, account: _Account, done: _Ticked) -> None:
        account.ticked.append(done)
        self._undo.append(done)
        if len(self._undo) > UNDO_STEPS:
            oldest = self._undo.popleft()
            theirs = self._people[oldest.tick.person_id]
            theirs.ticked.pop(0)
            theirs.settled.merge(oldest.given)
            theirs.through_seq = oldest.tick.through_seq

    def _grown(self, step: GiftStep) -> tuple[int, int]:
        """(new gifts, their diamonds) of a message; a streak's count only grows."""
        person = step.person.id
        new = self._book.apply(
            Streak(step.streak_id, step.gift_id, person, step.each, step.count, step.ended, step.at_ms)
        )
        if step.added > 0:  # at the rate the ledger's row was made with
            return new, max(0, step.diamonds) * new // step.added
        return new, new * max(0, step.each)


def _rank(given: GiftSum, order: ThankOrder) -> tuple[int, int]:
    return (-given.diamonds if order is ThankOrder.LARGEST else 0, given.first_seq)


def standing(ticks: Iterable[tuple[Tick, bool]]) -> list[Tick]:
    """What stands of (tick, taken back) as they were written down: an undo takes its tick with it."""
    stand: list[Tick] = []
    for tick, undone in ticks:
        if not undone:
            stand.append(tick)
            continue
        place = next((at for at in range(len(stand) - 1, -1, -1) if stand[at] == tick), None)
        if place is not None:
            del stand[place]
    return stand
