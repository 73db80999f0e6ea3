"""Rows from before the feed's ring, read from the LIVE's journal when the host scrolls up to them.

GUI thread. Signals: ``withheld_changed``: comments were taken out or came back.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.room import Room
from studio.protocol.codec import ProtocolError, decode_event
from studio.protocol.events import Commented, GiftSent, RoomOpened
from studio.protocol.session import RoomEvents
from studio.services.event_rows import EventRows
from studio.services.journal import JournalService
from studio.services.router import Listener
from studio.services.rows import FeedRow, FeedTab, RowKind, RowState
from studio.services.withheld import Withheld

#: Events read at once, and rows that are enough for one reading: some screens of them.
_WINDOW, _ENOUGH = 1_000, 120
_TABS = {FeedTab.GIFTS: RowKind.GIFT, FeedTab.QUESTIONS: RowKind.QUESTION}


class EarlierRows(QObject, Listener):
    """``room``: the room of now, or None. ``rates``: the backend's. ``speaks``: whether a comment speaks to
    the host.
    """

    withheld_changed = Signal()

    def __init__(
        self,
        journal: JournalService,
        catalogue: GiftCatalogue,
        room: Callable[[], Room | None],
        rates: Callable[[], Rates],
        speaks: Callable[[Commented], bool],
    ) -> None:
        super().__init__()
        self._journal, self._catalogue, self._room, self._rates = journal, catalogue, room, rates
        self._speaks = speaks
        self._withheld = Withheld()

    def on_events(self, batch: RoomEvents) -> None:
        changed = False
        for event in batch.events:
            if isinstance(event, RoomOpened):
                self._withheld.clear()
            changed = self._withheld.hear(event) or changed
        if changed:
            self.withheld_changed.emit()

    def hides(self, row: FeedRow) -> bool:
        """Whether a comment's row is not to be seen."""
        person = row.person.id if row.person is not None else ""
        return row.kind is RowKind.COMMENT and self._withheld.hides_item(row.item_id, person, row.seq)

    async def before(self, seq: int, tab: FeedTab) -> list[FeedRow]:
        """Rows of that tab from before event ``seq``, oldest first; empty when there are none.

        Raises JournalError, OSError.
        """
        room = self._room()
        found: list[FeedRow] = []
        streaks: set[str] = set()
        while room is not None and seq > 1 and len(found) < _ENOUGH:
            after = max(0, seq - 1 - _WINDOW)
            make = EventRows(room, self._catalogue, self._rates(), self._withheld.hides, sign=-1)
            rows: list[FeedRow] = []
            entries = await self._journal.entries(after, seq - 1 - after)
            for entry in reversed([one for one in entries if one.seq < seq]):
                row = self._row(make, tab, entry.body, streaks)
                if row is not None:
                    rows.append(row)
            found = [*reversed(rows), *found]
            seq = after + 1
        return found

    def _row(self, make: EventRows, tab: FeedTab, body: bytes, streaks: set[str]) -> FeedRow | None:
        """Of a streak only its last event is a row: ``streaks`` are those that were met."""
        if not body:
            return None  # a person's data that was deleted
        try:
            event = decode_event(body)
        except ProtocolError:
            return None
        if isinstance(event, GiftSent):
            if event.streak_id in streaks:
                return None
            streaks.add(event.streak_id)
        if tab is FeedTab.MENTIONS:
            return make.row(event) if isinstance(event, Commented) and self._speaks(event) else None
        row = make.row(event)
        return row if row is not None and _TABS.get(tab, row.kind) is row.kind else None


def shown_now(row: FeedRow, hidden: bool) -> FeedRow | None:
    """The row as it is to be seen now; None when it is so already."""
    state = RowState.HIDDEN if hidden else RowState.SETTLED
    if row.kind is not RowKind.COMMENT or row.state is state:
        return None
    return replace(row, state=state, version=row.version + 1)
