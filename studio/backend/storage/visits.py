"""Who was in which LIVE, from the table. Any thread, with a connection."""

from __future__ import annotations

from sqlalchemy import Connection, select

from studio.backend.storage import schema
from studio.backend.storage.state import RoomState


def was_here_before(connection: Connection, room: RoomState, account_id: str) -> bool:
    """Whether the account was in a LIVE of the same host other than ``room``."""
    visits, rooms = schema.visits, schema.rooms
    query = (
        select(visits.c.room_id)
        .join(rooms, rooms.c.id == visits.c.room_id)
        .where(
            visits.c.account_id == account_id,
            rooms.c.host_id == room.host.id,
            visits.c.room_id != room.room_id,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None
