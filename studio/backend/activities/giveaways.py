"""Giveaways: begun by the host, entered by viewers, drawn with a seed fixed before anyone entered."""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy import Connection, select

from studio.backend.activities.asked import checked_seconds, ends_at, take_part
from studio.backend.activities.fan_points import fan_of
from studio.backend.activities.settling import draw_giveaway
from studio.backend.activities.telling import tell
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, checked_text, signed_in
from studio.backend.hub import Hub
from studio.backend.rooms import host_plan, visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.part_takers import handles_of
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.giveaway import Entrants, Giveaway, commitment_of
from studio.protocol.activities import DrawGiveaway, Drawn, EnterGiveaway, GetDraw, StartGiveaway
from studio.protocol.activity_events import GiveawayChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result

_event_decoder = msgspec.json.Decoder(GiveawayChanged)


class Giveaways:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, hub: Hub, reader: Reader) -> None:
        self._limits = settings.limits
        self._hub = hub
        self._reader = reader

    def asks(self) -> Asks:
        return {GetDraw: self._get_draw}

    def plans(self) -> Plans:
        return {StartGiveaway: self._start, EnterGiveaway: self._enter, DrawGiveaway: self._draw}

    def _start(self, client: Client, command: StartGiveaway, _request_id: str) -> Plan:
        prize = checked_text("The prize", command.prize, self._limits.prize_max)
        seconds = checked_seconds(command.seconds, self._limits)
        most = self._limits.giveaway_places_max
        if not 1 <= command.places <= most:
            raise Rejected(ErrorCode.INVALID_ACTIVITY, f"A giveaway has 1 to {most} winners.")

        def act(tx: Tx, room: RoomState) -> None:
            running = room.activities.giveaway
            if running is not None and not running.ended:
                raise Rejected(ErrorCode.RUNS_ALREADY, "A giveaway runs already; draw it first.")
            seed = secrets.token_hex(32)
            giveaway = Giveaway(
                giveaway_id=secrets.token_hex(8),
                prize=prize,
                places=command.places,
                who=command.who,
                commitment=commitment_of(seed),
                started_ms=tx.now_ms,
                ends_ms=ends_at(tx, seconds),
            )
            row = {"giveaway_id": giveaway.giveaway_id, "room_id": room.room_id, "seed": seed}
            tx.add("giveaway_seeds", row)
            room.part_takers[giveaway.giveaway_id] = {}
            room.activities = msgspec.structs.replace(room.activities, giveaway=giveaway)
            tell(tx, room)

        return host_plan(client, command.room_id, act)

    def _enter(self, client: Client, command: EnterGiveaway, _request_id: str) -> Plan:
        account, room_id = signed_in(client), command.room_id
        present, most = room_id in client.stays, self._limits.giveaway_entries_max

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, account.id, present=present)
            giveaway = _running(room, command.giveaway_id)
            if giveaway.ends_ms and tx.now_ms >= giveaway.ends_ms:
                raise Rejected(ErrorCode.ENDED_ALREADY)
            takers = room.part_takers[giveaway.giveaway_id]
            if account.id in takers:
                return Done()
            _check_eligible(tx, room, giveaway.who, account)
            if len(takers) >= most:
                raise Rejected(ErrorCode.NOT_ELIGIBLE, f"All {most:,} places of this giveaway are taken.")
            take_part(tx, room, giveaway.giveaway_id, account.id, len(takers))
            entered = msgspec.structs.replace(giveaway, entered=len(takers))
            room.activities = msgspec.structs.replace(room.activities, giveaway=entered)
            return Done()

        return Plan(work, lambda _data: self._hub.activity_moved(room_id))

    def _draw(self, client: Client, command: DrawGiveaway, _request_id: str) -> Plan:
        def act(tx: Tx, room: RoomState) -> None:
            _running(room, command.giveaway_id)
            draw_giveaway(tx, room)
            tell(tx, room)

        return host_plan(client, command.room_id, act)

    async def _get_draw(self, _client: Client, command: GetDraw) -> Answer:
        def question(connection: Connection) -> Drawn | None:
            events = schema.events
            told = (
                select(events.c.body)
                .where(events.c.room_id == command.room_id, events.c.kind == "giveaway")
                .order_by(events.c.seq.desc())
            )
            for body in connection.execute(told).scalars():
                giveaway = _event_decoder.decode(body).giveaway
                if giveaway.giveaway_id == command.giveaway_id:
                    handles = handles_of(connection, giveaway.giveaway_id) if giveaway.ended else ()
                    return Drawn(giveaway=giveaway, handles=handles)
            return None

        drawn = await self._reader.ask(question)
        if drawn is None:
            raise Rejected(ErrorCode.NO_SUCH_ACTIVITY)
        if not drawn.giveaway.ended:
            raise Rejected(ErrorCode.NOT_DRAWN)
        return Answer(drawn)


def _running(room: RoomState, giveaway_id: str) -> Giveaway:
    """`Rejected` NO_SUCH_ACTIVITY, ENDED_ALREADY."""
    giveaway = room.activities.giveaway
    if giveaway is None or giveaway.giveaway_id != giveaway_id:
        raise Rejected(ErrorCode.NO_SUCH_ACTIVITY)
    if giveaway.ended:
        raise Rejected(ErrorCode.ENDED_ALREADY, "That giveaway is drawn already.")
    return giveaway


def _check_eligible(tx: Tx, room: RoomState, who: Entrants, account: AccountRecord) -> None:
    """`Rejected` NOT_YOURSELF, NOT_ELIGIBLE."""
    if account.id == room.host.id:
        raise Rejected(ErrorCode.NOT_YOURSELF, "A host does not take part in their own giveaway.")
    if who is Entrants.FOLLOWERS:
        follows = schema.follows
        query = select(follows.c.at_ms).where(
            follows.c.host_id == room.host.id, follows.c.follower_id == account.id
        )
        if tx.execute(query).first() is None:
            raise Rejected(ErrorCode.NOT_ELIGIBLE, "This giveaway is for followers. Follow to take part.")
    if who is Entrants.FANS and fan_of(tx, room, account.id) is None:
        raise Rejected(ErrorCode.NOT_ELIGIBLE, "This giveaway is for the fan club. Join it to take part.")
