"""The real backend in a process of its own, and just enough of a host, for the audiences' tests."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from studio.model.room import CommentAccess
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import MAX_SERVER_MESSAGE, decode_result
from studio.protocol.command import Command
from studio.protocol.commands import OpenRoom, SignUp
from studio.protocol.frames import Response
from studio.protocol.session import ClientSession

EVERYONE = CommentAccess()
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


async def open_room(url: str, access: CommentAccess = EVERYONE) -> tuple[str, str]:
    """Token of a new host and the id of their room."""
    async with host(url) as one:
        token = (await one.ask(SignUp(handle="host", password="correct horse", role="host"))).token
        opened = await one.ask(OpenRoom(title="Ink and tea", comment_access=access))
        return token, opened.room.room_id
