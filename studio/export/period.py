"""Which time an export is of, by the clocks of a zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


class BadPeriod(ValueError):
    """No period of ours; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``from_ms`` until before ``until_ms``, Unix milliseconds."""

    from_ms: int
    until_ms: int


def zone_named(name: str) -> tzinfo | None:
    """None (the computer's own) for an empty name. `BadPeriod` for an unknown one."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadPeriod(f"There is no time zone called {name!r}; one is Europe/Berlin.") from error


def period_of(words: str, zone: tzinfo | None) -> Period:
    """``2026``, ``2026-11``, ``2026-11-01..2026-11-30`` (the last day included) or ``all``."""
    try:
        if words == "all":
            return Period(0, 1 << 52)
        if found := _YEAR.fullmatch(words):
            year = int(found[1])
            return _between(date(year, 1, 1), date(year + 1, 1, 1), zone)
        if found := _MONTH.fullmatch(words):
            first = date(int(found[1]), int(found[2]), 1)
            return _between(first, (first + timedelta(days=32)).replace(day=1), zone)
        if found := _SPAN.fullmatch(words):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if last >= first:
                return _between(first, last + timedelta(days=1), zone)
    except (ValueError, OverflowError):
        pass
    raise BadPeriod(f"{words!r} is no period; one is 2026, 2026-11 or 2026-11-01..2026-11-30.")


def _between(first: date, after: date, zone: tzinfo | None) -> Period:
    return Period(*(_midnight(day, zone) for day in (first, after)))


def _midnight(day: date, zone: tzinfo | None) -> int:
    begin = datetime(day.year, day.month, day.day)
    moment = begin.replace(tzinfo=zone) if zone is not None else begin.astimezone()
    return round(moment.timestamp() * 1_000)


def local_words(at_ms: int, zone: tzinfo | None) -> str:
    """``2026-11-20 21:14:02`` by the zone's clocks."""
    minute, second = divmod(at_ms // 1_000, 60)
    return f"{minute_words(minute, zone)}:{second:02d}"


@lru_cache(maxsize=4_096)
def minute_words(minute: int, zone: tzinfo | None) -> str:
    """``2026-11-20 21:14`` of a minute since 1970; gifts come many a minute."""
    moment = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)
    return f"{moment:%Y-%m-%d %H:%M}"
