"""A giveaway and its draw, which anyone can check. Pure.

The server draws a seed of 32 random bytes when the giveaway begins and tells its SHA-256 at once
(``commitment``): it can choose no other afterwards. Whoever enters gets a ticket, SHA-256 of seed, giveaway
and handle; the lowest tickets win. Seed and the list of everyone who took part are told with the result, so
that everybody can work out the same winners. (The scheme is the usual commit and reveal.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from studio.model.person import Person


class Entrants(StrEnum):
    """Who may take part; the host never does."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FANS = "fans"


class Giveaway(msgspec.Struct, frozen=True, kw_only=True):
    """As of now. ``ends_ms``: when it is drawn, 0: when the host draws. ``seed`` and ``entry_digest`` (see
    `digest_of`) come with the draw; nobody may have entered, then there are no winners.
    """

    giveaway_id: str
    prize: str
    places: int
    who: Entrants
    commitment: str
    started_ms: int = 0
    ends_ms: int = 0
    entered: int = 0
    ended: bool = False
    winners: tuple[Person, ...] = ()
    seed: str = ""
    entry_digest: str = ""


def commitment_of(seed: str) -> str:
    """What is told before the draw: SHA-256 of the seed's text (64 hexadecimal digits), as such digits."""
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket(seed: str, giveaway_id: str, handle: str) -> str:
    """SHA-256 of ``seed:giveaway:handle`` as 64 hexadecimal digits; the lowest wins."""
    return hashlib.sha256(f"{seed}:{giveaway_id}:{handle}".encode()).hexdigest()


def draw(seed: str, giveaway_id: str, handles: Iterable[str], places: int) -> list[str]:
    """The winners' handles, first place first; fewer than ``places`` when fewer take part."""
    ranked = sorted(set(handles), key=lambda handle: (ticket(seed, giveaway_id, handle), handle))
    return ranked[:places]


def digest_of(handles: Iterable[str]) -> str:
    """SHA-256 of all handles, sorted, with line feeds between them: one list, one digest."""
    return hashlib.sha256("\n".join(sorted(set(handles))).encode()).hexdigest()


def check(giveaway: Giveaway, handles: tuple[str, ...]) -> str:
    """Works the draw out again from what was told; a sentence that says what is wrong, or nothing."""
    if commitment_of(giveaway.seed) != giveaway.commitment:
        return "The seed is not the one that was fixed when the giveaway began."
    if digest_of(handles) != giveaway.entry_digest or len(set(handles)) != giveaway.entered:
        return "The list of who took part is not the one that was drawn from."
    drawn = draw(giveaway.seed, giveaway.giveaway_id, handles, giveaway.places)
    if drawn != [person.handle for person in giveaway.winners]:
        return "Seed and list give other winners than those that were told."
    return ""
