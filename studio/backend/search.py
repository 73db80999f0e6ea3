"""Finds what was said and given in a host's room. Event-loop thread; looking happens on a reading thread."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, signed_in
from studio.backend.storage import schema
from studio.backend.storage.reader import Reader
from studio.backend.storage.state import RoomState, item_id, load_room
from studio.model.folding import fold
from studio.model.room import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.search import RoomFound, SearchRoom

KINDS = ("comment", "gift", "question")
MOST_FOUND = 200
#: Events looked at for one answer, about 0.2 s: everybody else's messages wait for the same interpreter.
MOST_LOOKED_AT = 20_000


class _Looked(msgspec.Struct):
    """What of an event is searched."""

    seq: int
    kind: str
    person: Person
    text: str = ""
    gift_name: str = ""
    streak_id: str = ""


_decode = msgspec.json.Decoder(_Looked).decode


class Search:
    """The topic's handlers."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def asks(self) -> Asks:
        return {SearchRoom: self._search}

    async def _search(self, client: Client, command: SearchRoom) -> Answer:
        account = signed_in(client)

        def question(connection: Connection) -> RoomFound:
            room = load_room(connection, command.room_id)
            if room is None:
                raise Rejected(ErrorCode.NO_SUCH_ROOM)
            if room.host.id != account.id:
                raise Rejected(ErrorCode.NOT_YOUR_ROOM)
            return _find(connection, room, command)

        return Answer(await self._reader.ask(question))


def _find(connection: Connection, room: RoomState, command: SearchRoom) -> RoomFound:
    words = fold(command.text).split()
    found: list[msgspec.Raw] = []
    hidden: list[str] = []
    streaks: set[str] = set()
    looked_at, last = 0, 0
    for body in _bodies(connection, command):
        if len(found) == MOST_FOUND or looked_at == MOST_LOOKED_AT:
            return RoomFound(events=tuple(found), hidden=tuple(hidden), next_before=last)
        looked_at += 1
        one = _decode(body)
        last = one.seq
        if one.streak_id in streaks or not _fits(one, words):
            continue
        if one.streak_id:
            streaks.add(one.streak_id)
        found.append(msgspec.Raw(body.encode()))
        if one.kind == "comment" and _is_hidden(room, one):
            hidden.append(item_id(room.room_id, one.seq))
    return RoomFound(events=tuple(found), hidden=tuple(hidden))


def _bodies(connection: Connection, command: SearchRoom) -> Iterator[str]:
    events = schema.events
    kinds = [kind for kind in KINDS if not command.kinds or kind in command.kinds]
    query = select(events.c.body).where(events.c.room_id == command.room_id, events.c.kind.in_(kinds))
    if command.before_seq:
        query = query.where(events.c.seq < command.before_seq)
    rows = connection.execution_options(yield_per=500).execute(query.order_by(events.c.seq.desc()))
    return iter(rows.scalars())


def _fits(one: _Looked, words: list[str]) -> bool:
    if not words:
        return True
    line = fold(f"{one.person.name} @{one.person.handle} {one.text} {one.gift_name}")
    return all(word in line for word in words)


def _is_hidden(room: RoomState, one: _Looked) -> bool:
    mute = room.mutes.get(one.person.id)
    return one.seq in room.removed or (mute is not None and mute.seq > one.seq)
