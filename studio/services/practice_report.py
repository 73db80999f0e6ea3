"""The practice report: figures measured in this run, in the shape that the README documents.

Pure but for reading counters. GUI thread.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from studio.media.counters import MediaCounters
from studio.net.books import AuditedBooks
from studio.services.live_summary import LiveSummary
from studio.services.studio import Services


@dataclass(slots=True)
class Measurements:
    """Counters at the end of the warm-up and at the end, and what was sampled in between.

    ``books``: what the audit of the backend's ledger said after the LIVE.
    """

    seconds: float = 0.0
    first: MediaCounters | None = None
    last: MediaCounters | None = None
    first_painted: int = 0
    last_painted: int = 0
    first_at_s: float = 0.0
    last_at_s: float = 0.0
    rss_peak: int = 0
    cpu: list[float] = field(default_factory=list)
    books: AuditedBooks | None = None
    _process: psutil.Process = field(default_factory=psutil.Process)

    def begin(self, services: Services) -> None:
        """The first seconds are for connecting and cold caches; what is counted starts here."""
        self.first = services.broadcast.media_counters()
        self.first_painted = services.broadcast.preview.painted_count
        self.first_at_s = time.monotonic()
        services.broadcast.preview.delays.clear()
        self._process.cpu_percent(None)

    def sample(self, services: Services) -> None:
        """About once a second."""
        self.rss_peak = max(self.rss_peak, self._process.memory_info().rss)

    def end(self, services: Services, seconds: float) -> None:
        self.sample(services)
        self.last = services.broadcast.media_counters()
        self.last_painted = services.broadcast.preview.painted_count
        self.last_at_s = time.monotonic()
        self.cpu.append(self._process.cpu_percent(None))
        self.seconds = seconds

    @property
    def preview_fps(self) -> float:
        passed = self.last_at_s - self.first_at_s
        return (self.last_painted - self.first_painted) / passed if passed > 0 and self.first else 0.0


def build_report(
    services: Services, summary: LiveSummary, measured: Measurements, started_s: float
) -> dict[str, Any]:
    """The report: video figures after the warm-up, events and money of the whole LIVE."""
    return {
        "seconds": round(measured.seconds, 2),
        "video": _video(services, measured),
        "audio": _audio(services),
        "events": {
            "sent_by_server": summary.events_sent,
            "received": summary.events_received,
            "missed": summary.missed,
            "duplicates": summary.duplicates,
            "send_to_screen_ms": services.feed.delays.percentiles(),
        },
        "earnings": {
            "feed_diamonds": summary.feed_diamonds,
            "ledger_diamonds": summary.totals.diamonds,
            "difference": summary.feed_diamonds - summary.totals.diamonds,
        },
        "ledger": _ledger(measured.books),
        "reconciliation": _reconciliation(services),
        "verdicts": services.watch.verdict.report(),
        "guards": services.watch.guards_report(),
        "process": {
            "start_to_window_ms": round(started_s * 1000),
            "cpu_percent": round(measured.cpu[-1], 1) if measured.cpu else 0.0,
            "rss_peak_mb": round(measured.rss_peak / 2**20, 1),
        },
    }


def _ledger(books: AuditedBooks | None) -> dict[str, Any]:
    """The backend's books, proven from their rows."""
    books = books or AuditedBooks(0, {}, {}, "no audit was made")
    return {
        "transfers": books.transfers,
        "debits": books.debits,
        "credits": books.credits,
        "audit": books.verdict,
    }


def _reconciliation(services: Services) -> dict[str, Any]:
    """What feed, journal and server say of the LIVE's gifts."""
    compared = services.reconciliation.result
    if compared is None:
        return {"feed": None, "journal": None, "server": None, "differences": ["nothing was compared"]}
    counts = {"feed": compared.feed, "journal": compared.journal, "server": compared.server}
    told = {name: asdict(one) if one is not None else None for name, one in counts.items()}
    return {**told, "differences": list(compared.differences)}


def _audio(services: Services) -> dict[str, Any]:
    """The whole time on air. ``drift_ms``: the most a device was off its time line."""
    counters = services.sound.counters()
    return {
        "drift_ms": round(counters.most_drift_ms, 2),
        "underruns": counters.underruns,
        "peak_dbfs": round(counters.peak_dbfs, 1),
    }


def _video(services: Services, measured: Measurements) -> dict[str, Any]:
    first, last = measured.first, measured.last
    if last is None:
        last = services.broadcast.media_counters()
    before = {output.name: output for output in first.outputs} if first else {}

    def since(name: str) -> int:
        return int(getattr(last, name)) - (int(getattr(first, name)) if first else 0)

    outputs = []
    for output in last.outputs:
        old = before.get(output.name)
        outputs.append(
            {
                "name": output.name,
                "packets": output.packets - (old.packets if old else 0),
                "dropped": output.dropped - (old.dropped if old else 0),
                "bytes": output.bytes - (old.bytes if old else 0),
            }
        )
    return {
        **{name: since(name) for name in ("captured", "composed", "lagged", "encoded", "skipped")},
        "preview_fps": round(measured.preview_fps, 2),
        "capture_to_preview_ms": services.broadcast.preview.delays.percentiles(),
        "outputs": outputs,
    }
