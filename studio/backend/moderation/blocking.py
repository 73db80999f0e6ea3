"""Whom a host does not want in their LIVEs. Event-loop thread for the handler; the rest is the writer's."""

from __future__ import annotations

from sqlalchemy import delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in
from studio.backend.moderation.log import checked_reason, note
from studio.backend.moderation.muting import pin, silence, unmute
from studio.backend.moderation.rules import live_room_of
from studio.backend.rooms import check_granted, check_touchable
from studio.backend.storage import schema
from studio.backend.storage.reader import AccountRecord
from studio.backend.storage.state import RoomState, person_of
from studio.backend.storage.tx import Tx
from studio.model.moderation import ModAction, ModEntry, Permission
from studio.model.room import Person, Pinned
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.moderation import BlockPerson


class Blocking:
    """The topic's handlers."""

    def plans(self) -> Plans:
        return {BlockPerson: self._block}

    def _block(self, client: Client, command: BlockPerson, _request_id: str) -> Plan:
        account = signed_in(client)
        if not command.room_id and account.role != "host":
            raise Rejected(ErrorCode.NOT_A_HOST)
        reason = checked_reason(command.reason)

        def work(tx: Tx) -> Result:
            host, room = self._desk(tx, account, command)
            accounts = schema.accounts
            row = tx.execute(select(accounts).where(accounts.c.id == command.person_id)).one_or_none()
            if row is None:
                raise Rejected(ErrorCode.NO_SUCH_PERSON)
            if is_blocked(tx, host.id, row.id) is command.blocked:
                return Done()
            unpinned = set_blocked(tx, host, person_of(row), room, blocked=command.blocked)
            note(
                tx,
                host.id,
                ModAction.BLOCKED if command.blocked else ModAction.UNBLOCKED,
                room_id=room.room_id if room is not None else "",
                actor=account.person,
                person=person_of(row),
                reason=reason,
                unpinned=unpinned,
            )
            return Done()

        return Plan(work)

    def _desk(self, tx: Tx, account: AccountRecord, command: BlockPerson) -> tuple[Person, RoomState | None]:
        """Whose LIVEs it is about, and the open one. `Rejected` as `check_granted` and `check_touchable`."""
        if command.person_id == account.id:
            raise Rejected(ErrorCode.NOT_YOURSELF)
        if not command.room_id:
            return account.person, live_room_of(tx, account.id)
        room = tx.live_room(command.room_id)
        check_granted(room, account.id, Permission.BLOCK)
        check_touchable(room, account.person, command.person_id)
        if not command.blocked and account.id != room.host.id:
            raise Rejected(ErrorCode.NOT_GRANTED)
        return room.host, room


def set_blocked(
    tx: Tx, host: Person, person: Person, room: RoomState | None, *, blocked: bool
) -> Pinned | None:
    """From now on, in the open LIVE ``room``, too; what was pinned there, if it was theirs."""
    table = schema.blocks
    mine = (table.c.host_id == host.id) & (table.c.account_id == person.id)
    if blocked:
        tx.add("blocks", {"host_id": host.id, "account_id": person.id, "at_ms": tx.now_ms})
    else:
        tx.execute(delete(table).where(mine))
    if room is None:
        return None
    others = room.moderation.blocked - {person.id}
    room.moderation.blocked = others | {person.id} if blocked else others
    if not blocked:
        if person.id in room.mutes:
            unmute(tx, room, person, host)
        tx.touch(room)
        return None
    tx.turn_out(room.room_id, person.id)
    return silence(tx, room, person, 0, host)


def take_block_back(tx: Tx, host: Person, entry: ModEntry) -> None:
    """The undo of a block, and of letting in again. `Rejected` CANNOT_UNDO when it is so no longer."""
    assert entry.person is not None
    blocked = entry.action is ModAction.BLOCKED
    if is_blocked(tx, host.id, entry.person.id) is not blocked:
        raise Rejected(ErrorCode.CANNOT_UNDO)
    room = live_room_of(tx, host.id)
    set_blocked(tx, host, entry.person, room, blocked=not blocked)
    here = room is not None and room.room_id == entry.room_id
    if here and room is not None and entry.unpinned is not None and room.pinned is None:
        pin(tx, room, entry.unpinned)
    note(
        tx,
        host.id,
        ModAction.UNDONE,
        room_id=entry.room_id,
        actor=host,
        person=entry.person,
        answers=entry.no,
    )


def is_blocked(tx: Tx, host_id: str, person_id: str) -> bool:
    """Whether the host does not want that person in their LIVEs."""
    table = schema.blocks
    query = select(table.c.at_ms).where(table.c.host_id == host_id, table.c.account_id == person_id)
    return tx.execute(query).first() is not None
