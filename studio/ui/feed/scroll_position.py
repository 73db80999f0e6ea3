"""Where in the rows the view stands: at the newest, or held at one row while others come and go.

GUI thread; no Qt in here. The position is a row and a pixel, never a sum of heights: rows above it may
be estimates, may be dropped and may be measured later without moving what the host is reading.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.ui.feed.row_stack import RowStack

#: Air above the first and below the last row, in pixels.
MARGIN = 8


class ScrollPosition:
    """Follows the newest row, or holds an anchor row at a pixel.

    ``measure(serial)`` gives a row's true height and may lay it out; only rows that come into view are
    asked. ``pinned_down``: a row has the keyboard, so reaching the end must not start to follow. ``below``:
    pixels kept below the newest row.
    """

    def __init__(self, stack: RowStack, measure: Callable[[int], int]) -> None:
        self._stack = stack
        self._measure = measure
        self.following = True
        self.pinned_down = False
        self.below = 0
        self._anchor = 0
        self._anchor_y = MARGIN

    def follow(self) -> None:
        """Back to the newest row."""
        self.following = True
        self.pinned_down = False

    def visible(self, height: int) -> list[tuple[int, int]]:
        """The rows in view as (serial, top), oldest first; starts to follow when the end came into view."""
        if not len(self._stack):
            return []
        if not self.following:
            rows = self._downwards(height)
            if rows is not None:
                return rows
            self.following = not self.pinned_down
        return self._upwards(height)

    def _upwards(self, height: int) -> list[tuple[int, int]]:
        """From the newest row at the bottom; leaves the anchor there."""
        rows: list[tuple[int, int]] = []
        serial, top = self._stack.end_serial, height - MARGIN - self.below
        while serial > self._stack.first_serial and top > 0:
            serial -= 1
            top -= self._measure(serial)
            rows.append((serial, top))
        rows.reverse()
        self._anchor, self._anchor_y = serial, top
        return rows

    def _downwards(self, height: int) -> list[tuple[int, int]] | None:
        """From the anchor; None when the rows end above the bottom."""
        self._settle_anchor()
        rows: list[tuple[int, int]] = []
        serial, top = self._anchor, self._anchor_y
        while serial < self._stack.end_serial and top < height:
            rows.append((serial, top))
            top += self._measure(serial)
            serial += 1
        at_end = serial == self._stack.end_serial and top <= height - MARGIN - self.below
        return None if at_end else rows

    def _settle_anchor(self) -> None:
        """Makes the anchor the first row in view, and keeps the rows from leaving the top edge."""
        if self._anchor < self._stack.first_serial:
            self._anchor, self._anchor_y = self._stack.first_serial, MARGIN
        while self._anchor_y > 0 and self._anchor > self._stack.first_serial:
            self._anchor -= 1
            self._anchor_y -= self._measure(self._anchor)
        if self._anchor == self._stack.first_serial:
            self._anchor_y = min(self._anchor_y, MARGIN)
        while self._anchor < self._stack.end_serial - 1:
            below = self._anchor_y + self._measure(self._anchor)
            if below > 0:
                return
            self._anchor += 1
            self._anchor_y = below

    def scroll_by(self, pixels: int, height: int) -> None:
        """Moves the view: positive towards newer rows."""
        if not len(self._stack) or (self.following and pixels >= 0):
            return
        if self.following:
            self._upwards(height)
            self.following = False
        self._anchor_y -= pixels

    def hold(self, height: int) -> None:
        """Stops following where the view is now, for as long as a row has the keyboard."""
        if self.following and len(self._stack):
            self._upwards(height)
        self.following = False
        self.pinned_down = True

    def show(self, serial: int, height: int) -> None:
        """Scrolls as little as needed until that row is in view (its top, when it is taller)."""
        tops = dict(self.visible(height))
        row_height = self._measure(serial)
        top = tops.get(serial)
        if top is None:
            above = not tops or serial < min(tops)
            top = MARGIN if above else height - MARGIN - row_height
            self._anchor, self._anchor_y = serial, max(MARGIN, top)
        elif top < MARGIN or top + row_height > height - MARGIN:
            top = MARGIN if top < MARGIN else max(MARGIN, height - MARGIN - row_height)
            self._anchor, self._anchor_y = serial, top

    def range(self, height: int) -> tuple[int, int]:
        """(maximum, value) for a scroll bar; estimates for rows nobody saw."""
        maximum = max(0, self._stack.total_height() + self.below + 2 * MARGIN - height)
        if self.following or not len(self._stack):
            return maximum, maximum
        anchor = max(self._anchor, self._stack.first_serial)
        value = self._stack.height_before(anchor) + MARGIN - self._anchor_y
        return maximum, min(maximum, max(0, value))

    def go_to(self, value: int, height: int) -> None:
        """Where a dragged scroll bar says the view should be."""
        maximum, _ = self.range(height)
        if value >= maximum or not len(self._stack):
            self.following = not self.pinned_down
            return
        serial, into = self._stack.serial_at(value - MARGIN)
        self.following = False
        self._anchor, self._anchor_y = serial, -into
