"""What a fan's doings bring them in the club. Writer thread, inside the open transaction."""

from __future__ import annotations

from studio.backend.storage.fans import fan_count, load_fan
from studio.backend.storage.state import FanRow, RoomState
from studio.backend.storage.tx import Tx
from studio.protocol.activity_events import FanChanged


def fan_of(tx: Tx, room: RoomState, account_id: str) -> FanRow | None:
    """The account as a member of the club of the room's host; None when it is none."""
    if account_id not in room.fans:
        host_id = room.host.id
        room.fans[account_id] = tx.ask(lambda connection: load_fan(connection, host_id, account_id))
    return room.fans[account_id]


def add_points(tx: Tx, room: RoomState, account_id: str, points: int) -> None:
    """For a member; another level is told. Nothing for who is none."""
    fan = fan_of(tx, room, account_id)
    if fan is None or points <= 0:
        return
    before = fan.level
    fan.points += points
    tx.touch_fan(fan)
    if fan.level != before:
        count = tx.ask(lambda connection: fan_count(connection, room.host.id))
        tx.emit(room, FanChanged, person=fan.person, level=fan.level, fans=count)
