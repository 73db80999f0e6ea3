"""The countdown everyone sees: set, changed and taken away by the host."""

from __future__ import annotations

import msgspec

from studio.backend.activities.asked import checked_seconds, ends_at
from studio.backend.activities.telling import tell
from studio.backend.client import Client
from studio.backend.handling import Plan, Plans, checked_text
from studio.backend.rooms import host_plan
from studio.backend.settings import BackendSettings
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.countdown import Countdown
from studio.protocol.activities import SetCountdown


class Countdowns:
    """The topic's handler."""

    def __init__(self, settings: BackendSettings) -> None:
        self._limits = settings.limits

    def plans(self) -> Plans:
        return {SetCountdown: self._set}

    def _set(self, client: Client, command: SetCountdown, _request_id: str) -> Plan:
        longest = self._limits.countdown_title_max
        title = checked_text("A countdown's title", command.title, longest, may_be_empty=True)
        seconds = checked_seconds(command.seconds, self._limits)

        def act(tx: Tx, room: RoomState) -> None:
            countdown = None
            if seconds:
                length_ms = 1_000 * seconds
                countdown = Countdown(title=title, length_ms=length_ms, ends_ms=ends_at(tx, seconds))
            room.activities = msgspec.structs.replace(room.activities, countdown=countdown)
            tell(tx, room)

        return host_plan(client, command.room_id, act)
