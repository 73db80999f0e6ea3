"""LIVEs that were: journals as the studio writes them, of seeded evenings. The files are real."""

from __future__ import annotations

import math
import random
from pathlib import Path

import msgspec

from studio.journal.entry import Header
from studio.journal.writer import JournalWriter
from studio.model.gift import GiftCatalogue
from studio.model.room import Goal, Person, RoomTotals
from studio.places import resource_path
from studio.protocol.events import (
    Commented,
    Event,
    Followed,
    GiftSent,
    GoalUpdated,
    Joined,
    RoomClosed,
    ViewersCounted,
)
from studio.services.journal import entry_of

NAMES = (
    "mika.draws", "sunny_side", "kofi", "春日_haru", "dee", "ana.lopez", "يوسف_art", "leo_k", "noor_92",
    "tom.w", "n" * 200, "🦊 fox 🦊", "rosa", "bela", "ines", "jonas", "pia", "quinn",
)  # fmt: skip
GIFTS = (1001, 1001, 1001, 1005, 1013, 1020, 1029)


class Evening:
    """One LIVE: made minute by minute from a seed, then kept in ``folder``."""

    def __init__(self, host: Person, room_id: str, title: str, started_ms: int, seed: int) -> None:
        self.header = Header(room_id=room_id, host=host, title=title, started_ms=started_ms)
        self.events: list[Event] = []
        self.diamonds = self.gifts = self.comments = self.followers = 0
        self.coins_of: dict[str, int] = {}
        self._random = random.Random(seed)
        self._now = started_ms
        self._peak = 0
        catalogue = GiftCatalogue.from_json(resource_path("gifts", "catalogue.json").read_bytes())
        self._catalogue = {gift.id: gift for gift in catalogue.gifts}
        self.people = [
            Person(id=f"u{number}", handle=name[:24], name=name)
            for number, name in enumerate(NAMES)
            if self._random.random() < 0.7
        ] or [Person(id="u0", handle=NAMES[0], name=NAMES[0])]

    def play(self, minutes: int, *, gifts_a_minute: float = 1.2, viewers: int = 1_400) -> Evening:
        """Comments, gifts, follows and viewers; a spike of gifts in the middle; the goal moves on."""
        for person in self.people:
            self._add(Joined, person=person)
        for minute in range(minutes):
            begin = self.header.started_ms + minute * 60_000
            self._now = max(self._now, begin)
            now = round(viewers * (0.25 + 0.75 * math.sin(math.pi * (minute + 1) / (minutes + 2))))
            self._peak = max(self._peak, now)
            self._add(ViewersCounted, viewers=now, peak=self._peak, unique=round(self._peak * 1.3))
            for _ in range(self._random.randrange(2, 14)):
                self._pass(begin + 55_000)
                self.comments += 1
                self._add(
                    Commented, comment_id=f"c{self.comments}", person=self._anyone(), text="so good! 🔥"
                )
            spike = 8.0 if minute == minutes * 3 // 5 else 1.0
            for _ in range(self._gifts_now(gifts_a_minute * spike)):
                self._pass(begin + 59_000)
                self._gift(self._anyone())
            if self._random.random() < 0.5:
                self.followers += 1
                self._add(Followed, person=self._anyone(), followers=300 + self.followers)
            if minute % 5 == 0:
                self._add(GoalUpdated, goal=Goal(title="New tablet", target=50_000, reached=self.diamonds))
        return self

    def keep(self, folder: Path, *, closed: bool = True) -> Evening:
        """Writes it down; without ``closed`` as if the studio had been killed."""
        if closed:
            totals = RoomTotals(
                diamonds=self.diamonds,
                coins=self.diamonds,
                gifts=self.gifts,
                comments=self.comments,
                new_followers=self.followers,
                peak_viewers=self._peak,
                unique_viewers=round(self._peak * 1.3),
            )
            self._now += 1_000
            self._add(RoomClosed, totals=totals, reason="ended by the host")
        writer = JournalWriter(folder, self.header)
        writer.start()
        entries = [entry_of(event) for event in self.events]
        taken = 0
        while taken < len(entries):
            taken += writer.append_all(entries[taken : taken + 5_000])
        assert writer.close(30)
        return self

    def _gifts_now(self, mean: float) -> int:
        return int(mean) + (self._random.random() < mean % 1)

    def _pass(self, until_ms: int) -> None:
        self._now = min(max(self._now, until_ms), self._now + self._random.randrange(200, 4_000))

    def _anyone(self) -> Person:
        return self._random.choice(self.people)

    def _gift(self, person: Person) -> None:
        gift = self._catalogue[self._random.choice(GIFTS)]
        count = self._random.choice((1, 1, 3, 12)) if gift.coins < 100 else 1
        coins = gift.coins * count
        self.diamonds += coins
        self.gifts += count
        self.coins_of[person.id] = self.coins_of.get(person.id, 0) + coins
        number = len(self.events)
        self._add(
            GiftSent,
            transfer_id=f"{self.header.room_id}.{number}.gift_diamonds",
            streak_id=f"s{number}",
            person=person,
            gift_id=gift.id,
            gift_name=gift.name,
            coins_each=gift.coins,
            count=count,
            added=count,
            coins=coins,
            diamonds=coins,
            room_diamonds=self.diamonds,
        )

    def _add(self, kind: type[Event], **fields: object) -> None:
        wire = {"seq": len(self.events) + 1, "at_ms": self._now, **fields}
        self.events.append(msgspec.structs.replace(kind(**wire)))
