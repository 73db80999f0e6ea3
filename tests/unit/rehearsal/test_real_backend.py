"""The audience against the real backend: what it was told is in the ledger, even after a kill."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from studio.protocol.commands import GetBalance
from studio.rehearsal.audience import Audience
from tests.unit.rehearsal.real_backend import backend, host, open_room

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone


async def diamonds_in_ledger(url: str, token: str) -> int:
    async with host(url, token) as one:
        return (await one.ask(GetBalance())).diamonds  # type: ignore[no-any-return]


async def until_gifts(audience: Audience, count: int) -> None:
    async with asyncio.timeout(60):
        while audience.report().gifts_answered < count:  # noqa: ASYNC110 - the audience is watched from outside
            await asyncio.sleep(0.02)


async def test_answered_gifts_are_the_ledgers_though_every_viewer_is_cut_off_in_the_storm(
    tmp_path: Path,
) -> None:
    async with backend(tmp_path) as (_, url):
        token, room_id = await open_room(url)
        audience = Audience(url, room_id, seed=7, viewers=8, seconds=5, storm=120)
        show = asyncio.ensure_future(audience.run())
        assert await audience.wait_joined() == 8
        cuts = 0
        for turn in range(24):
            await until_gifts(audience, 5 * (turn + 1))
            cuts += audience.cut(turn % 8)
        report = await show
        assert report.reconnects >= cuts > 8
        assert report.acts_left == report.acts_refused == 0
        assert report.gaps == 0
        assert report.diamonds_answered == await diamonds_in_ledger(url, token) > 0


async def test_a_killed_backend_has_every_answered_gift_when_it_is_back(tmp_path: Path) -> None:
    async with backend(tmp_path) as (process, url):
        token, room_id = await open_room(url)
        audience = Audience(url, room_id, seed=9, viewers=6, seconds=6, storm=100)
        show = asyncio.ensure_future(audience.run())
        await until_gifts(audience, 60)
        process.kill()
        await process.wait()
    async with backend(tmp_path, url.removeprefix("ws://")) as (_, url):
        report = await show
        assert report.reconnects >= 6
        assert report.gaps == 0
        assert report.acts_left == report.acts_refused == 0
        assert report.diamonds_answered == await diamonds_in_ledger(url, token) > 60
