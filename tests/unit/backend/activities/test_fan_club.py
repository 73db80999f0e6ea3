"""The fan club: joining, points by gifts and visits, levels everyone sees, leaving, restarts."""

from __future__ import annotations

from typing import Any

from studio.backend.settings import BackendSettings
from studio.protocol.activities import GetFans, JoinFanClub
from studio.protocol.activity_events import FanChanged
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import CloseRoom, Comment, EnterRoom, OpenRoom, SendGift
from studio.protocol.events import Joined
from tests.unit.backend.conftest import ROSE, Stage


async def test_gifts_raise_the_level_of_a_member_only(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana", packs=1), await stage.guest(room_id, "ben", packs=1)
    await ana.ask(JoinFanClub(room_id=room_id))
    joined = await host.until_event(FanChanged, joined=True)
    assert (joined.person.handle, joined.level, joined.fans) == ("ana", 1, 1)
    await ana.ask(JoinFanClub(room_id=room_id))  # twice is once
    await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=49))
    await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=1))
    await ben.ask(SendGift(room_id=room_id, gift_id=ROSE, count=60))
    await host.until_event(FanChanged, joined=False, level=2)
    await host.ping()
    assert len([one for one in host.events if isinstance(one, FanChanged)]) == 2
    fans = await ben.ask(GetFans(room_id=room_id))
    assert [(fan.person.handle, fan.points, fan.level) for fan in fans.top] == [("ana", 50, 2)]
    assert (await host.refused(JoinFanClub(room_id=room_id))).code is ErrorCode.NOT_YOURSELF


async def test_coming_to_the_next_live_counts_and_is_seen(staged: Any, settings: BackendSettings) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        await ana.ask(JoinFanClub(room_id=room_id))
        await host.ask(CloseRoom(room_id=room_id))
        tokens = host.token, ana.token
    async with staged(settings) as stage:
        host, ana = [await stage.stranger(token) for token in tokens]
        room_id = (await host.ask(OpenRoom(title="Again"))).room.room_id
        await ana.ask(EnterRoom(room_id=room_id))
        came = await host.until_event(Joined)
        assert (came.person.handle, came.fan_level, came.newcomer) == ("ana", 1, False)
        await stage.guest(room_id, "ben")
        other = await host.until_event(Joined, newcomer=True)
        assert other.person.handle == "ben", "who was in no LIVE of this host's before"
        await ana.ask(Comment(room_id=room_id, text="hello again"))
        entered = await ana.ask(EnterRoom(room_id=room_id))
        assert entered.mine.fan.points == 10
        assert entered.fans == {ana.id: 1}, "whose words a newcomer sees, with their levels"


async def test_who_leaves_has_no_level_and_no_points(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=1)
    await ana.ask(JoinFanClub(room_id=room_id))
    await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=60))
    await ana.ask(JoinFanClub(room_id=room_id, member=False))
    gone = await host.until_event(FanChanged, level=0)
    assert gone.fans == 0
    assert (await ana.ask(EnterRoom(room_id=room_id))).mine.fan is None
    await ana.ask(JoinFanClub(room_id=room_id))
    assert (await ana.ask(EnterRoom(room_id=room_id))).mine.fan.points == 0
