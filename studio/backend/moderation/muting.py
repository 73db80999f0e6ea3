"""Muting, unmuting, and taking pins down. Writer thread, inside the open transaction."""

from __future__ import annotations

from collections.abc import Callable

from studio.backend.moderation.log import note
from studio.backend.storage.state import UNMUTED, Mute, RoomState
from studio.backend.storage.tx import Tx
from studio.model.moderation import ModAction, ModEntry
from studio.model.room import Person, Pinned
from studio.protocol.events import CommentPinned, PersonMuted, PersonUnmuted


def mute(
    tx: Tx, room: RoomState, person: Person, seconds: int, *, actor: Person | None, reason: str = ""
) -> ModEntry:
    """0 seconds: for the whole LIVE. ``actor``: None when a rule does it."""
    until_ms = tx.now_ms + seconds * 1_000 if seconds else 0
    unpinned = silence(tx, room, person, until_ms, actor or room.host)
    return note(
        tx,
        room.host.id,
        ModAction.MUTED,
        room_id=room.room_id,
        actor=actor,
        person=person,
        reason=reason,
        until_ms=until_ms,
        unpinned=unpinned,
    )


def silence(tx: Tx, room: RoomState, person: Person, until_ms: int, by: Person) -> Pinned | None:
    """Their comments are hidden and none come; what was pinned, if it was theirs."""
    seq = tx.emit(room, PersonMuted, person=person, until_ms=until_ms, by=by)
    room.mutes[person.id] = Mute(seq, until_ms)
    _store(tx, room, seq, person, until_ms)
    return unpin(tx, room, lambda pinned: pinned.person.id == person.id)


def unmute(tx: Tx, room: RoomState, person: Person, by: Person) -> None:
    """The person may talk again, and what they said before is seen again."""
    room.mutes.pop(person.id, None)
    seq = tx.emit(room, PersonUnmuted, person=person, by=by)
    _store(tx, room, seq, person, UNMUTED)


def unpin(tx: Tx, room: RoomState, gone: Callable[[Pinned], bool]) -> Pinned | None:
    """Takes the pin down when what is pinned has just gone; what was pinned."""
    pinned = room.pinned
    if pinned is None or not gone(pinned):
        return None
    pin(tx, room, None)
    return pinned


def pin(tx: Tx, room: RoomState, pinned: Pinned | None) -> None:
    room.pinned = pinned
    tx.emit(room, CommentPinned, pinned=pinned)


def _store(tx: Tx, room: RoomState, seq: int, person: Person, until_ms: int) -> None:
    row = {"room_id": room.room_id, "seq": seq, "account_id": person.id, "until_ms": until_ms}
    tx.add("mutes", row)
