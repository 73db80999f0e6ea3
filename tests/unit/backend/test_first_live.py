"""A whole small LIVE over a real socket: sign up, go live, comment, gift, end."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from studio.backend.errors import BackendError
from studio.backend.server import Backend, running_backend
from studio.backend.settings import BackendSettings
from studio.protocol.codes import CloseCode
from studio.protocol.commands import (
    BuyCoins,
    CloseRoom,
    Comment,
    EnterRoom,
    Follow,
    GetBalance,
    Like,
    ListRooms,
    OpenRoom,
    SendGift,
    Share,
)
from studio.protocol.events import (
    Commented,
    Followed,
    GiftSent,
    Joined,
    Liked,
    RoomClosed,
    RoomOpened,
    Shared,
    ViewersCounted,
)
from tests.unit.backend.conftest import CORGI, ROSE, Stage


async def test_nothing_is_left_running(settings: BackendSettings) -> None:
    before = set(threading.enumerate())
    tasks = asyncio.all_tasks()
    async with running_backend(settings) as backend:
        stage = Stage(backend)
        host, room_id = await stage.live(goal_title="Cake", goal_target=5)
        ana = await stage.guest(room_id, "ana", packs=1)
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE))
    assert await host.closed() == CloseCode.SHUTTING_DOWN
    await stage.close()
    left = {one for one in set(threading.enumerate()) - before if one.name.startswith("backend")}
    assert left == set()
    assert asyncio.all_tasks() == tasks
    async with running_backend(settings) as again:
        person = await Stage(again).stranger(host.token)
        assert person.identified is not None
        assert person.identified.live_room is not None
        await person.close()


async def test_a_start_that_fails_leaves_nothing_behind(settings: BackendSettings) -> None:
    before = set(threading.enumerate())  # other tests' backends may run for the whole session
    async with running_backend(settings) as backend:
        with pytest.raises(BackendError, match="already running"):
            await Backend(settings).start()
        elsewhere = replace(settings, data_dir=settings.data_dir / "other", port=backend.port)
        with pytest.raises(BackendError, match="is taken by another program"):
            await Backend(elsewhere).start()
        async with running_backend(replace(elsewhere, port=0)):
            pass
    left = set(threading.enumerate()) - before
    assert not [one.name for one in left if one.name.startswith("backend")]


async def test_a_whole_live(stage: Stage) -> None:
    host = await stage.host("mara")
    opened = await host.ask(
        OpenRoom(title="  Hello \u202e world ", topic="Music", goal_title="Cake", goal_target=500)
    )
    room_id = opened.room.room_id
    assert opened.room.title == "Hello world"
    assert opened.seq == 0
    first = await host.until_event(RoomOpened)
    assert first.seq == 1

    viewer = await stage.viewer("ana", packs=1)
    listed = await viewer.ask(ListRooms())
    assert [room.room_id for room in listed.rooms] == [room_id]
    entered = await viewer.ask(EnterRoom(room_id=room_id))
    assert entered.room.host.handle == "mara"
    await host.until_event(Joined)
    counted = await host.until_event(ViewersCounted)
    assert (counted.viewers, counted.peak, counted.unique) == (1, 1, 1)

    posted = await viewer.ask(Comment(room_id=room_id, text="hi <script>"))
    comment = await host.until_event(Commented)
    assert (comment.text, comment.comment_id, comment.seq) == ("hi <script>", posted.item_id, posted.seq)
    await viewer.ask(Like(room_id=room_id, count=7))
    await viewer.ask(Share(room_id=room_id))
    await viewer.ask(Follow(room_id=room_id))
    assert (await host.until_event(Liked)).total == 7
    await host.until_event(Shared)
    assert (await host.until_event(Followed)).followers == 1

    gift = await viewer.ask(SendGift(room_id=room_id, gift_id=CORGI))
    assert gift.coins == 17_500 - 299
    seen = await host.until_event(GiftSent, gift_id=CORGI)
    assert (seen.room_diamonds, seen.ended, seen.added) == (299, True, 1)
    one = await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE, count=2))
    two = await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE, count=3))
    assert one.streak_id == two.streak_id
    assert two.count == 5
    end = await host.until_event(GiftSent, gift_id=ROSE, ended=True)
    assert (end.count, end.added, end.room_diamonds) == (5, 0, 304)

    closed = await host.ask(CloseRoom(room_id=room_id))
    last = await host.until_event(RoomClosed)
    assert last.totals == closed.totals
    assert last.seq == closed.seq
    totals = closed.totals
    assert (totals.diamonds, totals.gifts, totals.gifters, totals.micro_dollars) == (304, 6, 1, 304 * 5_000)
    assert (totals.likes, totals.comments, totals.shares, totals.new_followers) == (7, 1, 1, 1)
    assert [one.seq for one in host.events] == list(range(1, closed.seq + 1))
    assert (await host.ask(GetBalance())).diamonds == 304
    assert (await viewer.ask(ListRooms())).rooms == ()
    assert closed.supporters[0].person.handle == "ana"
    await viewer.ask(BuyCoins(pack_id="coins-70"))
    assert (await viewer.ask(GetBalance())).coins == 17_500 - 304 + 70
