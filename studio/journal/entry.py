"""One thing that happened, as the journal keeps it, and what stands at the head of a LIVE's journal. Pure."""

from __future__ import annotations

import msgspec

from studio.model.money import MAX_AMOUNT
from studio.model.room import Person

#: No event is longer, in bytes: a body that is, was made to fill a disk.
MAX_BODY = 1 << 20
_NUMBERS = ("at_ms", "gift_id", "count", "coins", "diamonds")


class BadEntry(ValueError):
    """What was given cannot be kept; the message says why."""


class JournalError(Exception):
    """A journal cannot be used; the message says what to do."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Whose LIVE a journal is of. ``started_ms``: Unix milliseconds of the server's clock."""

    room_id: str
    host: Person
    title: str
    started_ms: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One event of a LIVE. ``at_ms``: Unix milliseconds of the server's clock.

    ``count``: the running count of a streak of gifts, or the likes of a batch. ``coins`` and ``diamonds`` are
    what this one event adds. ``body`` is the event's JSON exactly as it came. Once a person's data is
    deleted, their rows come back without ``person``, ``text`` and ``body``; the numbers stay.
    """

    seq: int
    at_ms: int
    kind: str
    person: Person | None = None
    text: str = ""
    gift_id: int = 0
    count: int = 0
    coins: int = 0
    diamonds: int = 0
    body: bytes = b""


def check_header(header: Header) -> None:
    """Whether this can be written and read again. Raises BadEntry."""
    host = header.host
    try:
        size = sum(len(word.encode()) for word in (header.title, host.id, host.handle, host.name))
        header.room_id.encode()
    except UnicodeError as error:
        raise BadEntry(f"the LIVE's head is not UTF-8: {error}") from error
    if size > MAX_BODY or not 0 <= header.started_ms <= MAX_AMOUNT:
        raise BadEntry(f"the LIVE's head is none: {size:,} bytes of words, begun at {header.started_ms}")


def check_entry(entry: Entry) -> None:
    """Whether this can be written and read again. Raises BadEntry."""
    if not 1 <= entry.seq <= MAX_AMOUNT:
        raise BadEntry(f"seq {entry.seq} is none: events are counted from 1")
    if len(entry.body) > MAX_BODY:
        raise BadEntry(f"event {entry.seq} is {len(entry.body):,} bytes long; at most {MAX_BODY:,} are kept")
    numbers = (entry.at_ms, entry.gift_id, entry.count, entry.coins, entry.diamonds)
    if min(numbers) < 0 or max(numbers) > MAX_AMOUNT:
        told = dict(zip(_NUMBERS, numbers, strict=True))
        raise BadEntry(f"event {entry.seq} has numbers that nothing can be: {told}")
    try:
        entry.body.decode()
        size = len(entry.kind.encode()) + len(entry.text.encode())
        if (person := entry.person) is not None:
            size += len(person.id.encode()) + len(person.handle.encode()) + len(person.name.encode())
    except UnicodeError as error:
        raise BadEntry(f"event {entry.seq} is not UTF-8: {error}") from error
    if size > MAX_BODY:
        raise BadEntry(f"event {entry.seq}: its words are {size:,} bytes long; at most {MAX_BODY:,} are kept")
