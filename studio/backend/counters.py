"""What the backend counts about itself, for `/metrics`. Event-loop thread; plain integers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Totals since the start.

    Every queue that drops or refuses has its number here (or in `WriterCounters`).
    """

    connections_opened: int = 0
    connections_refused: int = 0
    commands: int = 0
    commands_rejected: int = 0
    commands_too_fast: int = 0
    events: int = 0
    event_frames: int = 0
    event_deliveries: int = 0
    resumed_events: int = 0
    clients_cut_slow: int = 0
    clients_cut_fast: int = 0
    protocol_errors: int = 0
    media_messages_in: int = 0
    media_bytes_in: int = 0
    media_messages_out: int = 0
    media_bytes_out: int = 0
    media_skips: int = 0
    media_messages_dropped: int = 0
    media_cut_slow: int = 0
    media_backlog_overflows: int = 0
    http_requests: int = 0
    payouts_sent: int = 0
    payout_sends_failed: int = 0
    payout_callbacks: int = 0
    payout_callbacks_repeated: int = 0
    payout_callbacks_refused: int = 0
    payout_callbacks_in_conflict: int = 0
