"""The event connection against the real backend: silence, cuts, waiting, resending, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from studio.backend.server import Backend, running_backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits
from studio.net import connection as connection_module
from studio.net.address import BackendAddress, parse_address
from studio.net.backoff import Backoff
from studio.net.connection import EventConnection, LinkState, LinkStatus
from studio.net.errors import Disconnected, Rejected
from studio.net.secret import Secret
from studio.protocol.codec import encode
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command, Result
from studio.protocol.commands import (
    BuyCoins,
    EnterRoom,
    GetBalance,
    GiftAccepted,
    OpenRoom,
    SendGift,
    SignedIn,
    SignOut,
    SignUp,
)
from studio.protocol.frames import Fault
from studio.protocol.session import Happening, RoomEvents
from tests.studio_parts import until

ROSE = 1001
LONG_S = 3_600.0


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[Backend]:
    settings = BackendSettings(
        data_dir=tmp_path / "data", rate_limits=RateLimits.off(), password_cost=PasswordCost.light()
    )
    async with running_backend(settings) as running:
        yield running


class Wire:
    """A TCP proxy that can swallow what passes, or cut at a chosen word. Real sockets on both sides."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self.swallows = False
        self.swallowed = 0
        self.refuses = False
        self.opened = 0
        #: Called with each piece that comes from the backend; True cuts before it is passed on.
        self.cut_at: Callable[[bytes], bool] = lambda data: False

    @property
    def address(self) -> BackendAddress:
        assert self._server is not None
        return parse_address(f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        # The pipes end with their sockets; their tasks belong to this loop alone.
        await until(lambda: not self._writers, "the proxy's pipes ended")

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        if self.refuses:
            writer.transport.abort()
            return
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._target)
        pair = [writer, back_writer]
        self._writers += pair
        await asyncio.gather(
            self._pipe(reader, back_writer, pair), self._pipe(back_reader, writer, pair, self._check)
        )
        for one in pair:
            self._writers.remove(one)

    def _check(self, data: bytes) -> bool:
        return self.cut_at(data)

    async def _pipe(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pair: list[asyncio.StreamWriter],
        cut: Callable[[bytes], bool] = lambda data: False,
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if cut(data):
                    break
                if self.swallows:
                    self.swallowed += 1
                    continue
                writer.write(data)
                await writer.drain()
        for one in pair:
            one.transport.abort()


@pytest.fixture
async def wire(backend: Backend) -> AsyncIterator[Wire]:
    wire = Wire(backend.port)
    await wire.start()
    yield wire
    await wire.stop()


@dataclass
class Client:
    """A connection with all it said."""

    connection: EventConnection
    states: list[LinkStatus] = field(default_factory=list)
    heard: list[Happening] = field(default_factory=list)

    async def ask(self, command: Command) -> Result:
        async with asyncio.timeout(20):
            return await self.connection.ask(command)

    async def sign_up(self, handle: str, role: str = "viewer") -> str:
        signed_in = await self.ask(SignUp(handle=handle, password="a long password", role=role))
        assert isinstance(signed_in, SignedIn)
        self.connection.token = Secret(signed_in.token)
        return signed_in.token

    async def until(self, state: LinkState) -> None:
        await until(lambda: self.connection.status.state is state, f"the connection is {state.value}")

    @property
    def seqs(self) -> list[int]:
        return [event.seq for one in self.heard if isinstance(one, RoomEvents) for event in one.events]


@asynccontextmanager
async def client(address: BackendAddress, wait_s: float = 0.01, token: str = "") -> AsyncIterator[Client]:
    made = Client(EventConnection(address, "test", lambda _: None, lambda _: None, Backoff(wait_s, wait_s)))
    made.connection._on_status = made.states.append
    made.connection._on_happening = made.heard.append
    made.connection.token = Secret(token)
    made.connection.start()
    await made.connection.wait_open()
    try:
        yield made
    finally:
        await made.connection.stop()


async def test_a_backend_that_falls_silent_is_noticed_and_left(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "PING_EVERY_S", 0.1)
    monkeypatch.setattr(connection_module, "SILENCE_S", 1.5)
    async with client(wire.address) as studio:
        await studio.sign_up("rin")
        wire.swallows = True  # the sockets stay open on both sides: nothing but silence tells
        with pytest.raises(Disconnected):
            await studio.ask(GetBalance())
        assert wire.swallowed > 0
        await until(
            lambda: any("did not answer in time" in status.detail for status in studio.states), "it says why"
        )
        wire.swallows = False
        await studio.until(LinkState.CONNECTED)
        await studio.ask(GetBalance())  # and signed in again, with the token


async def test_waiting_counts_down_and_now_means_now(wire: Wire) -> None:
    async with client(wire.address, wait_s=LONG_S) as studio:
        wire.refuses = True
        wire.cut()
        await until(lambda: studio.connection.status.retry_in_s is not None, "it says when it tries again")
        assert studio.connection.status.state is LinkState.RECONNECTING
        assert studio.connection.status.retry_in_s >= LONG_S * 0.8
        tries = wire.opened
        studio.connection.retry_now()
        await until(lambda: wire.opened == tries + 1, "one more try")
        await until(lambda: studio.connection.status.retry_in_s is not None, "it waits again")
        wire.refuses = False
        studio.connection.retry_now()
        await studio.until(LinkState.CONNECTED)
        assert wire.opened == tries + 2


async def test_the_first_failure_is_told_at_once_and_the_tries_go_on(wire: Wire) -> None:
    wire.refuses = True
    states: list[LinkStatus] = []
    connection = EventConnection(wire.address, "test", states.append, lambda _: None, Backoff(LONG_S, LONG_S))
    connection.start()
    with pytest.raises(Disconnected, match=r"answers|broke|No connection"):
        await connection.wait_open(LONG_S)
    wire.refuses = False
    connection.retry_now()
    await connection.wait_open()
    await connection.stop()
    assert states[-1] == LinkStatus()


async def test_a_gift_cut_off_before_its_answer_counts_once(backend: Backend, wire: Wire) -> None:
    direct = parse_address(backend.url)
    async with client(direct) as host, client(wire.address) as viewer:
        await host.sign_up("host", "host")
        opened = await host.ask(OpenRoom(title="Hello"))
        await viewer.sign_up("ana")
        room_id = opened.room.room_id  # type: ignore[attr-defined]
        await viewer.ask(EnterRoom(room_id=room_id))
        await viewer.ask(BuyCoins(pack_id="coins-70"))
        cuts: list[bytes] = []

        def at_the_answer(data: bytes) -> bool:
            if b"transfer_id" in data and b"response" in data and not cuts:
                cuts.append(data)
            return len(cuts) == 1 and data is cuts[0]

        wire.cut_at = at_the_answer
        accepted = await viewer.ask(SendGift(room_id=room_id, gift_id=ROSE))
        assert isinstance(accepted, GiftAccepted)
        assert cuts, "the answer was on its way when the wire broke"
        assert wire.opened == 2 and viewer.connection.commands.resent == 1
        assert accepted.coins == 69
        assert (await viewer.ask(GetBalance())).coins == 69  # type: ignore[attr-defined]
        cursor = host.connection.rooms[room_id]
        await until(lambda: cursor.last_seq >= accepted.seq, "the host has heard")
        assert host.seqs == list(range(1, len(host.seqs) + 1))


async def test_commands_without_a_connection(wire: Wire) -> None:
    async with client(wire.address, wait_s=LONG_S) as host:
        await host.sign_up("host", "host")
        wire.refuses = True
        wire.cut()
        await until(lambda: host.connection.status.retry_in_s is not None, "cut off")
        with pytest.raises(Disconnected, match="broke"):  # a question has nobody to answer it
            await host.ask(GetBalance())
        opening = asyncio.ensure_future(host.ask(OpenRoom(title="Later")))  # this one waits
        await asyncio.sleep(0)
        assert len(host.connection.commands) == 1
        wire.refuses = False
        host.connection.retry_now()
        assert (await opening).room.title == "Later"  # type: ignore[attr-defined]
        with pytest.raises(Rejected) as refused:
            await host.ask(OpenRoom(title="Twice"))
        assert refused.value.code == ErrorCode.ALREADY_LIVE


async def test_a_revoked_token_ends_the_tries_and_what_waits(backend: Backend, wire: Wire) -> None:
    async with client(wire.address, wait_s=LONG_S) as studio:
        token = await studio.sign_up("rin", "host")
        wire.cut()
        await until(lambda: studio.connection.status.retry_in_s is not None, "cut off")
        async with client(parse_address(backend.url), token=token) as elsewhere:
            await elsewhere.ask(SignOut())
        waiting = asyncio.ensure_future(studio.ask(OpenRoom(title="Hello")))
        studio.connection.retry_now()
        await studio.until(LinkState.OFFLINE)
        status = studio.connection.status
        assert status.token_refused and status.retry_in_s is None
        assert status.detail.endswith("has expired or was ended elsewhere; sign in again.")
        assert token not in status.detail
        with pytest.raises(Disconnected, match="sign in again"):
            await waiting
        tries = wire.opened
        with pytest.raises(Disconnected, match="sign in again"):  # and later ones do not wait for ever
            await studio.ask(OpenRoom(title="Again"))
        assert wire.opened == tries


async def test_stopping_leaves_nothing_behind_however_busy(backend: Backend) -> None:
    before = asyncio.all_tasks()
    for number in range(20):
        async with client(parse_address(backend.url)) as one:
            await one.sign_up(f"viewer{number}")
            # Answers are on their way while it stops: a cancellation must not be lost to one of them.
            asking = [asyncio.ensure_future(one.ask(GetBalance())) for _ in range(5)]
            await asking[0]
        for each in await asyncio.gather(*asking, return_exceptions=True):
            assert not isinstance(each, BaseException) or isinstance(each, Disconnected)
        assert one.connection.status == LinkStatus()
    await until(lambda: len(asyncio.all_tasks()) <= len(before), "no task is left")


async def test_a_flood_of_messages_leaves_the_loop_its_turns() -> None:
    async def flood(socket: ServerConnection) -> None:
        for _ in range(400):
            await socket.send(encode(Fault.of(ErrorCode.TOO_FAST)))
        await socket.wait_closed()

    heard, in_a_row = 0, [0]

    def busy(_: Happening) -> None:
        nonlocal heard
        heard += 1
        in_a_row[-1] += 1
        until_s = time.monotonic() + 0.001
        while time.monotonic() < until_s:
            pass

    async with serve(flood, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        address = parse_address(f"ws://127.0.0.1:{port}")
        connection = EventConnection(address, "test", lambda _: None, busy, Backoff(LONG_S, LONG_S))
        connection.start()
        try:
            async with asyncio.timeout(20):
                while heard < 400:
                    await asyncio.sleep(0)
                    in_a_row.append(0)
        finally:
            await connection.stop()
    assert 0 < max(in_a_row) <= 12  # in 8 ms, of a millisecond each
