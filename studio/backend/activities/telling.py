"""Tells viewers what has changed in a room's activities. Writer thread, inside the open transaction.

Whoever changes `RoomState.activities` calls `tell` when it must be known at once; counts alone wait for the
attendant, who asks for it at most once in a while.
"""

from __future__ import annotations

from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.protocol.activity_events import BoxChanged, CountdownChanged, GiveawayChanged, PollChanged


def tell(tx: Tx, room: RoomState) -> None:
    """One event for each activity that is not as it was last told."""
    now, told = room.activities, room.activities_told
    if now is told:
        return
    room.activities_told = now
    if now.poll is not None and now.poll != told.poll:
        tx.emit(room, PollChanged, poll=now.poll)
    if now.countdown != told.countdown:
        tx.emit(room, CountdownChanged, countdown=now.countdown)
    if now.giveaway is not None and now.giveaway != told.giveaway:
        tx.emit(room, GiveawayChanged, giveaway=now.giveaway)
    for box in now.boxes:
        if box != told.box(box.box_id):
            tx.emit(room, BoxChanged, box=box)


def tell_room(tx: Tx, room_id: str) -> None:
    """The same as a job of its own."""
    tell(tx, tx.live_room(room_id))
