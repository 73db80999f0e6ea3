"""A countdown everyone sees. Pure values."""

from __future__ import annotations

import msgspec


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """To ``ends_ms`` (Unix milliseconds of the server's clock), of a length of ``length_ms`` in all."""

    title: str
    length_ms: int
    ends_ms: int
    ended: bool = False

    def left_ms(self, now_ms: float) -> int:
        """Not below zero."""
        return 0 if self.ended else max(0, round(self.ends_ms - now_ms))


def seconds_of(text: str) -> int | None:
    """A length as hosts type it: "5" (minutes), "2:30", "1:30:00", "45s". None when it is none of these, or
    nothing.
    """
    words = text.strip().lower().replace(" ", "")
    if not words.isascii() or len(words) > 12:
        return None
    if words.endswith("s") and words[:-1].isdigit():
        return int(words[:-1]) or None
    parts = words.removesuffix("min").removesuffix("m").split(":")
    if len(parts) > 3 or not all(part.isdigit() for part in parts):
        return None
    if len(parts) == 1:
        return 60 * int(parts[0]) or None
    if any(int(part) > 59 for part in parts[1:]):
        return None
    seconds = 0
    for part in parts:
        seconds = 60 * seconds + int(part)
    return seconds or None


def clock_words(seconds: int) -> str:
    """ "4:05" or "1:02:03"."""
    hours, rest = divmod(seconds, 3_600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
