"""The tiles under the preview: one row where they fit, else rows of smaller ones. GUI thread; no services.

The picture needs the room more than they do: two rows of small tiles, their icon beside the word, are hardly
higher than one row of large ones.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.tile import IconButton

_GAP, _SMALL_GAP = 8, 6
#: Narrower than this a large tile cuts its word off, and a small one.
_LEAST, _SMALL_LEAST = 64, 76


class TileRows(QWidget):
    """Invariant: every visible tile has its place, in the order they were added. ``reshaped``: it may want
    another height now.
    """

    reshaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[IconButton] = []

    def add(self, tile: IconButton) -> None:
        """Puts a further tile at the end."""
        tile.setParent(self)
        tile.installEventFilter(self)
        self._tiles.append(tile)
        tile.show()

    def height_for(self, width: int) -> int:
        """What the tiles need when they lie in ``width``."""
        rows, _ = self._shape(width)
        if rows == 1:
            return max((tile.sizeHint().height() for tile in self._shown), default=0)
        return rows * (self._small_height + _SMALL_GAP) - _SMALL_GAP

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.height_for(self.width()))

    @property
    def _shown(self) -> list[IconButton]:
        return [tile for tile in self._tiles if not tile.isHidden()]

    @property
    def _small_height(self) -> int:
        return max((tile.small_height for tile in self._shown), default=0)

    def _shape(self, width: int) -> tuple[int, int]:
        """Rows, and tiles in each but the last."""
        count = max(1, len(self._shown))
        if count * (_LEAST + _GAP) - _GAP <= width:
            return 1, count
        columns = max(1, min(math.ceil(count / 2), (width + _SMALL_GAP) // (_SMALL_LEAST + _SMALL_GAP)))
        rows = math.ceil(count / columns)
        return rows, math.ceil(count / rows)  # as even as they go

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        rows, columns = self._shape(self.width())
        gap = _GAP if rows == 1 else _SMALL_GAP
        height = self.height_for(self.width()) if rows == 1 else self._small_height
        for place, tile in enumerate(self._shown):
            row, column = divmod(place, columns)
            in_row = min(columns, len(self._shown) - row * columns)
            left = round(column * (self.width() + gap) / in_row)
            right = round((column + 1) * (self.width() + gap) / in_row) - gap
            tile.set_small(rows > 1)
            tile.setGeometry(left, row * (height + gap), right - left, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A tile came or went."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
            self.reshaped.emit()
        return super().eventFilter(watched, event)
