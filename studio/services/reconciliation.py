"""Whether feed, journal and server say the same of an ended LIVE; what differs is listed, never mended.

GUI thread. Signals: ``changed``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.journal.entry import JournalError
from studio.journal.figures import Figures
from studio.services.earnings import EarningsService
from studio.services.journal import JournalService
from studio.services.live import LiveService, Phase
from studio.services.live_summary import LiveSummary
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Count:
    """Gifts and diamonds as one of the three has them."""

    gifts: int
    diamonds: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """``journal`` is None when it cannot be read; ``differences`` are sentences, none when all agree."""

    feed: Count
    journal: Count | None
    server: Count
    differences: tuple[str, ...]


def reconcile(summary: LiveSummary, feed_gifts: int, journal: Figures | None, trouble: str) -> Reconciliation:
    """Compares the three. ``trouble``: why there is no journal."""
    server = Count(summary.totals.gifts, summary.totals.diamonds)
    feed = Count(feed_gifts, summary.feed_diamonds)
    kept = Count(journal.gifts, journal.diamonds) if journal is not None else None
    differences = [
        f"The {name} counted {_off(count.gifts - server.gifts, 'gift')} and "
        f"{_off(count.diamonds - server.diamonds, 'diamond')} than the server."
        for name, count in (("feed", feed), ("journal", kept))
        if count is not None and count != server
    ]
    if summary.missed:
        differences.append(f"{summary.missed:,} events of the server did not come.")
    if journal is None:
        differences.append(trouble or "There is no journal of this LIVE.")
    elif journal.missing:
        differences.append(f"The journal lacks {journal.missing:,} events.")
    return Reconciliation(feed, kept, server, tuple(differences))


def _off(number: int, what: str) -> str:
    if not number:
        return f"no {what}s more or fewer"
    plural = "" if abs(number) == 1 else "s"
    return f"{abs(number):,} {what}{plural} {'more' if number > 0 else 'fewer'}"


def _why(error: Exception) -> str:
    """In a few words; the file's name is in the log."""
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    return (error.strerror if isinstance(error, OSError) else "") or str(error).rstrip(".")


class ReconciliationService(QObject):
    """``result``: of the LIVE whose summary is up; None until the journal was read."""

    changed = Signal()

    def __init__(
        self, live: LiveService, earnings: EarningsService, journal: JournalService, tasks: Tasks
    ) -> None:
        super().__init__()
        self._live, self._earnings, self._journal, self._tasks = live, earnings, journal, tasks
        self.result: Reconciliation | None = None
        live.phase_changed.connect(self._phase_changed)

    def _phase_changed(self, phase: Phase) -> None:
        if phase is Phase.SUMMARY:
            self._tasks.start(self.settle())
        else:
            self.result = None

    async def settle(self) -> Reconciliation | None:
        """Reads the journal and compares; None when no summary is up."""
        summary = self._live.summary
        if summary is None:
            return None
        figures, trouble = None, ""
        try:
            figures = await self._journal.figures()
        except (JournalError, OSError) as error:
            log.warning("the journal of this LIVE cannot be read: %s", error)
            trouble = f"The journal of this LIVE cannot be read: {_why(error)}."
        if self._live.summary is not summary:
            return None
        self.result = reconcile(summary, self._earnings.gifts, figures, trouble)
        for difference in self.result.differences:
            log.warning("after the LIVE: %s", difference)
        self.changed.emit()
        return self.result
