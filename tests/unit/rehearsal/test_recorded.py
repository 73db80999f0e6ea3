"""Recordings played into the real backend: the room counts what the recording says, whatever happens."""

from __future__ import annotations

import asyncio
import gzip
import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from studio.connectors.plan import Plan, plan_recording, speed
from studio.model.room import CommentAccess, Commenters, RoomTotals
from studio.protocol.commands import CloseRoom
from studio.rehearsal import recorded
from studio.rehearsal.recorded import Played, RecordedAudience, gifts_on_sale
from tests.unit.rehearsal.real_backend import EVERYONE, backend, host, open_room

# Hundreds of clients and a backend: beside other tests, those would wait for them.
pytestmark = pytest.mark.alone

_EVENTS = Path(__file__).parents[2] / "data" / "events"
WEBCAST = _EVENTS / "tiktok_webcast_decoded.jsonl.gz"


async def close_room(url: str, token: str, room_id: str) -> RoomTotals:
    async with host(url, token) as one:
        return (await one.ask(CloseRoom(room_id=room_id))).totals  # type: ignore[no-any-return]


async def replayed(
    folder: Path, path: Path, times: float = math.inf, access: CommentAccess = EVERYONE
) -> tuple[Plan, Played, RoomTotals]:
    """Plays a whole recording into a new room of a new backend."""
    async with backend(folder) as (_, url):
        token, room_id = await open_room(url, access)
        plan = plan_recording(path, await gifts_on_sale(url))
        audience = RecordedAudience(url, room_id, plan, times)
        show = asyncio.ensure_future(audience.play())
        async with asyncio.timeout(100):
            await audience.finished.wait()
        totals = await close_room(url, token, room_id)
        audience.stop()
        await show
        return plan, audience.report(), totals


def assert_whole(plan: Plan, played: Played, totals: RoomTotals) -> None:
    """Every turn was played, and the room counted exactly what the recording asks for."""
    assert played.played == dict(Counter(turn.kind.value for turn in plan.turns))
    assert played.refused == played.left == {}
    expected = asdict(plan.expected)
    assert {name: getattr(totals, name) for name in expected} == expected
    assert totals.diamonds == totals.coins
    assert played.people == len(plan.people)


@pytest.mark.long
async def test_the_largest_recording_makes_the_totals_it_must(tmp_path: Path) -> None:
    plan, played, totals = await replayed(tmp_path, WEBCAST)
    assert_whole(plan, played, totals)
    assert (totals.comments, totals.likes, totals.gifts, totals.gifters) == (95, 979, 129, 30)


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [one.name for one in sorted(_EVENTS.iterdir()) if one != WEBCAST and "text" not in one.name]
)
async def test_every_form_is_played(name: str, tmp_path: Path) -> None:
    assert_whole(*await replayed(tmp_path, _EVENTS / name))


async def test_damage_is_counted_and_the_rest_is_played(tmp_path: Path) -> None:
    lines = (_EVENTS / "twitch_irc.jsonl").read_bytes().splitlines()[:30]
    lines[7], lines[9] = lines[7][:50], b'{"raw": 7}'
    torn = tmp_path / "torn.gz"
    torn.write_bytes(gzip.compress(b"\n".join(lines))[:-40])
    plan, played, totals = await replayed(tmp_path, torn)
    assert_whole(plan, played, totals)
    assert plan.counts.unreadable["(damaged)"] >= 3 and totals.comments > 5


async def test_more_people_than_fit_leave_and_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "MOST_INSIDE", 3)
    monkeypatch.setattr(recorded, "MOST_UNDER_WAY", 4)
    plan, played, totals = await replayed(tmp_path, _EVENTS / "twitch_irc.jsonl")
    assert_whole(plan, played, totals)
    assert len(plan.people) > 20 > totals.peak_viewers


async def test_cut_connections_change_no_total(tmp_path: Path) -> None:
    async with backend(tmp_path) as (_, url):
        token, room_id = await open_room(url)
        plan = plan_recording(_EVENTS / "youtube_livechat.jsonl", await gifts_on_sale(url))
        audience = RecordedAudience(url, room_id, plan, 20)
        show = asyncio.ensure_future(audience.play())
        cuts = 0
        while not audience.finished.is_set():
            cuts += sum(audience.cut(person) for person in range(len(plan.people)))
            await asyncio.sleep(0.3)
        totals = await close_room(url, token, room_id)
        audience.stop()
        await show
    assert cuts > 3
    assert_whole(plan, audience.report(), totals)


async def test_what_the_room_refuses_is_counted_by_kind_and_code(tmp_path: Path) -> None:
    closed = CommentAccess(who=Commenters.NOBODY)
    plan, played, totals = await replayed(tmp_path, _EVENTS / "twitch_irc.jsonl", access=closed)
    assert played.refused == {"comment": plan.expected.comments}
    assert played.codes == {"COMMENTS_CLOSED": plan.expected.comments}
    assert played.played == {"gift": 2} and totals.comments == 0 and totals.gifts == plan.expected.gifts


async def test_a_live_that_ends_in_the_middle_ends_the_replay(tmp_path: Path) -> None:
    async with backend(tmp_path) as (_, url):
        token, room_id = await open_room(url)
        plan = plan_recording(_EVENTS / "twitch_irc.jsonl", await gifts_on_sale(url))
        news = asyncio.Event()
        audience = RecordedAudience(url, room_id, plan, 1, news.set)
        show = asyncio.ensure_future(audience.play())
        async with asyncio.timeout(30):
            await news.wait()
            await close_room(url, token, room_id)
            await audience.finished.wait()
            audience.stop()
            await show
    assert 0 < audience.settled < len(plan.turns)


async def test_a_stopped_replay_returns_at_once(tmp_path: Path) -> None:
    async with backend(tmp_path) as (_, url):
        _, room_id = await open_room(url)
        plan = plan_recording(WEBCAST, await gifts_on_sale(url))
        news = asyncio.Event()
        audience = RecordedAudience(url, room_id, plan, 1, news.set)
        show = asyncio.ensure_future(audience.play())
        async with asyncio.timeout(30):
            await news.wait()
            audience.stop()
            await show
    assert audience.finished.is_set() and audience.settled < len(plan.turns)


async def test_speed_is_how_many_times_as_fast(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    plan, played, totals = await replayed(tmp_path, _EVENTS / "tiktok_euler2026_observed.json", times=2)
    assert loop.time() - begin >= plan.length_ms / 1000 / 2 == 1.5
    assert_whole(plan, played, totals)


def test_a_speed_is_a_number_or_max() -> None:
    assert (speed("2.5"), speed("0"), speed("max")) == (2.5, math.inf, math.inf)
    for wrong in ("-1", "nan", "-inf", "fast", ""):
        with pytest.raises(ValueError, match=r"number|float"):
            speed(wrong)
