"""What a person gave: one message about a gift, and gifts merged by name. Pure values, any thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.model.room import Person


@dataclass(frozen=True, slots=True)
class GiftStep:
    """One message about a gift. ``count``: of its streak, so far. ``diamonds``: those of ``added``; ``each``:
    what one is worth, for a message that adds nothing itself.
    """

    seq: int
    at_ms: int
    streak_id: str
    person: Person
    gift_id: int
    gift_name: str
    count: int
    added: int
    diamonds: int
    ended: bool = True
    each: int = 0


@dataclass(frozen=True, slots=True)
class GiftCount:
    """How often one gift was given."""

    gift_id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Giver:
    """A person and what of their gifts is meant: the ones that wait, or the ones thanked for. Most first."""

    person: Person
    diamonds: int
    gifts: tuple[GiftCount, ...]
    first_ms: int
    last_ms: int

    @property
    def count(self) -> int:
        return sum(gift.count for gift in self.gifts)


@dataclass(slots=True)
class GiftSum:
    """Gifts of one person, merged; the order in which they are added makes no difference.

    ``gifts``: id -> (name, count, diamonds). ``first_seq``, ``first_ms``, ``last_ms``: 0 while it is empty.
    """

    diamonds: int = 0
    count: int = 0
    first_seq: int = 0
    first_ms: int = 0
    last_ms: int = 0
    gifts: dict[int, tuple[str, int, int]] = field(default_factory=dict)

    def add(self, step: GiftStep, new: int, diamonds: int) -> None:
        """``new`` gifts worth ``diamonds``, heard of by ``step``."""
        self._widen(step.seq, step.at_ms, step.at_ms)
        self._take(step.gift_id, step.gift_name, new, diamonds)

    def merge(self, other: GiftSum) -> None:
        """All of ``other``, too."""
        if other.count:
            self._widen(other.first_seq, other.first_ms, other.last_ms)
            for gift_id, (name, count, diamonds) in other.gifts.items():
                self._take(gift_id, name, count, diamonds)

    def _widen(self, first_seq: int, first_ms: int, last_ms: int) -> None:
        empty = not self.count
        self.first_seq = first_seq if empty else min(self.first_seq, first_seq)
        self.first_ms = first_ms if empty else min(self.first_ms, first_ms)
        self.last_ms = last_ms if empty else max(self.last_ms, last_ms)

    def _take(self, gift_id: int, name: str, count: int, diamonds: int) -> None:
        _, before, worth = self.gifts.get(gift_id, ("", 0, 0))
        self.gifts[gift_id] = (name, before + count, worth + diamonds)
        self.count += count
        self.diamonds += diamonds

    def by(self, person: Person) -> Giver:
        """That much, given by ``person``."""
        ranked = sorted(self.gifts.items(), key=lambda item: -item[1][2])
        gifts = tuple(GiftCount(gift_id, name, count) for gift_id, (name, count, _) in ranked)
        return Giver(person, self.diamonds, gifts, self.first_ms, self.last_ms)
