"""Gifts: checked against the catalogue, booked in the ledger and announced in one transaction; streaks grow.

Handlers on the event-loop thread, the job on the writer thread.
"""

from __future__ import annotations

from studio.backend.activities.fan_points import add_points, fan_of
from studio.backend.activities.gift_votes import count_gift
from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, Plan, Plans, signed_in
from studio.backend.jobs import end_streak
from studio.backend.money import ledger
from studio.backend.rooms import visited_room
from studio.backend.settings import BackendSettings
from studio.backend.storage.state import Given, RoomState, RunningStreak, item_id
from studio.backend.storage.tx import Tx
from studio.model.gift import Gift, GiftCatalogue
from studio.model.room import Person
from studio.model.streak import Streak
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Result
from studio.protocol.commands import Catalogue, GetCatalogue, GiftAccepted, SendGift
from studio.protocol.events import GiftSent


class Gifts:
    """The topic's handlers."""

    def __init__(self, settings: BackendSettings, catalogue: GiftCatalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue

    def asks(self) -> Asks:
        return {GetCatalogue: self._get_catalogue}

    def plans(self) -> Plans:
        return {SendGift: self._send}

    async def _get_catalogue(self, _client: Client, _command: GetCatalogue) -> Answer:
        return Answer(
            Catalogue(
                gifts=self._catalogue.gifts,
                packs=self._settings.packs,
                test_money=self._settings.test_money,
            )
        )

    def _send(self, client: Client, command: SendGift, request_id: str) -> Plan:
        person = signed_in(client).person
        gift = self._catalogue.get(command.gift_id)
        if gift is None:
            raise Rejected(ErrorCode.UNKNOWN_GIFT)
        count, most = command.count, self._settings.limits.gift_count_max
        if not 1 <= count <= most:
            raise Rejected(ErrorCode.INVALID_AMOUNT, f"Give 1 to {most} at a time.")
        room_id, present = command.room_id, command.room_id in client.stays
        timeout_ms = self._settings.limits.streak_timeout_ms

        def work(tx: Tx) -> Result:
            room = visited_room(tx, room_id, person.id, present=present)
            return give(tx, room, person, gift, count, f"{request_id}.{person.id}", timeout_ms)

        return Plan(work)


def give(
    tx: Tx, room: RoomState, person: Person, gift: Gift, count: int, link_id: str, timeout_ms: int
) -> GiftAccepted:
    """Books and announces ``count`` of a gift.

    `Rejected` NOT_YOURSELF, NOT_ENOUGH_COINS before anything is written.
    """
    if person.id == room.host.id:
        raise Rejected(ErrorCode.NOT_YOURSELF)
    coins = gift.coins * count
    purse = ledger.check_coins(tx, person.id, coins)
    fan_of(tx, room, person.id)  # reads; what is written comes below
    running = room.streaks.get((person.id, gift.id))
    if running is not None and tx.now_ms - running.streak.last_ms >= timeout_ms:
        end_streak(tx, room, running)
        running = None
    seq = room.seq + 1
    happening = ledger.Happening(link_id, person.id, str(gift.id), count, room.room_id, seq)
    diamonds = ledger.give(tx, happening, purse, host_id=room.host.id, coins=coins)
    _add_to_totals(tx, room, person, count, coins, diamonds)
    room.gift_counts[gift.id] = room.gift_counts.get(gift.id, 0) + count
    count_gift(tx, room, gift, count)
    transfer_id = f"{link_id}.{ledger.GIFT_COINS}"
    streak_id, running_count = item_id(room.room_id, seq), count
    if gift.streakable:
        streak = _grow(tx, room, person, gift, count, streak_id, transfer_id, running)
        streak_id, running_count = streak.streak_id, streak.count
    tx.emit(
        room,
        GiftSent,
        transfer_id=transfer_id,
        streak_id=streak_id,
        person=person,
        gift_id=gift.id,
        gift_name=gift.name,
        coins_each=gift.coins,
        count=running_count,
        added=count,
        coins=coins,
        diamonds=diamonds,
        room_diamonds=room.totals.diamonds,
        ended=not gift.streakable,
    )
    add_points(tx, room, person.id, coins)
    return GiftAccepted(
        transfer_id=transfer_id,
        streak_id=streak_id,
        count=running_count,
        coins=purse.balance,
        seq=seq,
    )


def _add_to_totals(tx: Tx, room: RoomState, person: Person, count: int, coins: int, diamonds: int) -> None:
    given = room.given.get(person.id)
    if given is None:
        given = room.given[person.id] = Given(person)
    given.diamonds += diamonds
    given.gifts += count
    totals = room.totals
    totals.gifts += count
    totals.gifters = len(room.given)
    totals.coins += coins
    totals.diamonds += diamonds
    totals.micro_dollars += tx.rates.micro_dollars(diamonds)


def _grow(
    tx: Tx,
    room: RoomState,
    person: Person,
    gift: Gift,
    count: int,
    streak_id: str,
    transfer_id: str,
    running: RunningStreak | None,
) -> Streak:
    if running is None:
        streak = Streak(streak_id, gift.id, person.id, gift.coins)
        running = room.streaks[person.id, gift.id] = RunningStreak(streak, person, gift.name, transfer_id)
    running.streak.count += count
    running.streak.last_ms = tx.now_ms
    running.transfer_id = transfer_id
    tx.touch_streak(running)
    return running.streak
