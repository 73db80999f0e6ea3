"""Drawings of rows that were in view lately. GUI thread.

Capacity: 400 drawings (several screens of rows); policy: the longest unused goes; counter: ``composed``.
"""

from __future__ import annotations

from collections import OrderedDict

from studio.services.rows import FeedRow
from studio.ui.feed.compose import compose
from studio.ui.feed.feed_style import FeedStyle
from studio.ui.feed.row_drawing import RowDrawing

_CAPACITY = 400


class DrawingCache:
    """Invariant: a drawing is of its row's newest asked version, in the present width and style."""

    def __init__(self) -> None:
        self._drawings: OrderedDict[int, tuple[int, RowDrawing]] = OrderedDict()
        self._width = 0
        self._style: FeedStyle | None = None
        self.composed = 0

    def prepare(self, width: int, style: FeedStyle) -> bool:
        """Draws for this width and style from now on; True when that is a change."""
        if width == self._width and style is self._style:
            return False
        self._width, self._style = width, style
        self._drawings.clear()
        return True

    def get(self, row: FeedRow) -> RowDrawing:
        known = self._drawings.get(row.key)
        if known is not None and known[0] == row.version:
            self._drawings.move_to_end(row.key)
            return known[1]
        assert self._style is not None, "prepare comes first"
        made = compose(row, self._width, self._style)
        self.composed += 1
        self._drawings[row.key] = (row.version, made)
        self._drawings.move_to_end(row.key)
        if len(self._drawings) > _CAPACITY:
            self._drawings.popitem(last=False)
        return made

    def forget(self, keys: list[int]) -> None:
        for key in keys:
            self._drawings.pop(key, None)
