"""How activities end: by the host, by the clock, or with the LIVE. Writer thread, in the open transaction."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from studio.backend.activities.telling import tell
from studio.backend.money import ledger
from studio.backend.storage import schema
from studio.backend.storage.state import RoomState, person_of
from studio.backend.storage.tx import Tx
from studio.model.giveaway import digest_of, draw
from studio.model.person import Person
from studio.model.treasure import BoxShare, BoxState, TreasureBox, split

_change = msgspec.structs.replace


def settle_due(tx: Tx, room_id: str) -> None:
    """Ends what the clock has ended by now."""
    room = tx.live_room(room_id)
    _settle(tx, room, tx.now_ms)
    tell(tx, room)


def settle_all(tx: Tx, room: RoomState) -> None:
    """The LIVE ends: everything in it does, as if its time had come."""
    _settle(tx, room, None)
    tell(tx, room)


def _settle(tx: Tx, room: RoomState, until_ms: int | None) -> None:
    """Ends what was to end by ``until_ms``; None: all of it."""

    def due(ends_ms: int) -> bool:
        return until_ms is None or 0 < ends_ms <= until_ms

    now = room.activities
    if now.poll is not None and not now.poll.ended and due(now.poll.ends_ms):
        end_poll(room)
    if now.countdown is not None and not now.countdown.ended and due(now.countdown.ends_ms):
        ended = _change(now.countdown, ended=True)
        room.activities = _change(room.activities, countdown=ended)
    if now.giveaway is not None and not now.giveaway.ended and due(now.giveaway.ends_ms):
        draw_giveaway(tx, room)
    for box in now.filling:
        if due(box.opens_ms):
            open_box(tx, room, box)


def end_poll(room: RoomState) -> None:
    """Nobody votes any more."""
    poll = room.activities.poll
    assert poll is not None and not poll.ended
    room.part_takers.pop(poll.poll_id, None)
    room.activities = _change(room.activities, poll=_change(poll, ended=True))


def draw_giveaway(tx: Tx, room: RoomState) -> None:
    """Draws the winners with the seed that was fixed at the beginning; nobody may have entered."""
    giveaway = room.activities.giveaway
    assert giveaway is not None and not giveaway.ended
    seeds = schema.giveaway_seeds
    query = select(seeds.c.seed).where(seeds.c.giveaway_id == giveaway.giveaway_id)
    seed = tx.execute(query).scalar_one()
    people = _people(tx, list(room.part_takers.pop(giveaway.giveaway_id, {})))
    by_handle = {person.handle: person for person in people.values()}
    drawn = draw(seed, giveaway.giveaway_id, by_handle, giveaway.places)
    ended = _change(
        giveaway,
        ended=True,
        entered=len(by_handle),
        winners=tuple(by_handle[handle] for handle in drawn),
        seed=seed,
        entry_digest=digest_of(by_handle),
    )
    room.activities = _change(room.activities, giveaway=ended)


def open_box(tx: Tx, room: RoomState, box: TreasureBox) -> None:
    """Shares the coins among those who came, to the last; to the giver when nobody did."""
    places = room.part_takers.pop(box.box_id, {})
    came = sorted(places, key=lambda account_id: places[account_id])
    if not came:
        ledger.return_box(tx, box.box_id, room.room_id, box.by.id, box.coins)
        room.activities = room.activities.with_box(_change(box, state=BoxState.RETURNED))
        return
    people = _people(tx, came)
    shares = tuple(
        BoxShare(person=people[account_id], coins=coins)
        for account_id, coins in zip(came, split(box.coins, len(came)), strict=True)
    )
    ledger.share_box(tx, box.box_id, room.room_id, [(one.person.id, one.coins) for one in shares])
    opened = _change(box, state=BoxState.OPENED, joined=len(came), shares=shares)
    room.activities = room.activities.with_box(opened)


def _people(tx: Tx, account_ids: list[str]) -> dict[str, Person]:
    """By account; asked for in parts, as databases limit how many values a question may have."""
    accounts = schema.accounts
    found: dict[str, Person] = {}
    for start in range(0, len(account_ids), 500):
        part = account_ids[start : start + 500]
        query = select(accounts.c.id, accounts.c.handle, accounts.c.name).where(accounts.c.id.in_(part))
        found |= {row.id: person_of(row) for row in tx.execute(query)}
    return found
