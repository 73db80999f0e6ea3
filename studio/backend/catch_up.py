"""Sends a client the events it missed, then lets it join the live ones without a gap or a repeat.

Event-loop thread, one task a resuming client. Reads at most 500 events at a time, from the room's ring or the
database, and waits for the client to take them: a huge resume never lies in memory as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.backend.client import Client, Stay
from studio.backend.room_view import frames

if TYPE_CHECKING:
    from studio.backend.hub import Hub

_EVENTS_AT_ONCE = 500


async def catch_up(hub: Hub, client: Client, stay: Stay, after_seq: int) -> None:
    """Ends when the client is with the others, has been cut off, or the room (ended) has no more."""
    room_id, cursor = stay.room_id, after_seq
    while client.closing is None:
        view = hub.rooms.get(room_id)
        if view is not None and view.join(client, cursor):
            hub.caught_up(stay)
            return
        if view is not None and view.in_ring(cursor):
            chunk = view.after(cursor, _EVENTS_AT_ONCE)
        else:
            chunk = await hub.reader.events(room_id, cursor, _EVENTS_AT_ONCE)
            if not chunk and room_id not in hub.rooms:
                if client.stays.get(room_id) is stay:
                    del client.stays[room_id]
                return
            # The disk may be ahead of what everyone was told; who resumes from there must not be.
            if (view := hub.rooms.get(room_id)) is not None:
                chunk = [one for one in chunk if one[0] <= view.seq]
        for text in frames(room_id, chunk):
            hub.counters.event_deliveries += 1
            await client.send_paced(text)
        hub.counters.resumed_events += len(chunk)
        if chunk:
            cursor = chunk[-1][0]
