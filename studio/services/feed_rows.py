"""The rows of all tabs: made, found by what they show, changed in place, the line of likes and joins below.

GUI thread. Part of the feed: its service and its comments both work on these.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from studio.model.room import Person
from studio.protocol.events import Event, Joined, Liked
from studio.services.feed_ring import FeedRing
from studio.services.moving_line import MovingLine
from studio.services.rows import FeedChange, FeedRow, FeedTab, RowKind, RowState

#: Rows whose first painting is still awaited; the oldest are forgotten (they were scrolled past unseen).
_AWAITED = 4_000
#: Ids of comments, questions and streaks before those without a row are looked for and forgotten.
_INDEXED = 5_000
#: A row so near to the end may still grow where it is.
_NEAR = 6


class FeedRows:
    """Invariant: a row a tab has dropped is never brought back. ``touched``: called at every change."""

    def __init__(self, touched: Callable[[], None]) -> None:
        self._touched = touched
        self._rings = {tab: FeedRing(tab) for tab in FeedTab}
        self._next_key = 1
        self._items: dict[str, int] = {}  # comment, question or streak id -> row key
        self._awaited: dict[int, int] = {}  # row key -> server ms
        self._moving = MovingLine()
        self._prune_at = _INDEXED
        #: Told the keys that are still there, when those without a row are forgotten.
        self.pruned: Callable[[set[int]], None] = lambda alive: None

    def clear(self) -> None:
        for ring in self._rings.values():
            ring.clear()
        self._items.clear()
        self._awaited.clear()
        self._moving = MovingLine()
        self._touched()

    def ring(self, tab: FeedTab) -> FeedRing:
        return self._rings[tab]

    def get(self, key: int, tab: FeedTab = FeedTab.ALL) -> FeedRow | None:
        return self._rings[tab].get(key)

    def key_of(self, item_id: str) -> int | None:
        """The row that shows that comment, question or streak."""
        return self._items.get(item_id)

    def name(self, item_id: str, key: int) -> None:
        """From now on that row shows it."""
        self._items[item_id] = key

    def made(
        self,
        kind: RowKind,
        event: Event | None = None,
        person: Person | None = None,
        text: str = "",
        state: RowState = RowState.SETTLED,
        mine: bool = False,
    ) -> FeedRow:
        """A new row, not yet in any tab."""
        key = self._next_key
        self._next_key += 1
        at_ms = event.at_ms if event is not None else 0
        if at_ms:
            self._awaited[key] = at_ms
            if len(self._awaited) > _AWAITED:
                del self._awaited[next(iter(self._awaited))]
        return FeedRow(
            key=key,
            kind=kind,
            text=text,
            person=person,
            state=state,
            at_ms=at_ms,
            mine=mine,
            sent_ms=at_ms,
            seq=event.seq if event is not None else 0,
        )

    def append(self, row: FeedRow, *tabs: FeedTab) -> None:
        if FeedTab.ALL in tabs:
            self._let_rest()
        for tab in tabs:
            self._rings[tab].append(row)
        self._touched()
        self._forget_dropped()

    def change(self, key: int, **changes: object) -> None:
        """Other values in a row, in every tab that holds it."""
        for ring in self._rings.values():
            row = ring.get(key)
            if row is not None:
                ring.replace(replace(row, version=row.version + 1, **changes))
        self._touched()

    def put(self, row: FeedRow) -> None:
        """A newer version of a row, in every tab that holds it."""
        newer = replace(row, version=row.version + 1)
        for ring in self._rings.values():
            ring.replace(newer)
        self._touched()

    def near_end(self, key: int) -> bool:
        distance = self._rings[FeedTab.ALL].distance_from_end(key)
        return distance is not None and distance <= _NEAR

    def move_on(self, event: Liked | Joined) -> None:
        """The line below the newest row counts it."""
        line = self._moving.take(event, time.monotonic(), self._next_key)
        if line.key == self._next_key:
            self._next_key += 1
        self._rings[FeedTab.ALL].set_moving(line)
        self._touched()

    def painted(self, keys: Iterable[int]) -> Iterator[int]:
        """When the server sent those of ``keys`` that are painted for the first time, its ms."""
        for key in keys:
            sent = self._awaited.pop(key, None)
            if sent is not None:
                yield sent

    def changes(self) -> Iterator[FeedChange]:
        """What each tab has to be told since the last time."""
        for ring in self._rings.values():
            change = ring.take_change()
            if change is not None:
                yield change

    def _let_rest(self) -> None:
        """A line of likes and joins that moves no more stays above what comes next."""
        rested = self._moving.rested(time.monotonic())
        if rested is not None:
            ring = self._rings[FeedTab.ALL]
            ring.set_moving(None)
            ring.append(rested)

    def _forget_dropped(self) -> None:
        """The index must not outgrow the rings: it is pruned whenever it holds twice as much."""
        if len(self._items) <= self._prune_at:
            return
        alive = {row.key for ring in self._rings.values() for row in ring.rows}
        self._items = {item: key for item, key in self._items.items() if key in alive}
        self.pruned(alive)
        self._prune_at = max(_INDEXED, 2 * len(self._items))
