"""Events of a LIVE as the backend writes them, and the entries a service makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from studio.journal.entry import Entry, Header
from studio.journal.reader import Reader
from studio.journal.writer import JournalWriter
from studio.model.room import Person, Pinned, RoomTotals
from studio.protocol.events import (
    Commented,
    CommentPinned,
    Event,
    Followed,
    GiftSent,
    Joined,
    Liked,
    QuestionAsked,
    RoomClosed,
    Shared,
    ViewersCounted,
)

START_MS = 1_767_225_600_000
HOST = Person(id="u-host", handle="anna", name="Anna 🌿")
ANN, BEN, CAT = (Person(id=f"u-{name}", handle=name, name=name.title()) for name in ("ann", "ben", "cat"))


def header(room_id: str = "7c6a180b", started_ms: int = START_MS) -> Header:
    return Header(room_id=room_id, host=HOST, title="Ink and tea", started_ms=started_ms)


def entry_of(event: Event) -> Entry:
    """As the service does: what the event says, and its JSON."""

    def said(*names: str) -> Any:
        return next((getattr(event, name) for name in names if hasattr(event, name)), 0)

    is_gift = isinstance(event, GiftSent)
    return Entry(
        seq=event.seq,
        at_ms=event.at_ms,
        kind=str(event.__struct_config__.tag),
        person=said("person") or None,
        text=said("text") or "",
        gift_id=said("gift_id"),
        count=event.count if isinstance(event, GiftSent | Liked) else 0,
        coins=event.coins if is_gift else 0,
        diamonds=event.diamonds if is_gift else 0,
        body=msgspec.json.encode(event),
    )


class Script:
    """Makes a LIVE's events one after the other, a second apart."""

    def __init__(self, room_id: str = "7c6a180b", started_ms: int = START_MS) -> None:
        self.room_id, self.started_ms = room_id, started_ms
        self.entries: list[Entry] = []
        self._diamonds = 0

    def comment(self, person: Person, text: str) -> Entry:
        return self._add(Commented(**self._place(), comment_id=self._id(), person=person, text=text))

    def question(self, person: Person, text: str) -> Entry:
        return self._add(QuestionAsked(**self._place(), question_id=self._id(), person=person, text=text))

    def like(self, person: Person, count: int) -> Entry:
        return self._add(Liked(**self._place(), person=person, count=count, total=count))

    def join(self, person: Person) -> Entry:
        return self._add(Joined(**self._place(), person=person))

    def follow(self, person: Person) -> Entry:
        return self._add(Followed(**self._place(), person=person, followers=1))

    def share(self, person: Person) -> Entry:
        return self._add(Shared(**self._place(), person=person))

    def viewers(self, viewers: int, peak: int, unique: int) -> Entry:
        return self._add(ViewersCounted(**self._place(), viewers=viewers, peak=peak, unique=unique))

    def pin(self, person: Person, text: str) -> Entry:
        pinned = Pinned(comment_id=f"{self.room_id}.1", person=person, text=text)
        return self._add(CommentPinned(**self._place(), pinned=pinned))

    def close(self, **totals: int) -> Entry:
        return self._add(RoomClosed(**self._place(), totals=RoomTotals(**totals)))

    def gift(
        self,
        person: Person,
        count: int,
        added: int,
        *,
        each: int = 5,
        streak: str = "s1",
        ended: bool = False,
    ) -> Entry:
        self._diamonds += added * each
        event = GiftSent(
            **self._place(),
            transfer_id=f"{self._id()}.{person.id}.gift",
            streak_id=streak,
            person=person,
            gift_id=1001,
            gift_name="Rose",
            coins_each=each,
            count=count,
            added=added,
            coins=added * each,
            diamonds=added * each,
            room_diamonds=self._diamonds,
            ended=ended,
        )
        return self._add(event)

    def _place(self) -> dict[str, int]:
        seq = len(self.entries) + 1
        return {"seq": seq, "at_ms": self.started_ms + seq * 1_000}

    def _id(self) -> str:
        return f"{self.room_id}.{len(self.entries) + 1}"

    def _add(self, event: Event) -> Entry:
        entry = entry_of(event)
        self.entries.append(entry)
        return entry


def comments(count: int, first: int = 1) -> list[Entry]:
    """So many comments, each of them different."""
    script = Script()
    people = (ANN, BEN, CAT)
    for number in range(first - 1 + count):
        script.comment(people[number % 3], f'comment {number + 1}: "that" shading\tthough 😍')
    return script.entries[first - 1 :]


def write(folder: Path, entries: list[Entry], head: Header | None = None) -> Path:
    """A whole journal, written by the real writer."""
    head = head or header()
    writer = JournalWriter(folder, head)
    writer.start()
    for entry in entries:
        assert writer.append(entry)
    assert writer.close(20), writer.state
    return folder / f"{head.room_id}.journal"


def read(path: Path) -> list[Entry]:
    with Reader(path) as reader:
        return reader.entries(limit=1_000_000)
