"""Treasure boxes: the ledger takes the coins in and gives all of them out, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from studio.backend.money.audit import audit
from studio.backend.settings import BackendSettings
from studio.model.limits import Limits
from studio.model.treasure import BoxState, TreasureBox
from studio.protocol.activities import FundBox, JoinBox
from studio.protocol.activity_events import BoxChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import CloseRoom, EnterRoom, GetBalance
from studio.protocol.moderation import BlockPerson
from tests.unit.backend.conftest import Person, Stage

PACK = 17_500


@pytest.fixture
def quick(settings: BackendSettings) -> BackendSettings:
    """Boxes may open after a second, or stay for a minute."""
    return replace(settings, limits=Limits(box_seconds=(1, 60)))


async def books(stage: Stage) -> None:
    report = await stage.backend.writer.submit(lambda tx: (tx.flush(), audit(tx._connection))[1])
    assert report.problems == []


async def fund(person: Person, room_id: str, coins: int, places: int, seconds: int = 1) -> str:
    answer = await person.ask(FundBox(room_id=room_id, coins=coins, places=places, seconds=seconds))
    assert answer.coins == PACK - coins
    return answer.box_id


async def opened(person: Person, box_id: str) -> TreasureBox:
    def found() -> list[TreasureBox]:
        boxes = [one.box for one in person.events if isinstance(one, BoxChanged)]
        return [box for box in boxes if box.box_id == box_id and box.state is not BoxState.FILLING]

    await person.until(found)
    assert len(found()) == 1
    return found()[0]


async def coins_of(person: Person) -> int:
    return (await person.ask(GetBalance())).coins


async def test_all_coins_reach_those_who_came(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        host, room_id = await stage.live()
        giver = await stage.guest(room_id, "giver", packs=1)
        guests = [await stage.guest(room_id, f"guest{number}") for number in range(4)]
        box_id = await fund(giver, room_id, 500, 3)
        join = JoinBox(room_id=room_id, box_id=box_id)
        for guest in guests[:3]:
            await guest.ask(join)
            await guest.ask(join)  # twice is once
        assert (await guests[3].refused(join)).code is ErrorCode.BOX_FULL
        assert (await giver.refused(join)).code is ErrorCode.NOT_YOURSELF
        assert (await host.refused(join)).code is ErrorCode.NOT_YOURSELF
        box = await opened(host, box_id)
        assert [(one.person.handle, one.coins) for one in box.shares] == [
            ("guest0", 167),
            ("guest1", 167),
            ("guest2", 166),
        ]
        assert [await coins_of(guest) for guest in guests] == [167, 167, 166, 0]
        assert await coins_of(giver) == PACK - 500
        assert (await guests[3].refused(join)).code is ErrorCode.ENDED_ALREADY
        await books(stage)


async def test_a_box_nobody_came_to_goes_back(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        host, room_id = await stage.live()
        giver = await stage.guest(room_id, "giver", packs=1)
        box_id = await fund(giver, room_id, 99, 10)
        assert (await opened(host, box_id)).state is BoxState.RETURNED
        assert await coins_of(giver) == PACK
        await books(stage)


async def test_a_live_that_ends_opens_its_boxes(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        host, room_id = await stage.live()
        giver, guest = await stage.guest(room_id, "giver", packs=1), await stage.guest(room_id, "guest")
        first = await fund(giver, room_id, 100, 10, seconds=60)
        await giver.ask(FundBox(room_id=room_id, coins=50, places=1, seconds=60))
        await guest.ask(JoinBox(room_id=room_id, box_id=first))
        await host.ask(CloseRoom(room_id=room_id))
        assert (await coins_of(guest), await coins_of(giver)) == (100, PACK - 100)
        await books(stage)


async def test_a_box_opens_after_a_restart(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        _, room_id = await stage.live()
        giver, guest = await stage.guest(room_id, "giver", packs=1), await stage.guest(room_id, "guest")
        box_id = await fund(giver, room_id, 100, 2)
        await guest.ask(JoinBox(room_id=room_id, box_id=box_id))
        token = guest.token
    async with staged(quick) as stage:
        guest = await stage.stranger(token)
        entered = await guest.ask(EnterRoom(room_id=room_id))
        assert entered.mine.box_ids == (box_id,)
        if entered.room.activities.boxes[0].state is BoxState.FILLING:
            await opened(guest, box_id)
        assert await coins_of(guest) == 100
        await books(stage)


async def test_a_box_asked_for_twice_is_paid_once(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        _, room_id = await stage.live()
        giver = await stage.guest(room_id, "giver", packs=1)
        command = FundBox(room_id=room_id, coins=100, places=2, seconds=60)
        answers = await asyncio.gather(*(giver.ask(command, "one-request") for _ in range(1)))
        again = await giver.ask(command, "one-request")
        assert answers[0] == again
        assert await coins_of(giver) == PACK - 100
        await books(stage)


async def test_what_cannot_be_a_box_is_refused(staged: Any, quick: BackendSettings) -> None:
    async with staged(quick) as stage:
        host, room_id = await stage.live()
        giver = await stage.guest(room_id, "giver", packs=1)
        for fields, code in (
            ({"coins": 0}, ErrorCode.INVALID_AMOUNT),
            ({"coins": -5}, ErrorCode.INVALID_AMOUNT),
            ({"coins": 2**50}, ErrorCode.INVALID_AMOUNT),
            ({"coins": 17_501}, ErrorCode.NOT_ENOUGH_COINS),
            ({"coins": 3, "places": 4}, ErrorCode.INVALID_ACTIVITY),
            ({"places": 0}, ErrorCode.INVALID_ACTIVITY),
            ({"places": 101}, ErrorCode.INVALID_ACTIVITY),
            ({"seconds": 2}, ErrorCode.INVALID_ACTIVITY),
        ):
            command = FundBox(**{"room_id": room_id, "coins": 200, "places": 5, "seconds": 60, **fields})
            assert (await giver.refused(command)).code is code, fields
        assert await coins_of(giver) == PACK
        for _ in range(5):
            await giver.ask(FundBox(room_id=room_id, coins=1, places=1, seconds=60))
        sixth = await giver.refused(FundBox(room_id=room_id, coins=1, places=1, seconds=60))
        assert sixth.code is ErrorCode.RUNS_ALREADY
        await host.ask(BlockPerson(room_id=room_id, person_id=giver.id))
        blocked = await giver.refused(FundBox(room_id=room_id, coins=1, places=1, seconds=60))
        assert blocked.code is ErrorCode.BLOCKED
        await books(stage)
