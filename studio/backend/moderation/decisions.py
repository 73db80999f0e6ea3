"""Deciding what waits, and taking back what was done about comments and people.

Event-loop thread; jobs write.
"""

from __future__ import annotations

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in
from studio.backend.moderation.actions import set_access, take_out
from studio.backend.moderation.blocking import take_block_back
from studio.backend.moderation.log import note
from studio.backend.moderation.moderators import take_moderator_back
from studio.backend.moderation.muting import pin, unmute
from studio.backend.moderation.rules import live_room_of, store_rules
from studio.backend.posting import post
from studio.backend.questions import move_question
from studio.backend.rooms import desk_plan
from studio.backend.storage.comments import find_comment
from studio.backend.storage.moderated import load_entry
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.moderation import ModAction, ModEntry, Permission, Said
from studio.model.question import QuestionState
from studio.model.room import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.events import CommentRestored
from studio.protocol.frames import Denied, Notice
from studio.protocol.moderation import DecideHeld, UndoModeration


class Decisions:
    """The topic's handlers."""

    def plans(self) -> Plans:
        return {DecideHeld: self._decide, UndoModeration: self._undo}

    def _decide(self, client: Client, command: DecideHeld, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState, actor: Person) -> None:
            entry = room.moderation.held.get(command.no)
            if entry is None:
                raise Rejected(ErrorCode.NOT_WAITING)
            assert entry.person is not None
            del room.moderation.held[command.no]
            item_id = ""
            if command.allow:
                item_id, _ = post(tx, room, entry.said, entry.person, entry.text)
            else:
                denied = Denied(room_id=room.room_id, item_id=str(entry.no))
                tx.notify(entry.person.id, Notice(denied=denied))
            action = ModAction.ALLOWED if command.allow else ModAction.DENIED
            _note_about(tx, room, action, entry, actor, item_id=item_id)

        return desk_plan(client, command.room_id, Permission.DECIDE, act)

    def _undo(self, client: Client, command: UndoModeration, _request_id: str) -> Plan:
        host = signed_in(client)

        def work(tx: Tx) -> Result:
            found = tx.ask(lambda connection: load_entry(connection, host.id, command.no))
            if found is None or found[1] or not found[0].undoable:
                raise Rejected(ErrorCode.CANNOT_UNDO)
            entry = found[0]
            if entry.action is ModAction.RULES:
                assert entry.rules_before is not None
                store_rules(tx, host.id, entry.rules_before)
                note(
                    tx,
                    host.id,
                    ModAction.UNDONE,
                    actor=host.person,
                    answers=entry.no,
                    rules=entry.rules_before,
                )
                return Done()
            if entry.action in (ModAction.BLOCKED, ModAction.UNBLOCKED):
                take_block_back(tx, host.person, entry)
                return Done()
            if entry.action is ModAction.MODERATOR:
                take_moderator_back(tx, host.person, entry)
                return Done()
            room = live_room_of(tx, host.id)
            if room is None or room.room_id != entry.room_id:
                raise Rejected(ErrorCode.CANNOT_UNDO, "That LIVE has ended.")
            _take_back(tx, room, entry)
            return Done()

        return Plan(work)


def _take_back(tx: Tx, room: RoomState, entry: ModEntry) -> None:
    """Reads and refuses first, then writes: the effect, then the entry that tells of it."""
    item_id = ""
    match entry.action:
        case ModAction.HIDDEN:
            assert entry.person is not None
            item_id, _ = post(tx, room, entry.said, entry.person, entry.text)
        case ModAction.ALLOWED | ModAction.DENIED:
            _wait_again(tx, room, entry)
        case ModAction.PINNED:
            if (room.pinned.comment_id if room.pinned is not None else "") != entry.item_id:
                raise Rejected(ErrorCode.CANNOT_UNDO, "Something else was pinned since.")
            pin(tx, room, entry.unpinned)
        case ModAction.REMOVED:
            _restore(tx, room, entry)
        case ModAction.MUTED:
            assert entry.person is not None
            mute = room.mutes.get(entry.person.id)
            if mute is None or mute.until_ms != entry.until_ms:
                raise Rejected(ErrorCode.CANNOT_UNDO, "That mute is not the last one of this person.")
            unmute(tx, room, entry.person, room.host)
        case _:
            assert entry.action is ModAction.ACCESS and entry.access_before is not None
            set_access(tx, room, entry.access_before)
    if entry.unpinned is not None and room.pinned is None:
        pin(tx, room, entry.unpinned)
    _note_about(tx, room, ModAction.UNDONE, entry, room.host, item_id=item_id)


def _wait_again(tx: Tx, room: RoomState, entry: ModEntry) -> None:
    """What was allowed is taken out, and both it and what was denied wait for the host again."""
    held = tx.ask(lambda connection: load_entry(connection, room.host.id, entry.answers))
    assert held is not None, "a decision answers an entry"
    if entry.action is ModAction.ALLOWED:
        if entry.said is Said.QUESTION:
            move_question(tx, room, entry.item_id, QuestionState.DISMISSED)
        else:
            comment = find_comment(tx, room.room_id, entry.item_id)
            if comment is not None and comment.seq not in room.removed:
                take_out(tx, room, comment, room.host)
    room.moderation.held[held[0].no] = held[0]


def _restore(tx: Tx, room: RoomState, entry: ModEntry) -> None:
    comment = find_comment(tx, room.room_id, entry.item_id)
    if comment is None or comment.seq not in room.removed:
        raise Rejected(ErrorCode.CANNOT_UNDO)
    mute = room.mutes.get(comment.person.id)
    if mute is not None and mute.seq > comment.seq:
        raise Rejected(ErrorCode.CANNOT_UNDO, "A mute hides that comment, too: take the mute back first.")
    room.removed.discard(comment.seq)
    tx.emit(
        room,
        CommentRestored,
        comment_id=comment.comment_id,
        person=comment.person,
        text=comment.text,
        said_seq=comment.seq,
        said_ms=comment.at_ms,
    )


def _note_about(
    tx: Tx, room: RoomState, action: ModAction, entry: ModEntry, actor: Person, *, item_id: str
) -> None:
    """An entry that decides or takes back ``entry``."""
    note(
        tx,
        room.host.id,
        action,
        room_id=room.room_id,
        actor=actor,
        person=entry.person,
        said=entry.said,
        text=entry.text,
        item_id=item_id or entry.item_id,
        answers=entry.no,
        access=entry.access_before,
    )
