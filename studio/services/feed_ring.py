"""The rows of one tab: bounded, replaced in place by key.

GUI thread. Capacity: 2,000 rows; policy: the oldest go; counter: ``total`` (ever appended).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from studio.services.rows import FeedChange, FeedRow, FeedTab

CAPACITY = 2_000


class FeedRing:
    """Invariant: ``rows`` are in the order of arrival and ``FeedChange``s replay to the same rows."""

    def __init__(self, tab: FeedTab, capacity: int = CAPACITY) -> None:
        self.tab = tab
        self.total = 0
        self._capacity = capacity
        self._rows: deque[FeedRow] = deque()
        self._head = 0  # absolute index of the first row
        self._index: dict[int, int] = {}  # key -> absolute index
        self._appended: dict[int, FeedRow] = {}
        self._updated: dict[int, FeedRow] = {}
        self._dropped = 0
        self._moving: FeedRow | None = None
        self._moved = False

    @property
    def moving(self) -> FeedRow | None:
        """The line below the newest row; not one of ``rows``."""
        return self._moving

    def set_moving(self, line: FeedRow | None) -> None:
        if line is not self._moving:
            self._moving, self._moved = line, True

    @property
    def rows(self) -> Sequence[FeedRow]:
        return self._rows

    def get(self, key: int) -> FeedRow | None:
        index = self._index.get(key)
        return None if index is None else self._rows[index - self._head]

    def distance_from_end(self, key: int) -> int | None:
        """0 for the last row; None when the row is gone."""
        index = self._index.get(key)
        return None if index is None else self._head + len(self._rows) - 1 - index

    def append(self, row: FeedRow) -> None:
        self._index[row.key] = self._head + len(self._rows)
        self._rows.append(row)
        self._appended[row.key] = row
        self.total += 1
        if len(self._rows) > self._capacity:
            gone = self._rows.popleft()
            self._head += 1
            del self._index[gone.key]
            self._updated.pop(gone.key, None)
            # A row that came and went between two signals was never announced.
            if self._appended.pop(gone.key, None) is None:
                self._dropped += 1

    def replace(self, row: FeedRow) -> bool:
        """Puts a newer version in its row's place; False when the row is gone already."""
        index = self._index.get(row.key)
        if index is None:
            return False
        self._rows[index - self._head] = row
        pending = self._appended if row.key in self._appended else self._updated
        pending[row.key] = row
        return True

    def take_change(self) -> FeedChange | None:
        """What changed since the last call, or None."""
        if not (self._appended or self._updated or self._dropped or self._moved):
            return None
        updated, appended = tuple(self._updated.values()), tuple(self._appended.values())
        change = FeedChange(self.tab, self._dropped, updated, appended, self._moving)
        self._appended, self._updated, self._dropped, self._moved = {}, {}, 0, False
        return change

    def clear(self) -> None:
        self._dropped += len(self._rows) - len(self._appended)
        self._rows.clear()
        self._index.clear()
        self._appended.clear()
        self._updated.clear()
        self.set_moving(None)
        self._head = 0
        self.total = 0
