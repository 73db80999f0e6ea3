"""People the page's viewer meets, as plain clients of the protocol: a host with a picture, another viewer.

Event-loop thread; the media engine brings its own threads. Used by the end-to-end tests only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from studio.media.audio.thread import SoundThread
from studio.media.clock import now_ns
from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.timecode import TimecodeSource
from studio.protocol import EVENTS_PATH, PUBLISH_PATH
from studio.protocol.codec import decode_media_answer, decode_result, encode
from studio.protocol.command import Command, Result
from studio.protocol.commands import Entered, EnterRoom, OpenRoom, SignUp
from studio.protocol.events import Event
from studio.protocol.frames import Identified, Notice, Response
from studio.protocol.media import MediaKind, MediaMessage, MediaReady, Publish, pack_media
from studio.protocol.session import ClientSession, RoomCursor, RoomEvents

PASSWORD = "correct horse battery"
WAIT_S = 15.0
#: Small, so that two cores encode, relay and decode it beside the tests; 9:16 as on phones.
WIDTH, HEIGHT, FPS = 360, 640, 30


class Refusal(Exception):
    """The server's answer was no."""


class Client:
    """One events connection that keeps everything it is told."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._session = ClientSession("end-to-end test")
        self._answers: dict[str, asyncio.Future[Response]] = {}
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())
        self.identified: Identified | None = None
        self.account: Any = None
        self.token = ""
        self.room_id = ""
        self.events: list[Event] = []
        self.notices: list[Notice] = []

    async def sign_up(self, handle: str, *, name: str = "", role: str = "viewer") -> Client:
        signed = await self.ask(SignUp(handle=handle, password=PASSWORD, name=name, role=role))
        self.account, self.token = signed.account, signed.token
        return self

    async def open(self, title: str, **more: Any) -> str:
        opened = await self.ask(OpenRoom(title=title, **more))
        self.room_id = opened.room.room_id
        self._session.follow_room(RoomCursor(self.room_id, opened.seq))
        return self.room_id

    async def enter(self, room_id: str) -> Entered:
        entered: Entered = await self.ask(EnterRoom(room_id=room_id))
        self.room_id = room_id
        self._session.follow_room(RoomCursor(room_id, entered.seq))
        return entered

    async def ask(self, command: Command) -> Any:
        """The command's result; `Refusal` when the server says no."""
        request_id = self._session.request(command)
        answer = self._answers[request_id] = asyncio.get_running_loop().create_future()
        await self._flush()
        async with asyncio.timeout(WAIT_S):
            response = await answer
        if not response.ok:
            raise Refusal(f"{response.code} {response.message}")
        result: Result = decode_result(type(command), response.result)
        return result

    async def event(self, kind: type[Event], which: Callable[[Any], bool] = lambda _event: True) -> Any:
        """The first event of that kind that fits; waits for it."""
        return (await self.until(lambda: [e for e in self.events if isinstance(e, kind) and which(e)]))[0]

    async def until(self, found: Callable[[], Any]) -> Any:
        async with asyncio.timeout(WAIT_S), self._changed:
            await self._changed.wait_for(found)
        return found()

    async def close(self) -> None:
        await self._socket.close()
        await self._reader

    async def _flush(self) -> None:
        for text in self._session.outgoing():
            await self._socket.send(text)

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                for happening in self._session.receive(data):
                    self._take(happening)
                await self._flush()
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionClosed:
            return  # the test stops the backend

    def _take(self, happening: object) -> None:
        if isinstance(happening, Identified):
            self.identified = happening
        elif isinstance(happening, Response) and happening.id in self._answers:
            self._answers.pop(happening.id).set_result(happening)
        elif isinstance(happening, RoomEvents):
            self.events += happening.events
        elif isinstance(happening, Notice):
            self.notices.append(happening)


@asynccontextmanager
async def client(url: str) -> AsyncIterator[Client]:
    """A connected client, not signed in."""
    async with connect(url + EVENTS_PATH, compression=None, proxy=None) as socket:
        one = Client(socket)
        try:
            await one.until(lambda: one.identified)
            yield one
        finally:
            await one.close()


@asynccontextmanager
async def publishing(url: str, host: Client) -> AsyncIterator[MediaEngine]:
    """Sends the host's picture, a test pattern with a time code, encoded by the studio's own engine."""
    loop, wake = asyncio.get_running_loop(), asyncio.Event()
    engine = MediaEngine(CanvasSettings(WIDTH, HEIGHT, FPS), sound=SoundThread())
    output = FragmentOutput(on_ready=lambda: loop.call_soon_threadsafe(wake.set))
    engine.start_preview(TimecodeSource(TestPatternSource(WIDTH, HEIGHT, FPS)))
    engine.go_on_air([output], EncoderSettings(bit_rate=800_000, preset="ultrafast"))
    async with asyncio.timeout(WAIT_S):
        await wake.wait()  # the first picture is there, and with it the stream's configuration
    sender = asyncio.create_task(_send(url, host, output, wake))
    try:
        yield engine
    finally:
        sender.cancel()
        await asyncio.wait({sender})
        await asyncio.to_thread(engine.stop)
        if not sender.cancelled() and not isinstance(sender.exception(), ConnectionClosed | None):
            raise sender.exception()


async def _send(url: str, host: Client, output: FragmentOutput, wake: asyncio.Event) -> None:
    config, init = output.config, output.init_segment
    assert config is not None
    assert init is not None
    async with connect(url + PUBLISH_PATH, compression=None, proxy=None) as socket:
        assert config.audio is not None
        mime = f'video/mp4; codecs="{config.codec},{config.audio.codec}"'
        opening = Publish(
            token=host.token, room_id=host.room_id, mime=mime, width=config.width, height=config.height
        )
        await socket.send(encode(opening))
        assert isinstance(decode_media_answer(await socket.recv()), MediaReady)
        await socket.send(pack_media(MediaMessage(MediaKind.INIT, 0, 0, init)))
        output.restart()
        while True:
            await wake.wait()
            wake.clear()
            while (fragment := output.get(0)) is not None:
                captured = fragment.captured_ns
                kind = MediaKind.KEYFRAME if fragment.is_key else MediaKind.DELTA
                at_ns = 0 if captured is None else time.time_ns() - (now_ns() - captured)
                captured_ms = at_ns // 1_000_000
                await socket.send(pack_media(MediaMessage(kind, fragment.pts_us, captured_ms, fragment.data)))
