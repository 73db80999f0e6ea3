"""Looks for what was said and given in this LIVE; what is found are rows like the feed's. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.room import Room
from studio.protocol.codec import decode_event
from studio.protocol.events import Commented, Event, GiftSent, QuestionAsked
from studio.protocol.search import RoomFound, SearchRoom
from studio.services.link import LinkService
from studio.services.rows import FeedRow, RowKind, RowState
from studio.services.streaks import diamonds_of


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
        rows = [self._row(decode_event(one), room, hidden) for one in reversed(answer.events)]
        return Found(tuple(row for row in rows if row is not None), answer.next_before)

    def _row(self, event: Event, room: Room, hidden: frozenset[str]) -> FeedRow | None:
        """Its key is the event's seq, which no other has."""
        match event:
            case Commented():
                mine = event.person.id == room.host.id
                state = RowState.HIDDEN if event.comment_id in hidden else RowState.SETTLED
                return FeedRow(
                    key=event.seq,
                    kind=RowKind.COMMENT,
                    text=event.text,
                    person=event.person,
                    state=state,
                    version=int(state is RowState.HIDDEN),
                    item_id=event.comment_id,
                    at_ms=event.at_ms,
                    mine=mine,
                )
            case QuestionAsked():
                return FeedRow(
                    key=event.seq,
                    kind=RowKind.QUESTION,
                    text=event.text,
                    person=event.person,
                    item_id=event.question_id,
                    at_ms=event.at_ms,
                )
            case GiftSent():
                return self._gift(event)
            case _:
                return None

    def _gift(self, event: GiftSent) -> FeedRow:
        """The whole streak as of its last event."""
        gift = self._catalogue.get(event.gift_id)
        return FeedRow(
            key=event.seq,
            kind=RowKind.GIFT,
            person=event.person,
            item_id=event.streak_id,
            at_ms=event.at_ms,
            gift_id=event.gift_id,
            gift_name=event.gift_name,
            count=event.count,
            coins=event.count * event.coins_each,
            diamonds=diamonds_of(event, event.count, self._rates()),
            tier=gift.tier if gift else 1,
            state=RowState.SETTLED,
        )
