"""Brings rows from before the feed's ring into the view as the host scrolls up. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.services.earlier import EarlierRows, shown_now
from studio.services.rows import FeedRow, FeedTab
from studio.services.tasks import Tasks
from studio.ui.feed.feed_view import FeedView


class EarlierLoader(QObject):
    """One reading at a time. What cannot be read is asked for again only when the host comes back up."""

    def __init__(self, earlier: EarlierRows, tasks: Tasks, view: FeedView) -> None:
        super().__init__(view)
        self._earlier, self._tasks, self._view = earlier, tasks, view
        self._reading = False
        self._top: dict[FeedTab, int] = {}  # where reading came to the beginning, or to an error
        view.earlier_wanted.connect(self._wanted)
        earlier.withheld_changed.connect(self._restate)

    def _wanted(self) -> None:
        tab, seq = self._view.tab, self._view.page.first_seq
        if self._reading or seq <= 1 or self._top.get(tab) == seq:
            return
        self._reading = True
        self._tasks.start(self._read(tab, seq))

    async def _read(self, tab: FeedTab, seq: int) -> None:
        try:
            rows = await self._earlier.before(seq, tab)
        finally:
            self._reading = False
            self._top[tab] = seq
        page = self._view.page
        if self._view.tab is not tab or page.position.following:
            return
        if page.first_seq != seq:
            self._wanted()  # the ring let go of some meanwhile: those come first
        elif rows:
            self._view.put_before(tab, rows)

    def _restate(self) -> None:
        def newer(row: FeedRow) -> FeedRow | None:
            return shown_now(row, self._earlier.hides(row))

        self._view.restate_earlier(newer)
