"""Too fast and too slow: buckets, abuse, clients that do not read."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from studio.backend.limits import Buckets, SignInGuard, TokenBucket
from studio.backend.settings import Allowance, BackendSettings, RateLimits, SocketLimits
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import encode, raw
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.commands import Comment, EnterRoom, ListRooms, SignUp
from studio.protocol.frames import Identify, Request
from tests.unit.backend.conftest import PASSWORD, Stage


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    bucket = TokenBucket(Allowance(per_second=2, burst=3), now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(0.5) == 0.0
    assert bucket.take(0.5) > 0.0
    assert [bucket.take(100.0) for _ in range(4)][:3] == [0.0, 0.0, 0.0]
    assert bucket.take(50.0) > 0.0  # a clock that goes back gives nothing


def test_buckets_are_each_keys_own() -> None:
    buckets = Buckets(Allowance(per_second=1, burst=1), clock=lambda: 0.0)
    assert [buckets.take("a"), buckets.take("b"), buckets.take("a")] == [0.0, 0.0, 1.0]


def test_waiting_time_after_wrong_passwords_doubles_up_to_its_limit() -> None:
    now = 0.0
    guard = SignInGuard(RateLimits(sign_in_free_tries=2, sign_in_longest_wait_s=10), lambda: now)
    waits = []
    for _ in range(8):
        guard.failed("address", "mara")
        waits.append(guard.wait_s("address", "mara"))
    assert waits == [0.0, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    assert guard.wait_s("elsewhere", "mara") == 0.0
    guard.succeeded("address", "mara")
    assert guard.wait_s("address", "mara") == 0.0


async def test_commands_above_the_rate_are_refused_then_the_connection_ends(
    staged, settings: BackendSettings
) -> None:
    slow = Allowance(per_second=0.001, burst=5)
    limits = replace(settings.rate_limits, commands_per_connection=slow, abuse_strikes=3)
    async with staged(settings, rate_limits=limits) as stage:
        person = await stage.stranger()
        answers = [await person.response(ListRooms()) for _ in range(7)]
        assert [one.code for one in answers] == [0] * 5 + [ErrorCode.TOO_FAST] * 2
        assert answers[-1].retry_after_ms > 0
        await person.response(ListRooms())
        assert await person.closed() == CloseCode.TOO_FAST
        assert stage.backend.counters.clients_cut_fast == 1


async def test_an_accounts_rate_counts_all_its_connections(staged, settings: BackendSettings) -> None:
    limits = replace(settings.rate_limits, commands_per_account=Allowance(per_second=0.001, burst=4))
    async with staged(settings, rate_limits=limits) as stage:
        ana = await stage.viewer("ana")
        page = await stage.stranger(ana.token)
        codes = [(await one.response(ListRooms())).code for one in (ana, page) * 3]
        assert codes == [0] * 4 + [ErrorCode.TOO_FAST] * 2


async def test_comments_have_a_rate_of_their_own(staged, settings: BackendSettings) -> None:
    limits = replace(settings.rate_limits, comments_per_account=Allowance(per_second=0.001, burst=2))
    async with staged(settings, rate_limits=limits) as stage:
        _, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        codes = [(await ana.response(Comment(room_id=room_id, text="hi"))).code for _ in range(3)]
        assert codes == [0, 0, ErrorCode.TOO_FAST]
        assert (await ana.response(ListRooms())).ok


async def test_sign_ups_from_one_address_have_a_rate(staged, settings: BackendSettings) -> None:
    limits = replace(settings.rate_limits, sign_ups_per_address=Allowance(per_second=0.001, burst=2))
    async with staged(settings, rate_limits=limits) as stage:
        stranger = await stage.stranger()
        codes = [
            (await stranger.response(SignUp(handle=f"ana{number}", password=PASSWORD))).code
            for number in range(3)
        ]
        assert codes == [0, 0, ErrorCode.TOO_FAST]


async def test_a_client_that_does_not_read_is_cut_off_and_nobody_waits_for_it(
    staged, settings: BackendSettings
) -> None:
    sockets = SocketLimits(events_buffer_bytes=64 * 1024, close_timeout_s=0.2)
    async with staged(settings, sockets=sockets, tick_s=0.0) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        # A bare socket that never reads: the kernel's buffers fill, then ours.
        reader, writer = await _deaf_client(stage, room_id)
        text = "x" * 150
        while stage.backend.counters.clients_cut_slow == 0:
            started = [ana.start(Comment(room_id=room_id, text=text)) for _ in range(50)]
            for frame, _ in started:
                await ana.socket.send(frame)
            for _, future in started:
                assert (await asyncio.wait_for(future, 20)).ok
        last = stage.backend.hub.rooms[room_id].seq
        await host.until(lambda: host.events[-1].seq >= last)
        assert stage.backend.counters.clients_cut_slow == 1
        writer.transport.abort()
        del reader
        assert (await ana.ask(Comment(room_id=room_id, text="still here"))).seq > last


async def _deaf_client(stage: Stage, room_id: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Enters the room over a hand-made WebSocket and stops reading for good."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.backend.port, limit=1_024)
    writer.write(
        f"GET {EVENTS_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{stage.backend.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    for message in (Identify(version=1), Request(id="e", command=raw(EnterRoom(room_id=room_id)))):
        body = encode(message).encode()
        length = (
            bytes([0x80 | len(body)])
            if len(body) < 126
            else bytes([0x80 | 126]) + len(body).to_bytes(2, "big")
        )
        writer.write(b"\x81" + length + b"\x00\x00\x00\x00" + body)
    while b'"id":"e"' not in await reader.read(65_536):
        pass
    writer.transport.pause_reading()
    return reader, writer
