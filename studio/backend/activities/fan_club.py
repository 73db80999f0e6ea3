"""The host's fan club: viewers join, gifts and visits bring points, points bring levels."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from studio.backend.activities.fan_points import fan_of
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, signed_in
from studio.backend.hub import Hub
from studio.backend.rooms import visited_room
from studio.backend.storage import schema
from studio.backend.storage.fans import fan_count
from studio.backend.storage.reader import Reader
from studio.backend.storage.state import FanRow, person_of
from studio.backend.storage.tx import Tx
from studio.model.fan_club import Fan
from studio.protocol.activities import FanList, GetFans, JoinFanClub
from studio.protocol.activity_events import FanChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result

_FANS_LISTED = 100


class FanClub:
    """The topic's handlers."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub = hub
        self._reader = reader

    def asks(self) -> Asks:
        return {GetFans: self._list}

    def plans(self) -> Plans:
        return {JoinFanClub: self._join}

    async def _list(self, _client: Client, command: GetFans) -> Answer:
        view = self._hub.rooms.get(command.room_id)
        if view is None:
            raise Rejected(ErrorCode.NO_SUCH_ROOM)
        host_id = view.host_id

        def question(connection: Connection) -> FanList:
            fans, accounts = schema.fans, schema.accounts
            best = (
                select(accounts.c.id, accounts.c.handle, accounts.c.name, fans.c.points, fans.c.since_ms)
                .join(accounts, accounts.c.id == fans.c.account_id)
                .where(fans.c.host_id == host_id)
                .order_by(fans.c.points.desc(), fans.c.since_ms)
                .limit(_FANS_LISTED)
            )
            top = tuple(
                Fan(person=person_of(row), points=row.points, since_ms=row.since_ms)
                for row in connection.execute(best)
            )
            return FanList(fans=fan_count(connection, host_id), top=top)

        return Answer(await self._reader.ask(question))

    def _join(self, client: Client, command: JoinFanClub, _request_id: str) -> Plan:
        account, room_id = signed_in(client), command.room_id
        present = room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, account.id, present=present)
            if account.id == room.host.id:
                raise Rejected(ErrorCode.NOT_YOURSELF)
            if (fan_of(tx, room, account.id) is not None) is command.member:
                return Done()
            fans = schema.fans
            level = 1 if command.member else 0
            if command.member:
                fan = FanRow(room.host.id, account.person, 0, tx.now_ms)
                row = {"account_id": account.id, "host_id": room.host.id, "points": 0, "since_ms": tx.now_ms}
                tx.add("fans", row)
                room.fans[account.id] = fan
            else:
                mine = (fans.c.host_id == room.host.id) & (fans.c.account_id == account.id)
                tx.execute(delete(fans).where(mine))
                room.fans[account.id] = None
            count = tx.ask(lambda connection: fan_count(connection, room.host.id))
            tx.emit(room, FanChanged, person=account.person, level=level, joined=command.member, fans=count)
            return Done()

        return Plan(work)
