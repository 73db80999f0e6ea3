"""What of a recording must be remembered to play it: its people, its time, its streaks.

Pure, owned by whoever makes a plan; no clock inside. Must not import Qt, net or backend.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from studio.connectors.happening import RecordedGift, Who
from studio.model.limits import LIMITS
from studio.model.streak import Streak, StreakBook
from studio.model.text import clean_line

#: Silences between recorded events are cut to this; recordings span days.
LONGEST_SILENCE_MS = 3_000
#: After an event whose time is not known or goes back.
STEP_MS = 250
_NOT_OF_A_HANDLE = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
_HANDLE_STEM = 16


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody of the recording, as they come to our room."""

    handle: str
    name: str


class Cast:
    """Recorded people with handles our backend takes. Invariant: handles differ, whatever their case."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._places: dict[str, int] = {}
        self._handles: set[str] = set()

    def place(self, who: Who) -> int:
        """The person's number; a new one gets a handle as near to the recorded one as can be."""
        place = self._places.get(who.key)
        if place is None:
            place = self._places[who.key] = len(self.parts)
            stem = _NOT_OF_A_HANDLE.sub("_", who.handle or who.name)[:_HANDLE_STEM].strip("_.-")
            handle = stem if len(stem) > 1 else f"viewer{place}"
            number = place
            while handle.lower() in self._handles:
                handle, number = f"{stem}.{number}", number + 1
            self._handles.add(handle.lower())
            name = clean_line(who.name)[: LIMITS.display_name_max]
            self.parts.append(Part(handle, clean_line(name)))
        return place


class Timeline:
    """Recorded times as ms since the beginning: forward only, without long silences."""

    def __init__(self) -> None:
        self._now_ms = 0
        self._last_ms = 0
        self._begun = False

    def at(self, recorded_ms: int) -> int:
        gap = recorded_ms - self._last_ms if recorded_ms and self._last_ms else -1
        if self._begun:
            self._now_ms += min(gap, LONGEST_SILENCE_MS) if gap >= 0 else STEP_MS
        self._begun = True
        self._last_ms = recorded_ms or self._last_ms
        return self._now_ms


class Streaks:
    """Running counts of recorded streaks as gifts to give.

    Invariant: whatever is lost, doubled or late, a streak's gifts sum up to the highest count that came.
    """

    def __init__(self) -> None:
        self._book = StreakBook()

    def added(self, gift: RecordedGift, count: int) -> int:
        """How many gifts this message proves that no message before it did."""
        if not gift.streak:
            return count
        return self._book.apply(Streak(gift.streak, 0, "", gift.coins, count))
