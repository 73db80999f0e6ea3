"""Comments read back from the event log, their only home. Writer thread or a reading one."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from studio.backend.storage import schema
from studio.backend.storage.state import item_seq
from studio.backend.storage.tx import Tx
from studio.protocol.events import Commented

_decoder = msgspec.json.Decoder(Commented)


def find_comment(tx: Tx, room_id: str, comment_id: str) -> Commented | None:
    """A comment of the room, taken out or not; None when there never was one."""
    events = schema.events
    query = select(events.c.body).where(
        events.c.room_id == room_id,
        events.c.seq == item_seq(room_id, comment_id),
        events.c.kind == "comment",
    )
    body = tx.execute(query).scalar()
    return _decoder.decode(body) if body is not None else None


def last_comments(connection: Connection, host_id: str, most: int) -> list[Commented]:
    """The last ``most`` comments that others made in the host's LIVEs, oldest first."""
    rooms, events = schema.rooms, schema.events
    found: list[Commented] = []
    of_host = select(rooms.c.id).where(rooms.c.host_id == host_id).order_by(rooms.c.started_ms.desc())
    for room_id in connection.execute(of_host).scalars():
        bodies = (
            select(events.c.body)
            .where(events.c.room_id == room_id, events.c.kind == "comment")
            .order_by(events.c.seq.desc())
        )
        for body in connection.execute(bodies).scalars():
            comment = _decoder.decode(body)
            if comment.person.id != host_id:
                found.append(comment)
                if len(found) == most:
                    return found[::-1]
    return found[::-1]
