"""Looks for what was said and given in this LIVE; what is found are rows like the feed's. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.room import Room
from studio.protocol.codec import decode_event
from studio.protocol.search import RoomFound, SearchRoom
from studio.services.event_rows import EventRows
from studio.services.link import LinkService
from studio.services.rows import FeedRow


class SearchKind(Enum):
    """What is looked through; the value are the protocol's kinds."""

    ALL = ()
    COMMENTS = ("comment",)
    GIFTS = ("gift",)
    QUESTIONS = ("question",)


@dataclass(frozen=True, slots=True)
class Found:
    """``rows``: oldest first. ``before_seq``: where to look on for older ones, 0 when there are none."""

    rows: tuple[FeedRow, ...]
    before_seq: int


class SearchService:
    """``room``: the room of now, or None. ``rates``: the backend's."""

    def __init__(
        self,
        link: LinkService,
        catalogue: GiftCatalogue,
        room: Callable[[], Room | None],
        rates: Callable[[], Rates],
    ) -> None:
        self._link, self._catalogue, self._room, self._rates = link, catalogue, room, rates

    async def find(self, text: str, kind: SearchKind, before_seq: int = 0) -> Found:
        """``Rejected`` or ``Disconnected`` when it does not come to an answer."""
        room = self._room()
        if room is None:
            return Found((), 0)
        command = SearchRoom(room_id=room.room_id, text=text, kinds=kind.value, before_seq=before_seq)
        answer = await self._link.ask(command)
        assert isinstance(answer, RoomFound)
        hidden = frozenset(answer.hidden)
        make = EventRows(room, self._catalogue, self._rates(), lambda said: said.comment_id in hidden)
        rows = [make.row(decode_event(one)) for one in reversed(answer.events)]
        return Found(tuple(row for row in rows if row is not None), answer.next_before)
