"""Gifts that are votes. Writer thread, inside the open transaction."""

from __future__ import annotations

import msgspec

from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.gift import Gift


def count_gift(tx: Tx, room: RoomState, gift: Gift, count: int) -> None:
    """A gift was given: it may stand for an answer of the poll."""
    poll = room.activities.poll
    if poll is None or poll.ended or (poll.ends_ms and tx.now_ms >= poll.ends_ms):
        return
    choice = poll.choice_of_gift(gift.id)
    if choice is not None:
        room.activities = msgspec.structs.replace(room.activities, poll=poll.counting(choice, count))
