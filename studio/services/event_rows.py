"""Rows made of single events, for what is looked at again: search and what lies before the feed's ring. Pure.

Unlike the feed's own rows nothing is folded, and a streak is shown as of the event that is given.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.model.gift import GiftCatalogue
from studio.model.money import Rates
from studio.model.room import Room
from studio.protocol.events import Commented, Event, Followed, GiftSent, QuestionAsked
from studio.services.rows import FeedRow, RowKind, RowState
from studio.services.streaks import diamonds_of


class EventRows:
    """``hides``: whether a comment is not seen any more. A row's key is its event's seq times ``sign``, so
    that it can stand beside the feed's own.
    """

    def __init__(
        self,
        room: Room,
        catalogue: GiftCatalogue,
        rates: Rates,
        hides: Callable[[Commented], bool],
        sign: int = 1,
    ) -> None:
        self._room, self._catalogue, self._rates = room, catalogue, rates
        self._hides, self._sign = hides, sign

    def row(self, event: Event) -> FeedRow | None:
        """None for what is no row by itself."""
        key = self._sign * event.seq
        match event:
            case Commented():
                state = RowState.HIDDEN if self._hides(event) else RowState.SETTLED
                return FeedRow(
                    key=key,
                    kind=RowKind.COMMENT,
                    text=event.text,
                    person=event.person,
                    state=state,
                    version=int(state is RowState.HIDDEN),
                    item_id=event.comment_id,
                    at_ms=event.at_ms,
                    mine=event.person.id == self._room.host.id,
                    seq=event.seq,
                )
            case QuestionAsked():
                return FeedRow(
                    key=key,
                    kind=RowKind.QUESTION,
                    text=event.text,
                    person=event.person,
                    item_id=event.question_id,
                    at_ms=event.at_ms,
                    seq=event.seq,
                )
            case GiftSent():
                return self._gift(event, key)
            case Followed():
                return FeedRow(
                    key=key,
                    kind=RowKind.ACTIVITY,
                    text="followed you",
                    person=event.person,
                    at_ms=event.at_ms,
                    tone="follow",
                    people=1,
                    seq=event.seq,
                )
            case _:
                return None

    def _gift(self, event: GiftSent, key: int) -> FeedRow:
        """The whole streak as of this event."""
        gift = self._catalogue.get(event.gift_id)
        return FeedRow(
            key=key,
            kind=RowKind.GIFT,
            person=event.person,
            item_id=event.streak_id,
            at_ms=event.at_ms,
            gift_id=event.gift_id,
            gift_name=event.gift_name,
            count=event.count,
            coins=event.count * event.coins_each,
            diamonds=diamonds_of(event, event.count, self._rates),
            tier=gift.tier if gift else 1,
            state=RowState.SETTLED,
            seq=event.seq,
        )
