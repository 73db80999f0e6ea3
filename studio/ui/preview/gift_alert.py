"""Picks the gift to show over the preview: the newest large one, for a few seconds. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from studio.services.feed import FeedService
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind

_SHOWN_MS = 5_000
_FADE_MS = 220
#: Gifts from this tier on are shown; smaller ones live in the feed alone, or the picture would be covered.
_FROM_TIER = 3


class GiftAlert(QObject):
    """``changed``: another gift is up, or none. A larger gift is not pushed away by a smaller one."""

    changed = Signal()

    def __init__(self, feed: FeedService, parent: QObject) -> None:
        super().__init__(parent)
        self.gift: FeedRow | None = None
        self._since = QElapsedTimer()
        self._until = QTimer(self)
        self._until.setSingleShot(True)
        self._until.setInterval(_SHOWN_MS)
        self._until.timeout.connect(self.clear)
        feed.changed.connect(self._feed_changed)

    @property
    def opacity(self) -> float:
        """Fades in over its first moments; painted again with every frame of the preview anyway."""
        return min(1.0, self._since.elapsed() / _FADE_MS) if self.gift else 0.0

    def clear(self) -> None:
        self.gift = None
        self._until.stop()
        self.changed.emit()

    def _feed_changed(self, change: FeedChange) -> None:
        if change.tab is not FeedTab.GIFTS:
            return
        for row in (*change.updated, *change.appended):
            if row.kind is RowKind.GIFT and row.tier >= _FROM_TIER:
                self._offer(row)

    def _offer(self, row: FeedRow) -> None:
        same = self.gift is not None and self.gift.key == row.key
        if self.gift is not None and not same and row.coins < self.gift.coins:
            return
        if not same:
            self._since.start()
        self.gift = row
        self._until.start()
        self.changed.emit()
