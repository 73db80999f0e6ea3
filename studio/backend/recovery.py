"""After a start: rooms that were on air stay on air, streaks nobody can continue end, hosts get time to
come back.
"""

from __future__ import annotations

from functools import partial

import msgspec

from studio.backend import jobs
from studio.backend.activities.telling import tell_room
from studio.backend.hub import Hub
from studio.backend.room_view import RoomView
from studio.backend.storage.reader import Reader
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer
from studio.model.question import QuestionQueue
from studio.protocol.codec import decode_event

#: How many of the last events are looked through for what a newcomer sees first.
_LOOKED_THROUGH = 1_000
_REQUESTS_KEPT_MS = 7 * 86_400_000


async def recover(hub: Hub, writer: Writer, reader: Reader) -> None:
    """Brings the rooms on air back. Called once, before anyone can connect."""
    for room_id in await reader.live_rooms():
        snapshot = await reader.snapshot(room_id)
        assert snapshot is not None
        view = RoomView(snapshot, hub.settings.ring_events, await reader.visitors(room_id))
        view.questions = QuestionQueue(await reader.questions(room_id))
        view.fans = await reader.fan_levels(view.host_id, room_id)
        for _, data in await reader.events(room_id, max(0, snapshot.seq - _LOOKED_THROUGH), _LOOKED_THROUGH):
            view.remember(decode_event(msgspec.Raw(data)), data)
        hub.add_room(view)
        await writer.submit(partial(_end_all_streaks, room_id))
        await writer.submit(partial(_tell_activities, room_id))
    await writer.submit(_forget_old_requests)


def _end_all_streaks(room_id: str, tx: Tx) -> None:
    """Nobody could continue them while the server was away: every open page shows them ended."""
    room = tx.live_room(room_id)
    for running in list(room.streaks.values()):
        jobs.end_streak(tx, room, running)


def _tell_activities(room_id: str, tx: Tx) -> None:
    """Votes may have come after they were last told."""
    tell_room(tx, room_id)


def _forget_old_requests(tx: Tx) -> None:
    """A week is far beyond any reconnect: older answers need not be kept."""
    tx.forget_requests(before_ms=tx.now_ms - _REQUESTS_KEPT_MS)
