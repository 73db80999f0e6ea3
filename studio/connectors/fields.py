"""Reading fields of records that strangers wrote: the one place that trusts no type and no size.

Pure functions, any thread. What is there but wrong raises `Unreadable`; what is absent has a default, because
proto3 leaves its defaults out. Errors name the field, never what stood in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

#: What cannot be more than a mistake, in characters.
LONGEST_TEXT = 20_000
LONGEST_KEY = 200
_DIGITS = 19

Record = dict[str, Any]


class Unreadable(Exception):
    """A record is not what its kind promises; the text says which field."""


def part(record: Record, *path: str) -> Record:
    """The record at ``path``; empty when absent. `Unreadable` when something else stands there."""
    here = record
    for name in path:
        value = here.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Unreadable(f"“{name}” is not a record")
        here = value
    return here


def text(record: Record, *names: str, longest: int = LONGEST_TEXT) -> str:
    """The first of the fields that is there and not empty, as text (a number's digits too); else empty."""
    for name in names:
        value = record.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**_DIGITS else ""
        if not isinstance(value, str):
            raise Unreadable(f"“{name}” is not text")
        if len(value) > longest:
            raise Unreadable(f"“{name}” is longer than {longest:,} characters")
        return value
    return ""


def whole(record: Record, *names: str, default: int = 0, most: int) -> int:
    """The first of the fields that is there, as a whole number 0 to ``most`` (JSON's int64 are texts)."""
    for name in names:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unreadable(f"“{name}” is not a whole number")
        if not 0 <= value <= most:
            raise Unreadable(f"“{name}” is not between 0 and {most:,}")
        return value
    return default


def flag(record: Record, name: str) -> bool:
    """Whether the field is set: true, 1 or ``"1"``."""
    return record.get(name) in (True, 1, "1")


def listed(record: Record, name: str) -> list[Any]:
    """The list at ``name``; empty when absent."""
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"“{name}” is not a list")
    return value


def unix_ms(value: object) -> int:
    """A time as Unix ms: ISO 8601, or digits in seconds, ms or us. 0 when it is none; never an error."""
    if isinstance(value, str):
        if not value.isascii() or len(value) > 40:
            return 0
        if not value.isdigit():
            try:
                return max(0, int(datetime.fromisoformat(value).timestamp() * 1000))
            except (ValueError, OverflowError, OSError):
                return 0
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return 0
    while value >= 10**14:  # finer than ms
        value //= 1000
    return value * 1000 if value < 10**11 else value
