"""What the practice audience counted. One owner (the audience's loop); no I/O."""

from __future__ import annotations

from collections import Counter, deque

import msgspec


class PictureReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the watchers of the picture saw. Latencies in ms: capture to arrival, by the server's clock."""

    watchers: int = 0
    messages: int = 0
    keyframes: int = 0
    streams: int = 0
    bytes: int = 0
    skipped: int = 0
    out_of_order: int = 0
    latency_ms_p50: int | None = None
    latency_ms_p95: int | None = None


class AudienceReport(msgspec.Struct, frozen=True, kw_only=True):
    """An audience's figures.

    ``acts_done`` were answered with success, ``acts_refused`` not, ``acts_left`` had no answer at the end (of
    them ``gifts_unanswered`` gifts). ``gifts_answered`` counts gifts the server said are in the ledger,
    each once, ``diamonds_answered`` their worth. ``events_received`` is summed over all clients; ``gaps``,
    ``duplicates`` and ``recovered`` too. ``errors``: refusals by error code (TOO_FAST too, though retried).
    """

    seed: int
    viewers: int
    joined: int = 0
    people: int = 0
    acts_done: int = 0
    acts_refused: int = 0
    acts_left: int = 0
    gifts_answered: int = 0
    gifts_unanswered: int = 0
    coins_spent: int = 0
    diamonds_answered: int = 0
    coins_bought: int = 0
    errors: dict[int, int] = {}
    connection_faults: dict[str, int] = {}
    reconnects: int = 0
    resent: int = 0
    retried: int = 0
    frames_received: int = 0
    events_received: int = 0
    gaps: int = 0
    duplicates: int = 0
    recovered: int = 0
    room_closed: bool = False
    picture: PictureReport = PictureReport()


class PictureTally:
    """Counters of the picture; latencies of the last 20,000 messages."""

    def __init__(self) -> None:
        self.watchers = 0
        self.messages = 0
        self.keyframes = 0
        self.streams = 0
        self.bytes = 0
        self.skipped = 0
        self.out_of_order = 0
        self.latencies_ms: deque[float] = deque(maxlen=20_000)

    def report(self) -> PictureReport:
        return PictureReport(
            watchers=self.watchers,
            messages=self.messages,
            keyframes=self.keyframes,
            streams=self.streams,
            bytes=self.bytes,
            skipped=self.skipped,
            out_of_order=self.out_of_order,
            latency_ms_p50=percentile(self.latencies_ms, 0.50),
            latency_ms_p95=percentile(self.latencies_ms, 0.95),
        )


class Tally:
    """Counters all viewers of an audience share."""

    def __init__(self) -> None:
        self.joined = 0
        self.people = 0
        self.acts_done = 0
        self.acts_refused = 0
        self.acts_left = 0
        self.gifts_answered = 0
        self.gifts_unanswered = 0
        self.coins_spent = 0
        self.diamonds_answered = 0
        self.coins_bought = 0
        self.errors: Counter[int] = Counter()
        self.connection_faults: Counter[str] = Counter()
        self.reconnects = 0
        self.resent = 0
        self.retried = 0
        self.frames_received = 0
        self.events_received = 0
        self.gaps = 0
        self.duplicates = 0
        self.recovered = 0
        self.room_closed = False
        self.picture = PictureTally()


def percentile(values: deque[float], fraction: float) -> int | None:
    """Nearest rank of ``values``, rounded; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(fraction * len(ordered)))])
