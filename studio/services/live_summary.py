"""What is left of a LIVE when it has ended: values, and how they are made. GUI thread: reads the earnings."""

from __future__ import annotations

from dataclasses import dataclass

from studio.model.room import Room, RoomTotals, Supporter
from studio.protocol.session import RoomCursor
from studio.services.earnings import EarningsService


@dataclass(frozen=True, slots=True)
class LiveSummary:
    """What is left of a LIVE. ``totals`` are the ledger's; ``feed_diamonds`` and ``missed`` are our check."""

    title: str
    started_ms: int
    ended_ms: int
    totals: RoomTotals
    supporters: tuple[Supporter, ...]
    per_minute: tuple[int, ...]
    feed_diamonds: int
    missed: int
    recovered: int
    duplicates: int
    events_sent: int
    events_received: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What the backend said at the end. ``seq``: its last event, 0 when that did not come."""

    room: Room
    totals: RoomTotals
    supporters: tuple[Supporter, ...]
    seq: int
    reason: str
    now_ms: int


def summarize(ended: Ended, earnings: EarningsService, cursor: RoomCursor | None) -> LiveSummary:
    """The backend's figures beside what we counted on the way; ``cursor``: how far we heard."""
    room, seq = ended.room, ended.seq
    received = cursor.received if cursor else 0
    return LiveSummary(
        title=room.title,
        started_ms=room.started_ms,
        ended_ms=room.ended_ms or ended.now_ms,
        totals=ended.totals,
        supporters=ended.supporters,
        per_minute=earnings.per_minute,
        feed_diamonds=earnings.feed_diamonds,
        missed=max(0, seq - received) if seq else 0,
        recovered=cursor.recovered if cursor else 0,
        duplicates=cursor.duplicates if cursor else 0,
        events_sent=seq,
        events_received=received,
        reason=ended.reason,
    )
