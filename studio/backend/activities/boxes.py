"""Treasure boxes: somebody puts coins in, people come, the ledger shares them. Opening is the clock's."""

from __future__ import annotations

import secrets

import msgspec

from studio.backend.activities.asked import take_part
from studio.backend.activities.telling import tell
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in
from studio.backend.hub import Hub
from studio.backend.money import ledger
from studio.backend.rooms import visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage.tx import Tx
from studio.model.activities import MOST_BOXES
from studio.model.treasure import BoxState, TreasureBox
from studio.protocol.activities import BoxFunded, FundBox, JoinBox
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done, Result


class Boxes:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, hub: Hub) -> None:
        self._limits = settings.limits
        self._hub = hub

    def plans(self) -> Plans:
        return {FundBox: self._fund, JoinBox: self._join}

    def _fund(self, client: Client, command: FundBox, request_id: str) -> Plan:
        account, room_id = signed_in(client), command.room_id
        present = room_id in client.stays
        self._check(command)

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, account.id, present=present)
            if len(room.activities.filling) >= MOST_BOXES:
                raise Rejected(
                    ErrorCode.RUNS_ALREADY, f"{MOST_BOXES} boxes are filling; wait until one opens."
                )
            purse = ledger.check_coins(tx, account.id, command.coins)
            box = TreasureBox(
                box_id=secrets.token_hex(8),
                by=account.person,
                coins=command.coins,
                places=command.places,
                opens_ms=tx.now_ms + 1_000 * command.seconds,
            )
            why = ledger.Happening(f"{request_id}.{account.id}", account.id, box.box_id, room_id=room_id)
            ledger.fund_box(tx, why, purse, command.coins)
            room.part_takers[box.box_id] = {}
            room.activities = room.activities.with_box(box)
            tell(tx, room)
            transfer_id = f"{why.link_id}.{ledger.BOX_FUNDED}"
            return BoxFunded(box_id=box.box_id, transfer_id=transfer_id, coins=purse.balance)

        return Plan(work)

    def _check(self, command: FundBox) -> None:
        """`Rejected` INVALID_AMOUNT, INVALID_ACTIVITY."""
        limits = self._limits
        if not 1 <= command.coins <= limits.box_coins_max:
            most = limits.box_coins_max
            raise Rejected(ErrorCode.INVALID_AMOUNT, f"A box holds 1 to {most:,} coins.")
        if not 1 <= command.places <= min(limits.box_places_max, command.coins):
            raise Rejected(
                ErrorCode.INVALID_ACTIVITY,
                f"A box is for 1 to {limits.box_places_max} people, and everyone gets a coin at least.",
            )
        if command.seconds not in limits.box_seconds:
            choices = ", ".join(str(seconds) for seconds in limits.box_seconds)
            raise Rejected(ErrorCode.INVALID_ACTIVITY, f"A box opens after {choices} seconds.")

    def _join(self, client: Client, command: JoinBox, _request_id: str) -> Plan:
        account, room_id = signed_in(client), command.room_id
        present = room_id in client.stays

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, account.id, present=present)
            box = room.activities.box(command.box_id)
            if box is None:
                raise Rejected(ErrorCode.NO_SUCH_ACTIVITY)
            if box.state is not BoxState.FILLING or tx.now_ms >= box.opens_ms:
                raise Rejected(ErrorCode.ENDED_ALREADY, "That box has opened already.")
            if account.id in (box.by.id, room.host.id):
                raise Rejected(ErrorCode.NOT_YOURSELF, "A box is for the others.")
            takers = room.part_takers[box.box_id]
            if account.id in takers:
                return Done()
            if box.full:
                raise Rejected(ErrorCode.BOX_FULL)
            take_part(tx, room, box.box_id, account.id, len(takers))
            room.activities = room.activities.with_box(msgspec.structs.replace(box, joined=len(takers)))
            return Done()

        return Plan(work, lambda _data: self._hub.activity_moved(room_id))
