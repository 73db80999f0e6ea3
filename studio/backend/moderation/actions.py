"""What a host and their moderators do about comments and people: pin, remove, mute, who may comment.

Event-loop thread; jobs write. Each action stands in the host's log.
"""

from __future__ import annotations

from sqlalchemy import select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans
from studio.backend.moderation.log import checked_reason, note
from studio.backend.moderation.muting import mute, pin, unpin
from studio.backend.rooms import check_touchable, desk_plan, host_plan
from studio.backend.storage import schema
from studio.backend.storage.comments import find_comment
from studio.backend.storage.state import RoomState, person_of
from studio.backend.storage.tx import Tx
from studio.model.moderation import ModAction, Permission
from studio.model.room import CommentAccess, Person, Pinned
from studio.protocol.codes import ErrorCode
from studio.protocol.events import CommentAccessChanged, Commented, CommentRemoved
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment, SetCommentAccess


class Actions:
    """The topic's handlers."""

    def plans(self) -> Plans:
        return {
            PinComment: self._pin,
            RemoveComment: self._remove,
            MutePerson: self._mute,
            SetCommentAccess: self._set_access,
        }

    def _pin(self, client: Client, command: PinComment, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState, actor: Person) -> None:
            before, pinned = room.pinned, None
            if command.comment_id:
                comment = _standing(tx, room, command.comment_id)
                pinned = Pinned(comment_id=comment.comment_id, person=comment.person, text=comment.text)
            pin(tx, room, pinned)
            note(
                tx,
                room.host.id,
                ModAction.PINNED,
                room_id=room.room_id,
                actor=actor,
                person=pinned.person if pinned is not None else None,
                text=pinned.text if pinned is not None else "",
                item_id=pinned.comment_id if pinned is not None else "",
                unpinned=before,
            )

        return desk_plan(client, command.room_id, Permission.PIN, act)

    def _remove(self, client: Client, command: RemoveComment, _request_id: str) -> Plan:
        reason = checked_reason(command.reason)

        def act(tx: Tx, room: RoomState, actor: Person) -> None:
            comment = _standing(tx, room, command.comment_id)
            unpinned = take_out(tx, room, comment, actor)
            note(
                tx,
                room.host.id,
                ModAction.REMOVED,
                room_id=room.room_id,
                actor=actor,
                person=comment.person,
                text=comment.text,
                item_id=comment.comment_id,
                reason=reason,
                unpinned=unpinned,
            )

        return desk_plan(client, command.room_id, Permission.REMOVE, act)

    def _mute(self, client: Client, command: MutePerson, _request_id: str) -> Plan:
        reason = checked_reason(command.reason)

        def act(tx: Tx, room: RoomState, actor: Person) -> None:
            check_touchable(room, actor, command.person_id)
            accounts = schema.accounts
            row = tx.execute(select(accounts).where(accounts.c.id == command.person_id)).one_or_none()
            if row is None:
                raise Rejected(ErrorCode.NO_SUCH_PERSON)
            mute(tx, room, person_of(row), command.seconds, actor=actor, reason=reason)

        return desk_plan(client, command.room_id, Permission.MUTE, act)

    def _set_access(self, client: Client, command: SetCommentAccess, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            before = room.comment_access
            if before != command.access:
                set_access(tx, room, command.access)
                note(
                    tx,
                    room.host.id,
                    ModAction.ACCESS,
                    room_id=room.room_id,
                    actor=room.host,
                    access=command.access,
                    access_before=before,
                )

        return host_plan(client, command.room_id, act)


def set_access(tx: Tx, room: RoomState, access: CommentAccess) -> None:
    room.comment_access = access
    tx.emit(room, CommentAccessChanged, access=access, by=room.host)


def take_out(tx: Tx, room: RoomState, comment: Commented, by: Person) -> Pinned | None:
    """The comment is not seen any more; what was pinned, if it was this."""
    room.removed.add(comment.seq)
    tx.emit(room, CommentRemoved, comment_id=comment.comment_id, by=by)
    return unpin(tx, room, lambda pinned: pinned.comment_id == comment.comment_id)


def _standing(tx: Tx, room: RoomState, comment_id: str) -> Commented:
    """A comment that was not taken out. `Rejected` NO_SUCH_COMMENT."""
    comment = find_comment(tx, room.room_id, comment_id)
    if comment is None or comment.seq in room.removed:
        raise Rejected(ErrorCode.NO_SUCH_COMMENT)
    return comment
