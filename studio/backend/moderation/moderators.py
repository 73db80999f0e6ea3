"""A host's moderators: named, given permissions, and told of them. Event-loop thread; jobs write."""

from __future__ import annotations

from sqlalchemy import delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in
from studio.backend.moderation.log import note
from studio.backend.moderation.rules import live_room_of
from studio.backend.storage import schema
from studio.backend.storage.moderated import granted, load_moderators
from studio.backend.storage.state import person_of
from studio.backend.storage.tx import Tx
from studio.model.moderation import MAX_MODERATORS, ModAction, ModEntry, Permission
from studio.model.room import Person
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.events import ModeratorSet
from studio.protocol.frames import Moderates, Notice
from studio.protocol.moderation import SetModerator

Permissions = tuple[Permission, ...]


class Moderators:
    """The topic's handlers."""

    def plans(self) -> Plans:
        return {SetModerator: self._set}

    def _set(self, client: Client, command: SetModerator, _request_id: str) -> Plan:
        account = signed_in(client)
        if account.role != "host":
            raise Rejected(ErrorCode.NOT_A_HOST)
        wanted = tuple(one for one in Permission if one in command.permissions)

        def work(tx: Tx) -> Result:
            if command.person_id == account.id:
                raise Rejected(ErrorCode.NOT_YOURSELF)
            accounts = schema.accounts
            row = tx.execute(select(accounts).where(accounts.c.id == command.person_id)).one_or_none()
            if row is None:
                raise Rejected(ErrorCode.NO_SUCH_PERSON)
            before = _permissions(tx, account.id, row.id)
            if wanted != before:
                _store(tx, account.person, person_of(row), wanted, before)
                note(
                    tx,
                    account.id,
                    ModAction.MODERATOR,
                    actor=account.person,
                    person=person_of(row),
                    permissions=wanted,
                    permissions_before=before,
                )
            return Done()

        return Plan(work)


def take_moderator_back(tx: Tx, host: Person, entry: ModEntry) -> None:
    """The permissions of before. `Rejected` CANNOT_UNDO when they were changed again since."""
    assert entry.person is not None
    now = _permissions(tx, host.id, entry.person.id)
    if now != entry.permissions:
        raise Rejected(ErrorCode.CANNOT_UNDO)
    before = entry.permissions_before or ()
    _store(tx, host, entry.person, before, now)
    note(
        tx,
        host.id,
        ModAction.UNDONE,
        actor=host,
        person=entry.person,
        answers=entry.no,
        permissions=before,
    )


def _permissions(tx: Tx, host_id: str, person_id: str) -> Permissions:
    found = tx.ask(lambda connection: load_moderators(connection, host_id))
    return next((one.permissions for one in found if one.person.id == person_id), ())


def _store(tx: Tx, host: Person, person: Person, wanted: Permissions, before: Permissions) -> None:
    """`Rejected` TOO_MANY_MODERATORS before anything is written."""
    table = schema.moderators
    if wanted and not before:
        count = len(tx.ask(lambda connection: load_moderators(connection, host.id)))
        if count >= MAX_MODERATORS:
            raise Rejected(ErrorCode.TOO_MANY_MODERATORS)
    room = live_room_of(tx, host.id)
    tx.execute(delete(table).where(table.c.host_id == host.id, table.c.account_id == person.id))
    if wanted:
        tx.add("moderators", {"host_id": host.id, "account_id": person.id, "permissions": " ".join(wanted)})
    if room is not None:
        room.moderation.moderators = granted(tx.ask(lambda connection: load_moderators(connection, host.id)))
        if bool(wanted) is not bool(before):
            tx.emit(room, ModeratorSet, person=person, helps=bool(wanted))
        tx.touch(room)
        tx.notify(person.id, Notice(moderates=Moderates(room_id=room.room_id, permissions=wanted)))
