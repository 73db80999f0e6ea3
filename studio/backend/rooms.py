"""Rooms: go live, end, list, enter, leave, resume, and reports about the picture. Event-loop thread."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec
from sqlalchemy import select

from studio.backend import jobs
from studio.backend.aims import Aims
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, checked_text, signed_in
from studio.backend.hub import Hub
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.moderation import Permission
from studio.model.room import Person, Room
from studio.protocol.activities import Mine
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result
from studio.protocol.commands import (
    Closed,
    CloseRoom,
    Entered,
    EnterRoom,
    LeaveRoom,
    ListRooms,
    Opened,
    OpenRoom,
    ReportPicture,
    Resume,
    Resumed,
    RoomList,
)
from studio.protocol.events import RoomOpened
from studio.protocol.frames import HostStarted, Notice

_ROOMS_LISTED = 200
_QUESTIONS_SHOWN = 100


class Rooms:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, hub: Hub, reader: Reader, aims: Aims) -> None:
        self._limits = settings.limits
        self._hub = hub
        self._reader = reader
        self._aims = aims

    def asks(self) -> Asks:
        return {
            ListRooms: self._list,
            EnterRoom: self._enter,
            LeaveRoom: self._leave,
            Resume: self._resume,
            ReportPicture: self._report_picture,
        }

    def plans(self) -> Plans:
        return {OpenRoom: self._open, CloseRoom: self._close}

    async def _list(self, _client: Client, _command: ListRooms) -> Answer:
        views = sorted(self._hub.rooms.values(), key=lambda view: -view.audience.now)
        rooms = tuple(view.room() for view in views if view.snapshot.room.live)
        return Answer(RoomList(rooms=rooms[:_ROOMS_LISTED]))

    async def _enter(self, client: Client, command: EnterRoom) -> Answer:
        room_id = command.room_id
        view = self._hub.rooms.get(room_id)
        if view is None or not view.snapshot.room.live:
            known = view is not None or await self._reader.snapshot(room_id) is not None
            raise Rejected(ErrorCode.ROOM_CLOSED if known else ErrorCode.NO_SUCH_ROOM)
        account = client.account
        following = account is not None and await self._reader.following(account.id, view.host_id)
        voted = await self._voted(client, room_id)
        mine = await self._mine(client, view.snapshot.room)
        _check_welcome(account, view.snapshot.blocked)
        seq = view.seq  # nothing awaits from here to `then`: the answer and the place in the room agree
        entered = Entered(
            room=view.room(),
            seq=seq,
            recent=view.recent(),
            following=following,
            supporters=view.snapshot.supporters,
            questions=view.questions.shown(_QUESTIONS_SHOWN),
            voted=voted,
            fans=view.recent_fans(),
            mine=mine,
            moderators=tuple(view.snapshot.moderators),
        )
        return Answer(entered, lambda: self._hub.settle_in(client, room_id, seq, announce=True))

    async def _leave(self, client: Client, command: LeaveRoom) -> Answer:
        self._hub.leave(client, command.room_id)
        return Answer(Done())

    async def _resume(self, client: Client, command: Resume) -> Answer:
        room_id = command.room_id
        voted = await self._voted(client, room_id)
        if room_id not in self._hub.rooms:
            ended = await self._reader.snapshot(room_id)
            if ended is None:
                raise Rejected(ErrorCode.NO_SUCH_ROOM)
            room, seq, supporters = ended.room, ended.seq, ended.supporters
        if (view := self._hub.rooms.get(room_id)) is not None:
            room, seq, supporters = view.room(), view.seq, view.snapshot.supporters
        mine = await self._mine(client, room)
        if (view := self._hub.rooms.get(room_id)) is not None:  # as of now: nothing awaits from here on
            _check_welcome(client.account, view.snapshot.blocked)
            room, seq, supporters = view.room(), view.seq, view.snapshot.supporters
        after_seq = min(command.after_seq, seq)
        resumed = Resumed(
            room=room, after_seq=after_seq, seq=seq, supporters=supporters, voted=voted, mine=mine
        )
        return Answer(resumed, lambda: self._hub.settle_in(client, room_id, after_seq, announce=False))

    async def _voted(self, client: Client, room_id: str) -> tuple[str, ...]:
        return await self._reader.voted(room_id, client.account.id) if client.account is not None else ()

    async def _mine(self, client: Client, room: Room) -> Mine:
        if client.account is None:
            return Mine()
        return await self._reader.mine(client.account.id, room.host.id, room.activities)

    async def _report_picture(self, client: Client, command: ReportPicture) -> Answer:
        attendant = self._hub.attendant(command.room_id)
        if attendant is None or command.room_id not in client.stays:
            raise Rejected(ErrorCode.NOT_IN_ROOM)
        attendant.picture_reported(client.number, command.latency_ms, command.dropped)
        return Answer(Done())

    def _open(self, client: Client, command: OpenRoom, _request_id: str) -> Plan:
        account = signed_in(client)
        if account.role != "host":
            raise Rejected(ErrorCode.NOT_A_HOST)
        title = checked_text("A title", command.title, self._limits.title_max)
        topic = checked_text("A topic", command.topic, self._limits.topic_max, may_be_empty=True)
        aim = self._aims.of(command.goal_title, command.goal_target, command.goal_kind, command.goal_gift_id)
        online = self._hub.online()

        def work(tx: Tx) -> Result:
            rooms, follows = schema.rooms, schema.follows
            live = select(rooms.c.id).where(rooms.c.host_id == account.id, rooms.c.ended_ms == 0)
            if tx.execute(live).first() is not None:
                raise Rejected(ErrorCode.ALREADY_LIVE)
            followers = select(follows.c.follower_id).where(follows.c.host_id == account.id)
            told = [one for one in tx.execute(followers).scalars() if one in online]
            state = RoomState(
                room_id=secrets.token_hex(8),
                host=account.person,
                title=title,
                topic=topic,
                started_ms=tx.now_ms,
                aim=aim,
                comment_access=command.comment_access,
            )
            tx.open_room(state)
            tx.emit(state, RoomOpened, room=state.room())
            started = HostStarted(room_id=state.room_id, host=state.host, title=title)
            told = [one for one in told if one not in state.moderation.blocked]
            for follower in told:
                tx.notify(follower, Notice(host_started=started))
            return Opened(room=state.room(), seq=0, notified=len(told))

        def then(data: bytes) -> None:
            opened = msgspec.json.decode(data, type=Opened)
            self._hub.settle_in(client, opened.room.room_id, 0, announce=False)

        return Plan(work, then)

    def _close(self, client: Client, command: CloseRoom, _request_id: str) -> Plan:
        account = signed_in(client)

        def work(tx: Tx) -> Result:
            room = own_room(tx, command.room_id, account.id)
            jobs.close_room(tx, room, "ended by the host")
            return Closed(
                room=room.room(), totals=room.totals.frozen(), seq=room.seq, supporters=room.supporters()
            )

        return Plan(work)


def _check_welcome(account: AccountRecord | None, blocked: frozenset[str]) -> None:
    """`Rejected` BLOCKED."""
    if account is not None and account.id in blocked:
        raise Rejected(ErrorCode.BLOCKED)


def own_room(tx: Tx, room_id: str, account_id: str) -> RoomState:
    """The account's own room, on air. `Rejected` NO_SUCH_ROOM, ROOM_CLOSED, NOT_YOUR_ROOM."""
    room = tx.live_room(room_id)
    if room.host.id != account_id:
        raise Rejected(ErrorCode.NOT_YOUR_ROOM)
    return room


