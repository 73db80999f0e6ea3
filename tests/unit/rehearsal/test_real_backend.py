"""The audience against the real backend: what it was told is in the ledger, even after a kill."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from studio.protocol import EVENTS_PATH
from studio.protocol.codec import MAX_SERVER_MESSAGE, decode_result
from studio.protocol.commands import Command, GetBalance, OpenRoom, SignUp
from studio.protocol.frames import Response
from studio.protocol.session import ClientSession
from studio.rehearsal.audience import Audience

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

_OPTIONS = ("--no-rate-limits", "--light-passwords", "--stop-with-stdin")


@asynccontextmanager
async def backend(data: Path, listen: str = "127.0.0.1:0") -> AsyncIterator[tuple[Process, str]]:
    command = [sys.executable, "-m", "studio.backend", "--listen", listen, "--data", str(data), *_OPTIONS]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise AssertionError((await process.communicate())[1].decode())
    try:
        yield process, json.loads(line)["url"]
    finally:
        await process.communicate(b"")  # closes its standard input, so it stops


class Host:
    """Just enough of a host: signs up, opens a room, reads the balance."""

    def __init__(self, socket: ClientConnection, token: str = "") -> None:
        self._socket = socket
        self._session = ClientSession("test", token)

    async def ask(self, command: Command) -> Any:
        while not self._session.open:
            await self._step()
        request_id = self._session.request(command)
        while True:
            for one in await self._step():
                if isinstance(one, Response) and one.id == request_id:
                    assert one.ok, one.message
                    return decode_result(type(command), one.result)

    async def _step(self) -> list[Any]:
        for text in self._session.outgoing():
            await self._socket.send(text)
        happenings = list(self._session.receive(await self._socket.recv()))
        for text in self._session.outgoing():
            await self._socket.send(text)
        return happenings


@asynccontextmanager
async def host(url: str, token: str = "") -> AsyncIterator[Host]:
    async with connect(url + EVENTS_PATH, max_size=MAX_SERVER_MESSAGE, compression=None) as socket:
        yield Host(socket, token)


async def open_room(url: str) -> tuple[str, str]:
    """Token of a new host and the id of their room."""
    async with host(url) as one:
        token = (await one.ask(SignUp(handle="host", password="correct horse", role="host"))).token
        return token, (await one.ask(OpenRoom(title="Ink and tea"))).room.room_id


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
