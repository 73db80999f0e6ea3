"""Diamonds by the clocks of a time zone: hours of the day, calendar years. Pure, any thread.

Made of quarters of an hour: the offsets of all time zones in use are whole ones, so no diamond falls on the
wrong side of midnight or New Year, daylight saving time included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

QUARTER_S = 900
_HOURS = 24


@dataclass(frozen=True, slots=True)
class YearTotal:
    """One calendar year in one time zone."""

    year: int
    diamonds: int


def zone_of(name: str) -> tzinfo | None:
    """The zone called that; None (this computer's own) for an empty or unknown name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local(quarter: int, zone: tzinfo | None) -> datetime:
    """When a quarter of an hour since 1970 begins, by the zone's clocks."""
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC).astimezone(zone)


def by_year(quarters: Iterable[tuple[int, int]], zone: tzinfo | None) -> tuple[YearTotal, ...]:
    """The newest year first."""
    years: dict[int, int] = {}
    for quarter, diamonds in quarters:
        year = local(quarter, zone).year
        years[year] = years.get(year, 0) + diamonds
    return tuple(YearTotal(year, years[year]) for year in sorted(years, reverse=True))


def by_hour(quarters: Iterable[tuple[int, int]], zone: tzinfo | None) -> tuple[int, ...]:
    """Diamonds by the hour of the day, 24 of them."""
    hours = [0] * _HOURS
    for quarter, diamonds in quarters:
        hours[local(quarter, zone).hour] += diamonds
    return tuple(hours)


def change(value: int, before: Sequence[int]) -> int | None:
    """How many percent ``value`` is above the mean of ``before``; None when there is nothing to compare."""
    total = sum(before)
    return (value * len(before) - total) * 100 // total if total > 0 else None
