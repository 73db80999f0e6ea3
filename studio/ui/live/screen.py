"""The Live screen: preview, feed, earnings, parted by handles that remember where they were. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from studio.services.studio import Services
from studio.ui.earnings import EarningsColumn
from studio.ui.feed import FeedPanel
from studio.ui.preview.away_tile import AwayTile
from studio.ui.preview.panel import PreviewPanel
from studio.ui.recording.mark_tile import MarkTile
from studio.ui.theme.theme import Theme
from studio.ui.widgets.tile import IconButton

#: Below this width the earnings fold away behind their tile (design: "How it looks and feels").
NARROW = 1_100
_SHARES = (0.28, 0.48, 0.24)
_SPLITTER = "live"


class LiveScreen(QWidget):
    """Preview | feed | earnings. Below ``NARROW`` px the earnings open by a tile under the preview."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("screen")
        self._profile = services.profile
        self._restored = False
        self.preview = PreviewPanel(services, on_air=True)
        self.feed = FeedPanel(services, theme)
        self.earnings = EarningsColumn(services, theme)
        self.mark_tile = MarkTile(services.films.marks)
        self.preview.add_tile(self.mark_tile)
        self.earnings_tile = IconButton("Earnings", "diamond", tone="gold")
        self.earnings_tile.setCheckable(True)
        self.earnings_tile.setAccessibleDescription("Shows or folds away the earnings")
        self.earnings_tile.toggled.connect(self._fold)
        self.preview.add_tile(self.earnings_tile)
        self.away_tile = AwayTile(services.watch.away)
        self.preview.add_tile(self.away_tile)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for place, panel in enumerate((self.preview, self.feed, self.earnings)):
            self._splitter.addWidget(panel)
            self._splitter.setStretchFactor(place, 1 if panel is self.feed else 0)
        self.preview.setMinimumWidth(230)
        self.feed.setMinimumWidth(330)
        self.earnings.setMinimumWidth(250)
        self._splitter.splitterMoved.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        self._fold()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.feed.box.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def narrow(self) -> bool:
        return self.width() < NARROW

    def toggle_earnings(self) -> None:
        """Shows or folds away the earnings where the window is narrow."""
        self.earnings_tile.toggle()

    def unfold_earnings(self) -> None:
        """Shows the earnings, also where the window is narrow."""
        self.earnings_tile.setChecked(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._restored and self.width() > 100:
            self._restored = True
            self._restore()
        self._fold()

    def _restore(self) -> None:
        kept = self._profile.splitter(_SPLITTER)
        if len(kept) == 3 and all(size > 0 for size in kept):
            self._splitter.setSizes(kept)
            return
        ideal = self.preview.ideal_width(self.height())
        first = min(ideal, round(self.width() * _SHARES[0]))
        last = max(250, min(460, round(self.width() * _SHARES[2])))
        self._splitter.setSizes([first, self.width() - first - last, last])

    def _fold(self) -> None:
        self.earnings_tile.setVisible(self.narrow)
        self.earnings.setVisible(not self.narrow or self.earnings_tile.isChecked())

    def _moved(self) -> None:
        if not self.narrow:
            self._profile.set_splitter(_SPLITTER, self._splitter.sizes())
