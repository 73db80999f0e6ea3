"""What a host does about comments and people: pin, remove, mute, who may comment.

Event-loop thread; jobs write.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans
from studio.backend.rooms import host_plan
from studio.backend.storage import schema
from studio.backend.storage.state import RoomState, item_seq, person_of
from studio.backend.storage.tx import Tx
from studio.model.room import Pinned
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import MutePerson, PinComment, RemoveComment, SetCommentAccess
from studio.protocol.events import (
    CommentAccessChanged,
    Commented,
    CommentPinned,
    CommentRemoved,
    PersonMuted,
)

_comment_decoder = msgspec.json.Decoder(Commented)


class Moderation:
    """The topic's handlers."""

    def plans(self) -> Plans:
        return {
            PinComment: self._pin,
            RemoveComment: self._remove,
            MutePerson: self._mute,
            SetCommentAccess: self._set_access,
        }

    def _pin(self, client: Client, command: PinComment, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            pinned = None
            if command.comment_id:
                comment = _comment(tx, room, command.comment_id)
                pinned = Pinned(comment_id=comment.comment_id, person=comment.person, text=comment.text)
            room.pinned = pinned
            tx.emit(room, CommentPinned, pinned=pinned)

        return host_plan(client, command.room_id, act)

    def _remove(self, client: Client, command: RemoveComment, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            comment = _comment(tx, room, command.comment_id)
            room.removed.add(comment.seq)
            tx.emit(room, CommentRemoved, comment_id=comment.comment_id, by=room.host)
            _unpin(tx, room, lambda pinned: pinned.comment_id == comment.comment_id)

        return host_plan(client, command.room_id, act)

    def _mute(self, client: Client, command: MutePerson, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            if command.person_id == room.host.id:
                raise Rejected(ErrorCode.NOT_YOURSELF)
            accounts = schema.accounts
            row = tx.execute(select(accounts).where(accounts.c.id == command.person_id)).one_or_none()
            if row is None:
                raise Rejected(ErrorCode.NO_SUCH_PERSON)
            until_ms = tx.now_ms + command.seconds * 1_000 if command.seconds else 0
            room.muted_until[row.id] = until_ms
            seq = tx.emit(room, PersonMuted, person=person_of(row), until_ms=until_ms, by=room.host)
            tx.add(
                "mutes",
                {"room_id": room.room_id, "seq": seq, "account_id": row.id, "until_ms": until_ms},
            )
            _unpin(tx, room, lambda pinned: pinned.person.id == row.id)

        return host_plan(client, command.room_id, act)

    def _set_access(self, client: Client, command: SetCommentAccess, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            if room.comment_access != command.access:
                room.comment_access = command.access
                tx.emit(room, CommentAccessChanged, access=command.access, by=room.host)

        return host_plan(client, command.room_id, act)


def _unpin(tx: Tx, room: RoomState, gone: Callable[[Pinned], bool]) -> None:
    """Takes the pin down when what is pinned has just gone."""
    if room.pinned is not None and gone(room.pinned):
        room.pinned = None
        tx.emit(room, CommentPinned, pinned=None)


def _comment(tx: Tx, room: RoomState, comment_id: str) -> Commented:
    """A comment that still stands. `Rejected` NO_SUCH_COMMENT."""
    seq = item_seq(room.room_id, comment_id)
    events = schema.events
    query = select(events.c.body).where(
        events.c.room_id == room.room_id, events.c.seq == seq, events.c.kind == "comment"
    )
    body = tx.execute(query).scalar()
    if body is None or seq in room.removed:
        raise Rejected(ErrorCode.NO_SUCH_COMMENT)
    return _comment_decoder.decode(body)
