"""Real clients of the real backend on port 0; the catalogue and the page are small ones of our own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401 - imported late, at the end of the run, it breaks CPython 3.11.7 (recursion depth)
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from studio.backend.server import Backend, running_backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits
from studio.model.limits import Limits
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import decode_event, decode_result, decode_server_frame, encode, new_id, raw
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import BuyCoins, EnterRoom, OpenRoom, SignUp
from studio.protocol.events import Event
from studio.protocol.frames import (
    Events,
    Fault,
    Hello,
    Identified,
    Identify,
    Notice,
    Ping,
    Pong,
    Request,
    Response,
)

ROSE, CORGI, LION = 1, 2, 3
GIFTS = [
    {"id": ROSE, "name": "Rose", "coins": 1, "streakable": True, "tier": 1, "art": "rose.svg"},
    {"id": CORGI, "name": "Corgi", "coins": 299, "streakable": False, "tier": 3, "art": "corgi.svg"},
    {"id": LION, "name": "Lion", "coins": 29_999, "streakable": False, "tier": 5, "art": "lion.svg"},
]
PASSWORD = "correct horse"


class Refused(Exception):
    """The server's answer was no."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.code} {response.message}")
        self.code = ErrorCode(response.code)
        self.message = response.message
        self.retry_after_ms = response.retry_after_ms


class Person:
    """One events connection. Frames are read in the background and can be waited for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.hello: Hello | None = None
        self.identified: Identified | None = None
        self.account: Any = None
        self.token = ""
        self.events: list[Event] = []
        self.frames: list[Events] = []
        self.notices: list[Notice] = []
        self.faults: list[Fault] = []
        self.pongs: list[Pong] = []
        self._answers: dict[str, asyncio.Future[Response]] = {}
        self._changed = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        return self.account.person.id

    async def identify(self, token: str = "") -> Person:
        self.hello = decode_server_frame(await self.socket.recv())
        await self.socket.send(encode(Identify(version=1, client="test", token=token)))
        self._reader = asyncio.create_task(self._read())
        await self.until(lambda: self.identified is not None or self.faults)
        if self.identified is not None:
            self.account, self.token = self.identified.account, token
        return self

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # the close code is read from the socket
            while True:
                frame = decode_server_frame(await self.socket.recv())
                async with self._changed:
                    self._take(frame)
                    self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()

    def _take(self, frame: Any) -> None:
        match frame:
            case Identified():
                self.identified = frame
            case Response() if frame.id in self._answers:
                self._answers.pop(frame.id).set_result(frame)
            case Events():
                self.frames.append(frame)
                self.events += [decode_event(one) for one in frame.events]
            case Notice():
                self.notices.append(frame)
            case Fault():
                self.faults.append(frame)
            case Pong():
                self.pongs.append(frame)

    async def until(self, condition: Callable[[], object], timeout: float = 20.0) -> None:
        """Waits until the condition holds after a frame; a failed test says what had come."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    async def until_event(self, kind: type[Event], **fields: Any) -> Any:
        def found() -> list[Event]:
            return [
                one
                for one in self.events
                if isinstance(one, kind)
                and all(getattr(one, name) == value for name, value in fields.items())
            ]

        await self.until(found)
        return found()[-1]

    def start(self, command: Command, request_id: str | None = None) -> tuple[str, asyncio.Future[Response]]:
        request_id = request_id or new_id()
        future = asyncio.get_running_loop().create_future()
        self._answers[request_id] = future
        return encode(Request(id=request_id, command=raw(command))), future

    async def response(self, command: Command, request_id: str | None = None) -> Response:
        text, future = self.start(command, request_id)
        await self.socket.send(text)
        return await asyncio.wait_for(future, 20)

    async def ask(self, command: Command, request_id: str | None = None) -> Any:
        response = await self.response(command, request_id)
        if not response.ok:
            raise Refused(response)
        return decode_result(type(command), response.result)

    async def refused(self, command: Command, request_id: str | None = None) -> Refused:
        with pytest.raises(Refused) as caught:
            await self.ask(command, request_id)
        return caught.value

    async def sign_up(self, handle: str, role: str = "viewer", name: str = "") -> Person:
        answer = await self.ask(SignUp(handle=handle, password=PASSWORD, role=role, name=name))
        self.account, self.token = answer.account, answer.token
        return self

    async def ping(self) -> Pong:
        before = len(self.pongs)
        await self.socket.send(encode(Ping(sent_ms=1.5)))
        await self.until(lambda: len(self.pongs) > before)
        return self.pongs[-1]

    async def closed(self) -> int | None:
        await asyncio.wait_for(self.socket.wait_closed(), 20)
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()
        if self._reader is not None:
            await self._reader


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[ClientConnection]:
    options.setdefault("compression", None)
    async with connect(url + EVENTS_PATH, max_size=2**24, **options) as socket:
        yield socket


