"""The rows a view holds and how tall each is, as far as anyone needed to know.

Owned by one view on the GUI thread; no Qt in here. Most rows of a fast feed are gone before anyone
looked at them, so a height is an estimate by kind until the view measured the row, and appending a
row costs a dictionary entry and two list slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.services.rows import FeedRow, RowKind

#: Rows kept for scrolling back; the services' ring has the same size.
CAPACITY = 2_000
#: Rows from before the ring that are kept while the host reads further up.
MOST_EARLIER = 20_000

#: Pixels, at 100 % text: what most rows of that kind measure.
_ESTIMATES = {
    RowKind.COMMENT: 46,
    RowKind.GIFT: 68,
    RowKind.QUESTION: 64,
    RowKind.ACTIVITY: 28,
    RowKind.SYSTEM: 32,
}


class RowStack:
    """A ring of rows, oldest first. Invariant: ``len(rows) <= capacity`` and every key is held once.

    A row's *serial* is its position counted from the first row ever held: it stays when rows are
    dropped or put at the head, so an anchor kept as a serial needs no bookkeeping. The first ``earlier`` rows
    are from before the ring: they were put there, or the ring has let go of them since.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._rows: list[FeedRow] = []
        self._heights: list[int] = []
        self._measured: list[bool] = []
        self._serials: dict[int, int] = {}
        self.first_serial = 0
        self.earlier = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def end_serial(self) -> int:
        """One past the newest row's serial."""
        return self.first_serial + len(self._rows)

    def append(self, rows: Iterable[FeedRow]) -> list[FeedRow]:
        """Adds rows at the end; returns those that fell out at the head to make room."""
        for row in rows:
            serial = self._serials.get(row.key)
            if serial is not None:
                self._replace(serial, row)
                continue
            self._serials[row.key] = self.end_serial
            self._rows.append(row)
            self._heights.append(_ESTIMATES[row.kind])
            self._measured.append(False)
        return self.let_go(max(0, len(self._rows) - self.earlier - self._capacity))

    def prepend(self, rows: Sequence[FeedRow]) -> bool:
        """Puts rows before the first one, oldest first; False when there is no room for more."""
        new = [row for row in rows if row.key not in self._serials]
        if not new or self.earlier + len(new) > MOST_EARLIER:
            return False
        self.first_serial -= len(new)
        for place, row in enumerate(new):
            self._serials[row.key] = self.first_serial + place
        self._rows[:0] = new
        self._heights[:0] = [_ESTIMATES[row.kind] for row in new]
        self._measured[:0] = [False] * len(new)
        self.earlier += len(new)
        return True

    def let_go(self, count: int) -> list[FeedRow]:
        """The ring has dropped its first ``count`` rows; while earlier ones are here, these join them."""
        if not self.earlier or count >= len(self._rows) - self.earlier:
            return self.drop(self.earlier + count if self.earlier else count)
        self.earlier += count
        return self.drop(max(0, self.earlier - MOST_EARLIER))

    def forget_earlier(self) -> list[FeedRow]:
        """Only the ring's own rows stay."""
        return self.drop(self.earlier)

    def drop(self, count: int) -> list[FeedRow]:
        """Takes ``count`` rows off the head and returns them."""
        gone = self._rows[:count]
        for row in gone:
            del self._serials[row.key]
        del self._rows[:count], self._heights[:count], self._measured[:count]
        self.first_serial += len(gone)
        self.earlier = max(0, self.earlier - len(gone))
        return gone

    def update(self, row: FeedRow) -> bool:
        """Replaces the row of that key; False when it is no longer held or a newer version is."""
        serial = self._serials.get(row.key)
        if serial is None:
            return False
        return self._replace(serial, row)

    def _replace(self, serial: int, row: FeedRow) -> bool:
        index = serial - self.first_serial
        if self._rows[index].version > row.version:
            return False
        self._rows[index] = row
        self._measured[index] = False
        return True

    def serial_of(self, key: int) -> int | None:
        return self._serials.get(key)

    def row(self, serial: int) -> FeedRow:
        return self._rows[serial - self.first_serial]

    def height(self, serial: int) -> int:
        """Measured, or estimated when nobody measured it."""
        return self._heights[serial - self.first_serial]

    def is_measured(self, serial: int) -> bool:
        return self._measured[serial - self.first_serial]

    def set_height(self, serial: int, height: int) -> None:
        index = serial - self.first_serial
        self._heights[index] = height
        self._measured[index] = True

    def forget_heights(self) -> None:
        """After a change of width or font: rows are measured again, the old height is the estimate."""
        self._measured = [False] * len(self._rows)

    def height_before(self, serial: int) -> int:
        """Pixels above that row, estimates included."""
        return sum(self._heights[: serial - self.first_serial])

    def total_height(self) -> int:
        return sum(self._heights)

    def serial_at(self, offset: int) -> tuple[int, int]:
        """The row that covers ``offset`` pixels from the top, and how far into it that is. Needs a row."""
        for index, height in enumerate(self._heights):
            if offset < height:
                return self.first_serial + index, offset
            offset -= height
        return self.end_serial - 1, self._heights[-1]
