"""A host's rules: set them, try them on what was said, read them back with the log.

Event-loop thread; jobs write, trying and reading run on the reading threads.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, delete, select

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, signed_in
from studio.backend.moderation.log import note
from studio.backend.storage import schema
from studio.backend.storage.blocked import blocked_people
from studio.backend.storage.comments import last_comments
from studio.backend.storage.moderated import load_held, load_log, load_moderators, load_rules
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.matching import Spotter
from studio.model.moderation import ModAction, Permission
from studio.model.rules import Rules
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.moderation import (
    BlockedPeople,
    GetBlocked,
    GetModeration,
    ModerationState,
    RulesTried,
    SetRules,
    TriedComment,
    TryRules,
)

TRIED_ON = 1_000
_LOG_PAGE = 200
_BLOCKED_PAGE = 100
_encode = msgspec.json.Encoder().encode


class RuleDesk:
    """The topic's handlers. ``lists``: the word lists that come with the backend, by language."""

    def __init__(self, reader: Reader, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._reader = reader
        self._lists = lists

    def asks(self) -> Asks:
        return {GetModeration: self._get, GetBlocked: self._get_blocked, TryRules: self._try}

    def plans(self) -> Plans:
        return {SetRules: self._set}

    async def _get(self, client: Client, command: GetModeration) -> Answer:
        if command.room_id:
            return await self._get_held(client, command.room_id)
        host = _host(client)
        rooms = schema.rooms
        live = select(rooms.c.id).where(rooms.c.host_id == host.id, rooms.c.ended_ms == 0)

        def question(connection: Connection) -> ModerationState:
            room_id = connection.execute(live).scalar()
            log = load_log(connection, host.id, command.before_no, _LOG_PAGE + 1)
            return ModerationState(
                rules=load_rules(connection, host.id),
                lists=tuple(self._lists),
                held=tuple(load_held(connection, room_id)) if room_id is not None else (),
                log=tuple(log[:_LOG_PAGE]),
                more=len(log) > _LOG_PAGE,
                moderators=tuple(load_moderators(connection, host.id)),
            )

        return Answer(await self._reader.ask(question))

    async def _get_blocked(self, client: Client, command: GetBlocked) -> Answer:
        host = _host(client)

        def question(connection: Connection) -> BlockedPeople:
            found = blocked_people(connection, host.id, command.text, command.place, _BLOCKED_PAGE + 1)
            more = len(found) > _BLOCKED_PAGE
            next_place = command.place + _BLOCKED_PAGE if more else 0
            return BlockedPeople(people=tuple(found[:_BLOCKED_PAGE]), next_place=next_place)

        return Answer(await self._reader.ask(question))

    async def _get_held(self, client: Client, room_id: str) -> Answer:
        """What waits in a room, for a moderator who decides. `Rejected` NO_SUCH_ROOM, NOT_GRANTED."""
        account = signed_in(client)
        room = await self._reader.snapshot(room_id)
        if room is None:
            raise Rejected(ErrorCode.NO_SUCH_ROOM)
        if Permission.DECIDE not in room.moderators.get(account.id, ()):
            raise Rejected(ErrorCode.NOT_GRANTED)
        held = await self._reader.ask(lambda connection: load_held(connection, room_id))
        return Answer(ModerationState(rules=Rules(), lists=(), held=tuple(held)))

    async def _try(self, client: Client, command: TryRules) -> Answer:
        host = _host(client)
        self._check(command.rules)

        def question(connection: Connection) -> RulesTried:
            spotter = Spotter(command.rules, self._lists)
            comments = last_comments(connection, host.id, TRIED_ON)
            found = []
            for comment in comments:
                finding = spotter.spot(comment.person.id, comment.text, comment.at_ms)
                if finding is not None:
                    found.append(
                        TriedComment(
                            at_ms=comment.at_ms,
                            person=comment.person,
                            text=comment.text,
                            consequence=finding.rule.consequence,
                            reason=finding.reason,
                        )
                    )
            return RulesTried(looked_at=len(comments), found=tuple(found))

        return Answer(await self._reader.ask(question))

    def _set(self, client: Client, command: SetRules, _request_id: str) -> Plan:
        host = _host(client)
        self._check(command.rules)

        def work(tx: Tx) -> Result:
            before = tx.rules(host.id)
            if before != command.rules:
                store_rules(tx, host.id, command.rules)
                note(
                    tx,
                    host.id,
                    ModAction.RULES,
                    actor=host.person,
                    rules=command.rules,
                    rules_before=before,
                )
            return Done()

        return Plan(work)

    def _check(self, rules: Rules) -> None:
        if complaint := rules.complaint(frozenset(self._lists)):
            raise Rejected(ErrorCode.INVALID_RULES, complaint)


def store_rules(tx: Tx, host_id: str, rules: Rules) -> None:
    """The host's rules from now on, in an open LIVE, too."""
    table = schema.moderation_rules
    room = live_room_of(tx, host_id)
    tx.execute(delete(table).where(table.c.host_id == host_id))
    tx.add("moderation_rules", {"host_id": host_id, "body": _encode(rules).decode()})
    if room is not None:
        room.moderation.obey(rules)


def live_room_of(tx: Tx, host_id: str) -> RoomState | None:
    """The host's LIVE of now."""
    rooms = schema.rooms
    query = select(rooms.c.id).where(rooms.c.host_id == host_id, rooms.c.ended_ms == 0)
    room_id = tx.execute(query).scalar()
    return tx.live_room(room_id) if room_id is not None else None


def _host(client: Client) -> AccountRecord:
    """`Rejected` NOT_SIGNED_IN, NOT_A_HOST."""
    account = signed_in(client)
    if account.role != "host":
        raise Rejected(ErrorCode.NOT_A_HOST)
    return account