class Stage:
    """A backend and its people; everyone is closed at the end of the test."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.people: list[Person] = []

    async def stranger(self, token: str = "", **options: Any) -> Person:
        options.setdefault("compression", None)
        socket = await connect(self.backend.url + EVENTS_PATH, max_size=2**24, **options)
        person = await Person(socket).identify(token)
        self.people.append(person)
        return person

    async def viewer(self, handle: str, packs: int = 0) -> Person:
        person = await (await self.stranger()).sign_up(handle)
        for _ in range(packs):
            await person.ask(BuyCoins(pack_id="coins-17500"))
        return person

    async def host(self, handle: str = "host") -> Person:
        return await (await self.stranger()).sign_up(handle, role="host")

    async def live(self, handle: str = "host", **fields: Any) -> tuple[Person, str]:
        host = await self.host(handle)
        opened = await host.ask(OpenRoom(title="Hello", **fields))
        return host, opened.room.room_id

    async def guest(self, room_id: str, handle: str, packs: int = 0) -> Person:
        person = await self.viewer(handle, packs)
        await person.ask(EnterRoom(room_id=room_id))
        return person

    async def close(self) -> None:
        for person in self.people:
            await person.close()


@pytest.fixture
def settings(tmp_path: Path) -> BackendSettings:
    """No rate limits, light passwords, short streaks: each test changes what it is about."""
    gifts, viewer = tmp_path / "gifts", tmp_path / "viewer"
    gifts.mkdir()
    viewer.mkdir()
    (gifts / "catalogue.json").write_bytes(msgspec.json.encode(GIFTS))
    (gifts / "rose.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (viewer / "index.html").write_text("<!doctype html><title>viewer</title>")
    (viewer / "app.js").write_text("export {};")
    return BackendSettings(
        data_dir=tmp_path / "data",
        gifts_dir=gifts,
        viewer_dir=viewer,
        rate_limits=RateLimits.off(),
        password_cost=PasswordCost.light(),
        limits=Limits(streak_timeout_ms=300),
    )


@pytest.fixture
async def stage(settings: BackendSettings) -> AsyncIterator[Stage]:
    async with running_backend(settings) as backend:
        stage = Stage(backend)
        try:
            yield stage
        finally:
            await stage.close()


@pytest.fixture
def staged() -> Callable[..., Any]:
    """`async with staged(settings, tick_s=...)`: a stage of one's own."""

    @asynccontextmanager
    async def make(settings: BackendSettings, **changes: Any) -> AsyncIterator[Stage]:
        async with running_backend(replace(settings, **changes)) as backend:
            stage = Stage(backend)
            try:
                yield stage
            finally:
                await stage.close()

    return make


async def http_get(
    backend: Backend, path: str, *lines: str, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """A plain request as written, without a library that would tidy the path."""
    reader, writer = await asyncio.open_connection("127.0.0.1", backend.port)
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{backend.port}", *lines, "", ""]
    writer.write("\r\n".join(head).encode())
    data = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    await writer.wait_closed()
    top, _, body = data.partition(b"\r\n\r\n")
    status, *fields = top.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return int(status.split(" ")[1]), headers, body


def json_of(body: bytes) -> Any:
    return json.loads(body)
