"""Giveaways: who may enter, a draw that anyone can work out again, ends by host and clock, restarts."""

from __future__ import annotations

from typing import Any

import msgspec

from studio.backend.settings import BackendSettings
from studio.model.giveaway import Entrants, Giveaway, check, commitment_of
from studio.protocol.activities import (
    DrawGiveaway,
    EnterGiveaway,
    GetDraw,
    JoinFanClub,
    StartGiveaway,
)
from studio.protocol.activity_events import GiveawayChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import CloseRoom, EnterRoom, Follow
from tests.unit.backend.conftest import Person, Stage


async def begin(host: Person, room_id: str, **fields: Any) -> Giveaway:
    before = len(host.events)
    await host.ask(StartGiveaway(room_id=room_id, prize="A print", **fields))

    def found() -> list[Giveaway]:
        return [one.giveaway for one in host.events[before:] if isinstance(one, GiveawayChanged)]

    await host.until(found)
    return found()[0]


async def drawn(person: Person, giveaway: Giveaway) -> Giveaway:
    def found() -> list[Giveaway]:
        told = [one.giveaway for one in person.events if isinstance(one, GiveawayChanged)]
        return [one for one in told if one.ended and one.giveaway_id == giveaway.giveaway_id]

    await person.until(found)
    assert len(found()) == 1
    return found()[0]


async def enter(person: Person, room_id: str, giveaway: Giveaway) -> None:
    await person.ask(EnterGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))


async def test_anyone_can_work_the_draw_out_again(stage: Stage) -> None:
    host, room_id = await stage.live()
    giveaway = await begin(host, room_id, places=3)
    assert len(giveaway.commitment) == 64
    assert giveaway.seed == "", "the seed stays secret while people enter"
    guests = [await stage.guest(room_id, f"guest{number:02}") for number in range(12)]
    for guest in guests:
        await enter(guest, room_id, giveaway)
        await enter(guest, room_id, giveaway)  # twice is once
    ask = GetDraw(room_id=room_id, giveaway_id=giveaway.giveaway_id)
    assert (await guests[0].refused(ask)).code is ErrorCode.NOT_DRAWN
    await host.ask(DrawGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    told = await drawn(guests[0], giveaway)
    assert (told.commitment, told.entered, len(told.winners)) == (giveaway.commitment, 12, 3)
    answer = await (await stage.stranger()).ask(ask)  # nobody special asks
    assert answer.giveaway == told
    assert len(answer.handles) == 12
    assert check(told, answer.handles) == ""
    swapped = msgspec.structs.replace(told, winners=told.winners[::-1])
    assert "other winners" in check(swapped, answer.handles)
    assert "list" in check(told, answer.handles[1:])
    other_seed = msgspec.structs.replace(told, seed="0" * 64)
    assert "seed" in check(other_seed, answer.handles)
    late = await guests[0].refused(EnterGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    assert late.code is ErrorCode.ENDED_ALREADY
    again = await host.refused(DrawGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    assert again.code is ErrorCode.ENDED_ALREADY


async def test_a_giveaway_with_nobody_has_no_winner_and_says_so(stage: Stage) -> None:
    host, room_id = await stage.live()
    giveaway = await begin(host, room_id, places=5)
    await host.ask(DrawGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    told = await drawn(host, giveaway)
    assert (told.winners, told.entered) == ((), 0)
    answer = await host.ask(GetDraw(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    assert check(told, answer.handles) == ""


async def test_fewer_people_than_places_all_win(stage: Stage) -> None:
    host, room_id = await stage.live()
    giveaway = await begin(host, room_id, places=5)
    guest = await stage.guest(room_id, "only")
    await enter(guest, room_id, giveaway)
    await host.ask(CloseRoom(room_id=room_id))  # a LIVE that ends draws what still runs
    assert [one.handle for one in (await drawn(guest, giveaway)).winners] == ["only"]


async def test_followers_and_fans_only(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
    giveaway = await begin(host, room_id, who=Entrants.FOLLOWERS)
    command = EnterGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id)
    refused = await ana.refused(command)
    assert (refused.code, "Follow" in refused.message) == (ErrorCode.NOT_ELIGIBLE, True)
    await ana.ask(Follow(room_id=room_id))
    await ana.ask(command)
    assert (await host.refused(command)).code is ErrorCode.NOT_YOURSELF
    await host.ask(DrawGiveaway(room_id=room_id, giveaway_id=giveaway.giveaway_id))
    assert [one.handle for one in (await drawn(ben, giveaway)).winners] == ["ana"]
    second = await begin(host, room_id, who=Entrants.FANS)
    command = EnterGiveaway(room_id=room_id, giveaway_id=second.giveaway_id)
    assert (await ana.refused(command)).code is ErrorCode.NOT_ELIGIBLE
    await ben.ask(JoinFanClub(room_id=room_id))
    await ben.ask(command)


async def test_the_clock_draws_also_after_a_restart(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        giveaway = await begin(host, room_id, seconds=1)
        ana = await stage.guest(room_id, "ana")
        await enter(ana, room_id, giveaway)
        token = ana.token
    async with staged(settings) as stage:
        ana = await stage.stranger(token)
        entered = await ana.ask(EnterRoom(room_id=room_id))
        assert entered.mine.giveaway_id == giveaway.giveaway_id
        told = entered.room.activities.giveaway
        if not told.ended:
            told = await drawn(ana, giveaway)
        assert [one.handle for one in told.winners] == ["ana"]
        assert commitment_of(told.seed) == giveaway.commitment, "the seed of before the restart"


async def test_what_cannot_be_a_giveaway_is_refused(stage: Stage) -> None:
    host, room_id = await stage.live()
    for fields, code in (
        ({"places": 0}, ErrorCode.INVALID_ACTIVITY),
        ({"places": 21}, ErrorCode.INVALID_ACTIVITY),
        ({"seconds": 86_401}, ErrorCode.INVALID_ACTIVITY),
        ({"prize": " "}, ErrorCode.INVALID_TEXT),
    ):
        command = StartGiveaway(**{"room_id": room_id, "prize": "Print", **fields})
        assert (await host.refused(command)).code is code
    await begin(host, room_id)
    assert (await host.refused(StartGiveaway(room_id=room_id, prize="x"))).code is ErrorCode.RUNS_ALREADY
    unknown = GetDraw(room_id=room_id, giveaway_id="none")
    assert (await host.refused(unknown)).code is ErrorCode.NO_SUCH_ACTIVITY
