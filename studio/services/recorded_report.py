"""The report of a replay: what was read, what became of it, and the room's totals beside what they must be.

Pure but for reading counters. GUI thread.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from studio.connectors.happening import Kind
from studio.connectors.plan import Counts, Plan
from studio.services.live_summary import LiveSummary
from studio.services.practice_report import Measurements, build_report
from studio.services.studio import Services

if TYPE_CHECKING:
    from studio.services.recorded_live import RecordedOptions

_PARTS = ("converted", "repeated", "not_applicable", "unknown", "unreadable")


class PlayedTurns(msgspec.Struct, frozen=True, kw_only=True):
    """What the audience says of its turns, by kind; ``codes``: refusals by the name of their error code."""

    played: dict[str, int] = {}
    refused: dict[str, int] = {}
    left: dict[str, int] = {}
    codes: dict[str, int] = {}
    people: int = 0

    @property
    def settled(self) -> int:
        return sum(sum(counted.values()) for counted in (self.played, self.refused, self.left))


def build_recorded_report(
    services: Services,
    summary: LiveSummary,
    measured: Measurements,
    started_s: float,
    plan: Plan,
    played: PlayedTurns | None,
    options: RecordedOptions,
) -> dict[str, Any]:
    """The report; what a practice LIVE reports comes after what is the recording's alone."""
    totals = _totals(plan, summary)
    return {
        "recording": {
            "file": options.file.name,
            "form": plan.form,
            "people": len(plan.people),
            "length_s": round(plan.length_ms / 1000, 1),
            "speed": "max" if math.isinf(options.speed) else options.speed,
            "complete": played is not None and not any(played.left.values()),
        },
        "read": read_by_kind(plan.counts),
        "not_applicable": dict(sorted(plan.counts.not_applicable.items())),
        "unknown": dict(sorted(plan.counts.unknown.items())),
        "unreadable": dict(sorted(plan.counts.unreadable.items())),
        "reasons": sorted(plan.counts.reasons),
        "shortened_texts": plan.counts.shortened,
        "late_gift_messages": plan.counts.late_gifts,
        "played": played_by_kind(plan, played or PlayedTurns()),
        "refusals": played.codes if played else {},
        "gift_coins": {"recorded": plan.counts.recorded_coins, "played": plan.expected.coins},
        "totals": totals,
        "difference": sum(abs(total["difference"]) for total in totals.values()),
        **build_report(services, summary, measured, started_s),
    }


def read_by_kind(counts: Counts) -> dict[str, dict[str, int]]:
    """Every recorded kind by the platform's name: how many were read, and what each became."""
    return {
        name: {"read": read, **{part: getattr(counts, part)[name] for part in _PARTS}}
        for name, read in sorted(counts.read.items())
    }


def played_by_kind(plan: Plan, played: PlayedTurns) -> dict[str, dict[str, int]]:
    """Every kind of ours: how often it was to be done, was done, was refused, was left undone."""
    planned = Counter(turn.kind.value for turn in plan.turns)
    return {
        kind.value: {
            "planned": planned[kind.value],
            "played": played.played.get(kind.value, 0),
            "refused": played.refused.get(kind.value, 0),
            "left": played.left.get(kind.value, 0),
        }
        for kind in Kind
    }


def _totals(plan: Plan, summary: LiveSummary) -> dict[str, dict[str, int]]:
    expected = {**asdict(plan.expected), "unique_viewers": len(plan.people)}
    room = {name: int(getattr(summary.totals, name)) for name in expected}
    return {
        name: {"expected": wanted, "room": room[name], "difference": room[name] - wanted}
        for name, wanted in expected.items()
    }


def is_whole(report: dict[str, Any]) -> bool:
    """Whether all was played, nothing was lost or counted twice, and every total is what it must be."""
    refused = any(kind["refused"] for kind in report["played"].values())
    events = report["events"]
    return bool(
        report["recording"]["complete"]
        and not refused
        and report["difference"] == 0
        and events["missed"] == 0
        and events["duplicates"] == 0
        and report["earnings"]["difference"] == 0
        and report["ledger"]["audit"] == "ok"
    )
