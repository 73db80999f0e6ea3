"""The figures of a LIVE, counted again from its journal. Values; `tally` counts them."""

from __future__ import annotations

import msgspec

from studio.model.room import Person, RoomTotals


class PersonFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one LIVE. ``first_ms`` and ``last_ms``: when they did something."""

    person: Person
    comments: int
    questions: int
    likes: int
    shares: int
    gifts: int
    coins: int
    diamonds: int
    first_ms: int
    last_ms: int


class KeyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers that are shown of a LIVE everywhere. Times are Unix milliseconds of the server's clock."""

    started_ms: int
    ended_ms: int
    events: int
    missing: int
    comments: int
    questions: int
    likes: int
    shares: int
    new_followers: int
    gifts: int
    gifters: int
    coins: int
    diamonds: int
    peak_viewers: int
    unique_viewers: int
    unique_people: int
    watched_ms: int = 0


class Figures(KeyFigures, frozen=True, kw_only=True):
    """What a LIVE came to. ``diamonds_per_minute`` begins with its start.

    ``unique_people`` did something with an account; ``peak_viewers`` and ``unique_viewers`` are the server's
    word. ``missing``: seqs below the last that are not there. ``ledger``: the server's totals at the end,
    None when that did not come. ``watched_ms``: viewers times how long so many watched.
    ``diamonds_per_quarter``: (quarter of an hour since 1970, diamonds) of those that had some; every time
    zone's days and hours are made of whole ones.
    """

    diamonds_per_minute: tuple[int, ...]
    people: tuple[PersonFigures, ...]
    ledger: RoomTotals | None
    diamonds_per_quarter: tuple[tuple[int, int], ...] = ()
