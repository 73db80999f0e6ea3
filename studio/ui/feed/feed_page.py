"""One tab's rows as the view knows them: the rows, where the view stands in them, how many are unseen.

GUI thread; no Qt in here. Every tab's page takes every change, so that changing the tab shows rows at
once and finds the place where the host left it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from studio.services.moving_line import MOVING
from studio.services.rows import FeedChange, FeedRow, RowKind
from studio.ui.feed.row_stack import RowStack
from studio.ui.feed.scroll_position import ScrollPosition

#: More rows than this without a painting in between were never on screen.
_FRESH = 4_000


class FeedPage:
    """``unseen``: rows that came while the host was reading further up. ``fresh``: keys that came since the
    last painting. ``current``: key of the row that has the keyboard. ``unfolded``: keys of folded comments
    that the host has opened; the services know nothing of it.
    """

    def __init__(self, measure: Callable[[FeedRow], int]) -> None:
        self.stack = RowStack()
        self.position = ScrollPosition(self.stack, self._height)
        self.unseen = 0
        self.fresh: set[int] = set()
        self.current: int | None = None
        self.unfolded: set[int] = set()
        self.moving: FeedRow | None = None  # likes and joins, below the newest row
        self.quiet = True  # nothing but the studio's own lines so far
        self._measure = measure

    def _height(self, serial: int) -> int:
        if not self.stack.is_measured(serial):
            self.stack.set_height(serial, self._measure(self.stack.row(serial)))
        return self.stack.height(serial)

    def apply(self, change: FeedChange) -> list[int]:
        """Takes a change; returns the keys of the rows that are gone."""
        gone = self.stack.let_go(change.dropped)
        if not len(self.stack):
            self.position.follow()
            self.unseen = 0
            self.quiet = True
        self.moving = change.moving
        for row in change.updated:
            self.stack.update(self._as_opened(row))
        gone += self.append(change.appended)
        if not self.position.following:
            came = sum(row.tone != MOVING for row in change.appended)  # likes are nothing to go back for
            self.unseen = min(len(self.stack), self.unseen + came)
        self.fresh.update(row.key for row in change.appended)
        if len(self.fresh) > _FRESH:
            self.fresh.clear()
        keys = [row.key for row in gone]
        self.unfolded.difference_update(keys)
        if self.current in keys:
            self.current = None
        return keys

    def append(self, rows: Sequence[FeedRow]) -> list[FeedRow]:
        """Rows at the end; returns those that made room."""
        self.quiet = self.quiet and all(row.kind is RowKind.SYSTEM for row in rows)
        return self.stack.append(rows)

    def put_before(self, rows: Sequence[FeedRow]) -> bool:
        """Rows from before the first one; False when there is no room for more."""
        return self.stack.prepend(rows)

    def forget_earlier(self) -> list[int]:
        """Keys of the rows from before the ring, which are gone now: the host is back at the newest."""
        keys = [row.key for row in self.stack.forget_earlier()]
        self.unfolded.difference_update(keys)
        return keys

    @property
    def first_seq(self) -> int:
        """Of the oldest event that made a row here; 0 when none did."""
        serials = range(self.stack.first_serial, self.stack.end_serial)
        return next((seq for one in serials if (seq := self.stack.row(one).seq)), 0)

    def make_room(self) -> None:
        """Keeps room for the moving line below the newest row."""
        self.position.below = self._measure(self.moving) if self.moving is not None else 0

    def get(self, key: int) -> FeedRow | None:
        serial = self.stack.serial_of(key)
        return None if serial is None else self.stack.row(serial)

    def unfold(self, key: int, wanted: bool) -> bool:
        """Opens or folds the comments of that row; False when that changes nothing."""
        row = self.get(key)
        if row is None or not row.folded or row.unfolded is wanted:
            return False
        (self.unfolded.add if wanted else self.unfolded.discard)(key)
        return self.stack.update(self._as_opened(row))

    def _as_opened(self, row: FeedRow) -> FeedRow:
        opened = row.key in self.unfolded
        return row if row.unfolded is opened else replace(row, unfolded=opened)

    @property
    def current_serial(self) -> int | None:
        return None if self.current is None else self.stack.serial_of(self.current)