def host_plan(client: Client, room_id: str, act: Callable[[Tx, RoomState], None]) -> Plan:
    """``act`` in the client's own room, on air; its answer is Done. `Rejected` as `own_room`."""
    account = signed_in(client)

    def work(tx: Tx) -> Result:
        act(tx, own_room(tx, room_id, account.id))
        return Done()

    return Plan(work)


def desk_plan(
    client: Client, room_id: str, permission: Permission, act: Callable[[Tx, RoomState, Person], None]
) -> Plan:
    """``act`` in a room on air by its host or a moderator who may; its answer is Done.

    `Rejected` NO_SUCH_ROOM, ROOM_CLOSED, NOT_YOUR_ROOM, NOT_GRANTED.
    """
    account = signed_in(client)

    def work(tx: Tx) -> Result:
        room = tx.live_room(room_id)
        check_granted(room, account.id, permission)
        act(tx, room, account.person)
        return Done()

    return Plan(work)


def check_granted(room: RoomState, account_id: str, permission: Permission) -> None:
    """`Rejected` NOT_YOUR_ROOM for who is no moderator here, NOT_GRANTED for one who may not."""
    if account_id == room.host.id:
        return
    permissions = room.moderation.moderators.get(account_id)
    if permissions is None or account_id in room.moderation.blocked:
        raise Rejected(ErrorCode.NOT_YOUR_ROOM)
    if permission not in permissions:
        raise Rejected(ErrorCode.NOT_GRANTED)


def check_touchable(room: RoomState, actor: Person, person_id: str) -> None:
    """Nobody mutes or blocks the host; a moderator no other one. `Rejected` NOT_YOURSELF, NOT_GRANTED."""
    if person_id == actor.id:
        raise Rejected(ErrorCode.NOT_YOURSELF)
    if person_id == room.host.id or (person_id in room.moderation.moderators and actor.id != room.host.id):
        raise Rejected(ErrorCode.NOT_GRANTED)


def visited_room(tx: Tx, room_id: str, person_id: str, *, present: bool) -> RoomState:
    """A room on air the client is in. `Rejected` NO_SUCH_ROOM, ROOM_CLOSED, BLOCKED, NOT_IN_ROOM."""
    room = tx.live_room(room_id)
    if person_id in room.moderation.blocked:
        raise Rejected(ErrorCode.BLOCKED)
    if not present:
        raise Rejected(ErrorCode.NOT_IN_ROOM)
    return room
