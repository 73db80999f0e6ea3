"""The client's half of a session without any I/O: order of frames, sequence numbers, gaps.

Fed with text by whoever owns the socket (studio and practice viewers alike); gives back what
happened and what to send. Owned by one thread. No sockets, no clock, no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from studio.protocol import VERSIONS
from studio.protocol.codec import (
    ProtocolError,
    decode_event,
    decode_result,
    decode_server_frame,
    encode,
    new_id,
    raw,
)
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import Resume, Resumed
from studio.protocol.events import Event
from studio.protocol.frames import (
    Events,
    Fault,
    Hello,
    Identified,
    Identify,
    Notice,
    Ping,
    Pong,
    Request,
    Response,
)

#: Refusals that say nothing about the room: the next try may be answered.
_PASSING = frozenset(
    {ErrorCode.TOO_FAST, ErrorCode.SERVER_FAULT, ErrorCode.STORAGE_FAULT, ErrorCode.SHUTTING_DOWN}
)


class Place(Enum):
    """Where an event stands against what is already known."""

    NEXT = "next"
    REPEAT = "repeat"
    GAP = "gap"


@dataclass(slots=True)
class RoomCursor:
    """How far one room has been read. Outlives connections; invariant: ``last_seq`` only grows, by one."""

    room_id: str
    last_seq: int = 0
    received: int = 0
    duplicates: int = 0
    gaps: int = 0
    recovered: int = 0
    recover_until: int = 0

    def place(self, seq: int) -> Place:
        """Judges an event's seq and, when it is the next one, moves on."""
        if seq <= self.last_seq:
            self.duplicates += 1
            return Place.REPEAT
        if seq > self.last_seq + 1:
            return Place.GAP
        self.last_seq = seq
        self.received += 1
        if seq <= self.recover_until:
            self.recovered += 1
        return Place.NEXT


@dataclass(frozen=True, slots=True)
class RoomEvents:
    """New events of a room, in order and each exactly once. ``sent_ms``: server clock at sending."""

    room_id: str
    events: tuple[Event, ...]
    sent_ms: int


@dataclass(frozen=True, slots=True)
class RoomResumed:
    """A room is being caught up: ``result.seq - after_seq`` events were missed and now follow."""

    result: Resumed


@dataclass(frozen=True, slots=True)
class RoomLost:
    """The server will not give this room any more; ``code`` is an ErrorCode."""

    room_id: str
    code: int
    message: str


Happening = Identified | Response | RoomEvents | RoomResumed | RoomLost | Notice | Pong | Fault


class _State(Enum):
    HELLO = "waiting for Hello"
    IDENTIFIED = "waiting for Identified"
    OPEN = "open"


@dataclass(slots=True)
class ClientSession:
    """One connection's session. ``rooms`` are cursors kept by the caller across connections."""

    client: str
    token: str = field(default="", repr=False)
    rooms: dict[str, RoomCursor] = field(default_factory=dict)
    _state: _State = _State.HELLO
    _outgoing: list[str] = field(default_factory=list, repr=False)
    _resuming: dict[str, str] = field(default_factory=dict)  # request id -> room id
    _put_off: set[str] = field(default_factory=set)  # rooms whose Resume was refused for the moment

    @property
    def open(self) -> bool:
        return self._state is _State.OPEN

    @property
    def has_outgoing(self) -> bool:
        return bool(self._outgoing)

    def outgoing(self) -> list[str]:
        """Takes the texts that wait to be sent, in order."""
        texts, self._outgoing = self._outgoing, []
        return texts

    def receive(self, data: str | bytes) -> list[Happening]:
        """Takes one text message; ``ProtocolError`` when the server breaks the protocol."""
        frame = decode_server_frame(data)
        if isinstance(frame, Fault):
            return [frame]
        if self._state is _State.HELLO:
            return self._greet(frame)
        if self._state is _State.IDENTIFIED:
            if not isinstance(frame, Identified):
                raise ProtocolError(ErrorCode.OUT_OF_ORDER, "Identified has not come yet")
            self._state = _State.OPEN
            for room_id in self.rooms:
                self.resume(room_id)
            return [frame]
        if isinstance(frame, Hello | Identified):
            raise ProtocolError(ErrorCode.OUT_OF_ORDER, "the session is already open")
        if isinstance(frame, Events):
            return self._take_events(frame)
        if isinstance(frame, Response) and frame.id in self._resuming:
            return self._resumed(frame)
        return [frame]

    def request(self, command: Command, request_id: str | None = None) -> str:
        """Queues a command; returns its id. Send a cut-off one again with the id it had."""
        request_id = request_id or new_id()
        self._outgoing.append(encode(Request(id=request_id, command=raw(command))))
        return request_id

    def ping(self, sent_ms: float) -> None:
        """Queues a Ping; with it, rooms whose Resume was refused for the moment are asked for again."""
        for room_id in list(self._put_off):
            self.resume(room_id)
        self._outgoing.append(encode(Ping(sent_ms=sent_ms)))

    def follow_room(self, cursor: RoomCursor) -> None:
        """From now on this room's events are expected after ``cursor.last_seq``."""
        self.rooms[cursor.room_id] = cursor

    def leave_room(self, room_id: str) -> None:
        self.rooms.pop(room_id, None)
        self._put_off.discard(room_id)

    def _greet(self, frame: object) -> list[Happening]:
        if not isinstance(frame, Hello):
            raise ProtocolError(ErrorCode.OUT_OF_ORDER, "Hello comes first")
        common = [version for version in VERSIONS if version in frame.versions]
        if not common:
            raise ProtocolError(
                ErrorCode.UNSUPPORTED_VERSION,
                f"the server speaks {list(frame.versions)}, this app {list(VERSIONS)}; update the older one",
            )
        self._state = _State.IDENTIFIED
        self._outgoing.append(encode(Identify(version=common[-1], client=self.client, token=self.token)))
        return []

    def resume(self, room_id: str) -> None:
        """Asks for everything after the cursor of that room (once, until the answer comes)."""
        if room_id in self._resuming.values():
            return
        self._put_off.discard(room_id)
        cursor = self.rooms[room_id]
        request_id = self.request(Resume(room_id=room_id, after_seq=cursor.last_seq))
        self._resuming[request_id] = room_id

    def _resumed(self, frame: Response) -> list[Happening]:
        room_id = self._resuming.pop(frame.id)
        cursor = self.rooms.get(room_id)
        if cursor is None:
            return []
        if frame.code in _PASSING:
            self._put_off.add(room_id)
            return []
        if not frame.ok:
            self.leave_room(room_id)
            return [RoomLost(room_id, frame.code, frame.message)]
        result = decode_result(Resume, frame.result)
        assert isinstance(result, Resumed)
        cursor.recover_until = max(cursor.recover_until, result.seq)
        return [RoomResumed(result)]

    def _take_events(self, frame: Events) -> list[Happening]:
        cursor = self.rooms.get(frame.room_id)
        if cursor is None:
            return []  # a room just left: its last batch may still be under way
        fresh: list[Event] = []
        # All are read before the cursor moves: one that is not an event must not take the others with it.
        for event in [decode_event(data) for data in frame.events]:
            place = cursor.place(event.seq)
            if place is Place.NEXT:
                fresh.append(event)
            elif place is Place.GAP:
                if frame.room_id not in self._resuming.values():
                    cursor.gaps += 1
                    self.resume(frame.room_id)
                break
        return [RoomEvents(frame.room_id, tuple(fresh), frame.sent_ms)] if fresh else []
