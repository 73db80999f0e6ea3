"""The picture: newcomers, changes of publisher, slow viewers, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect

from studio.backend.settings import BackendSettings, SocketLimits
from studio.protocol import PUBLISH_PATH, WATCH_PATH
from studio.protocol.codec import decode_media_answer, encode
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.commands import CloseRoom, ListRooms
from studio.protocol.media import (
    MAX_MEDIA_MESSAGE,
    MediaKind,
    MediaMessage,
    MediaReady,
    MediaRefused,
    Publish,
    Watch,
    pack_media,
)
from tests.unit.backend.conftest import Stage

MIME = 'video/mp4; codecs="avc1.42E01F"'


def media(kind: MediaKind, number: int, size: int = 16) -> bytes:
    payload = number.to_bytes(4, "big").ljust(size, b"\0")
    return pack_media(MediaMessage(kind=kind, pts_us=number, captured_ms=number, payload=payload))


INIT = media(MediaKind.INIT, 0)


@asynccontextmanager
async def publishing(
    stage: Stage, room_id: str, token: str, **fields: object
) -> AsyncIterator[ClientConnection]:
    opening = {"mime": MIME, "width": 720, "height": 1280, **fields}
    async with connect(stage.backend.url + PUBLISH_PATH, compression=None) as socket:
        await socket.send(encode(Publish(token=token, room_id=room_id, **opening)))
        yield socket


@asynccontextmanager
async def watching(stage: Stage, room_id: str, **options: object) -> AsyncIterator[ClientConnection]:
    async with connect(stage.backend.url + WATCH_PATH, compression=None, max_size=2**23, **options) as socket:
        await socket.send(encode(Watch(room_id=room_id)))
        yield socket


async def ready(socket: ClientConnection) -> MediaReady:
    answer = decode_media_answer(await asyncio.wait_for(socket.recv(), 20))
    assert isinstance(answer, MediaReady), answer
    return answer


async def taken(stage: Stage, count: int) -> None:
    """Waits until the server has taken that many messages of the picture."""
    async with asyncio.timeout(20):
        while stage.backend.counters.media_messages_in < count:  # noqa: ASYNC110 - a counter is all there is
            await asyncio.sleep(0)


async def test_a_newcomer_gets_the_opening_and_everything_since_the_keyframe(stage: Stage) -> None:
    host, room_id = await stage.live()
    async with publishing(stage, room_id, host.token) as publisher, watching(stage, room_id) as early:
        await ready(publisher)
        assert (await ready(early)).mime in ("", MIME)
        sent = [INIT, *(media(MediaKind.KEYFRAME if n % 3 == 0 else MediaKind.DELTA, n) for n in range(1, 9))]
        for message in sent:
            await publisher.send(message)
        await taken(stage, len(sent))
        async with watching(stage, room_id) as late:
            answer = await ready(late)
            assert (answer.mime, answer.width, answer.height) == (MIME, 720, 1280)
            assert [await late.recv() for _ in range(4)] == [INIT, *sent[6:]]
            await publisher.send(media(MediaKind.DELTA, 9))
            assert await late.recv() == media(MediaKind.DELTA, 9)
        assert (await ready(early)).mime == MIME
        assert [await early.recv() for _ in range(5)] == [
            INIT,
            *sent[3:7],
        ]  # nothing before the first keyframe
        assert (await host.ask(ListRooms())).rooms[0].has_picture
    async with asyncio.timeout(20):
        while (await host.ask(ListRooms())).rooms[0].has_picture:
            pass


async def test_a_new_publisher_replaces_the_old_and_viewers_stay(stage: Stage) -> None:
    host, room_id = await stage.live()
    async with publishing(stage, room_id, host.token) as old, watching(stage, room_id) as viewer:
        await ready(old)
        await ready(viewer)
        await old.send(INIT)
        await old.send(media(MediaKind.KEYFRAME, 1))
        assert (await ready(viewer)).mime == MIME
        assert [await viewer.recv() for _ in range(2)] == [INIT, media(MediaKind.KEYFRAME, 1)]
        async with publishing(stage, room_id, host.token, mime="video/mp4", width=1_080) as new:
            await ready(new)
            await old.wait_closed()
            assert old.close_code == CloseCode.REPLACED
            await new.send(INIT)
            await new.send(media(MediaKind.DELTA, 5))
            await new.send(media(MediaKind.KEYFRAME, 6))
            answer = await ready(viewer)
            assert (answer.mime, answer.width) == ("video/mp4", 1_080)
            assert [await viewer.recv() for _ in range(2)] == [INIT, media(MediaKind.KEYFRAME, 6)]
            await host.ask(CloseRoom(room_id=room_id))
            for socket in (new, viewer):
                await asyncio.wait_for(socket.wait_closed(), 20)
                assert socket.close_code == CloseCode.ROOM_CLOSED


@pytest.mark.parametrize(
    ("case", "code", "close"),
    [
        ("forged", ErrorCode.TOKEN_INVALID, CloseCode.TOKEN_INVALID),
        ("other", ErrorCode.NOT_YOUR_ROOM, CloseCode.NOT_ALLOWED),
        ("nowhere", ErrorCode.NO_SUCH_ROOM, CloseCode.NOT_ALLOWED),
        ("huge", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("mime", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("text", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("binary", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("watch", ErrorCode.OUT_OF_ORDER, CloseCode.OUT_OF_ORDER),
        ("no init", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("version", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("kind", ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ("text later", ErrorCode.MALFORMED, CloseCode.MALFORMED),
    ],
)
async def test_what_a_publisher_may_not_do(
    stage: Stage, case: str, code: ErrorCode, close: CloseCode
) -> None:
    host, room_id = await stage.live()
    other = await stage.host("other")
    openings = {
        "forged": Publish(token="x", room_id=room_id, mime=MIME, width=1, height=1),
        "other": Publish(token=other.token, room_id=room_id, mime=MIME, width=1, height=1),
        "nowhere": Publish(token=host.token, room_id="nowhere", mime=MIME, width=1, height=1),
        "huge": Publish(token=host.token, room_id=room_id, mime=MIME, width=10**9, height=1),
        "mime": Publish(token=host.token, room_id=room_id, mime="text/html", width=1, height=1),
        "watch": Watch(room_id=room_id),
    }
    later: dict[str, str | bytes] = {
        "no init": media(MediaKind.KEYFRAME, 1),
        "version": b"\x07" + INIT[1:],
        "kind": b"\x01\x09" + INIT[2:],
        "text later": "hello",
    }
    good = Publish(token=host.token, room_id=room_id, mime=MIME, width=720, height=1280)
    async with connect(stage.backend.url + PUBLISH_PATH, compression=None) as socket:
        await socket.send({"text": "no", "binary": b"no"}.get(case) or encode(openings.get(case, good)))
        if case in later:
            await ready(socket)
            await socket.send(later[case])
        answer = decode_media_answer(await asyncio.wait_for(socket.recv(), 20))
        assert isinstance(answer, MediaRefused)
        assert answer.code == code
        await asyncio.wait_for(socket.wait_closed(), 20)
        assert socket.close_code == close


async def test_watching_needs_a_live_room_and_silence(stage: Stage) -> None:
    _, room_id = await stage.live()
    async with watching(stage, "nowhere") as socket:
        answer = decode_media_answer(await socket.recv())
        assert answer.code == ErrorCode.NO_SUCH_ROOM
    async with watching(stage, room_id) as socket:
        assert (await ready(socket)).mime == ""
        await socket.send("hello?")
        assert decode_media_answer(await socket.recv()).code == ErrorCode.MALFORMED


async def test_a_large_keyframe_passes_and_a_larger_message_does_not(stage: Stage) -> None:
    host, room_id = await stage.live()
    async with publishing(stage, room_id, host.token) as publisher, watching(stage, room_id) as viewer:
        await ready(publisher)
        await ready(viewer)
        await publisher.send(INIT)
        big = media(MediaKind.KEYFRAME, 1, MAX_MEDIA_MESSAGE)
        await publisher.send(big)
        await ready(viewer)
        assert await viewer.recv() == INIT
        assert await viewer.recv() == big
        await publisher.send(media(MediaKind.KEYFRAME, 2, MAX_MEDIA_MESSAGE + 1))
        await asyncio.wait_for(publisher.wait_closed(), 20)
        assert publisher.close_code == 1009


async def test_a_slow_viewer_skips_to_a_keyframe_and_others_miss_nothing(
    staged, settings: BackendSettings
) -> None:
    sockets = SocketLimits(media_buffer_bytes=128 * 1024, media_stall_s=600.0)
    async with staged(settings, sockets=sockets) as stage:
        host, room_id = await stage.live()
        counters = stage.backend.counters
        async with (
            publishing(stage, room_id, host.token) as publisher,
            watching(stage, room_id, max_queue=1) as slow,
            watching(stage, room_id, max_queue=None) as quick,
        ):
            for socket in (publisher, slow, quick):
                await ready(socket)
            await publisher.send(INIT)
            number = 0
            while counters.media_skips == 0:
                number += 1
                kind = MediaKind.KEYFRAME if number % 10 == 1 else MediaKind.DELTA
                await publisher.send(media(kind, number, 64 * 1024))
                await taken(stage, number + 1)
            skipped_at = number
            got = await _drain(slow)
            while number < skipped_at + 40:
                number += 1
                kind = MediaKind.KEYFRAME if number % 10 == 1 else MediaKind.DELTA
                await publisher.send(media(kind, number, 64 * 1024))
                await taken(stage, number + 1)
                got += await _drain(slow)
            assert await _drain(quick, until=number) == list(range(1, number + 1))
            got += [] if got and got[-1] == number else await _drain(slow, until=number)
            jump = next(place for place in range(1, len(got)) if got[place] != got[place - 1] + 1)
            assert got[:jump] == list(range(1, jump + 1))
            assert got[jump] % 10 == 1
            assert counters.media_messages_dropped > 0


async def _drain(socket: ClientConnection, until: int = 0) -> list[int]:
    """The numbers of the messages that have come; with ``until``, waits for that one."""
    numbers: list[int] = []
    while not (until and numbers and numbers[-1] == until):
        try:
            message = await asyncio.wait_for(socket.recv(), 20 if until else 0.05)
        except TimeoutError:
            assert not until, numbers[-5:]
            break
        if isinstance(message, bytes) and message != INIT:
            numbers.append(int.from_bytes(message[20:24], "big"))
    return numbers


async def test_a_viewer_that_never_reads_is_cut_off(staged, settings: BackendSettings) -> None:
    sockets = SocketLimits(media_buffer_bytes=64 * 1024, media_stall_s=0.0, close_timeout_s=0.1)
    async with staged(settings, sockets=sockets) as stage:
        host, room_id = await stage.live()
        async with publishing(stage, room_id, host.token) as publisher:
            await ready(publisher)
            await publisher.send(INIT)
            async with watching(stage, room_id, max_queue=1) as deaf:
                await ready(deaf)
                number = 0
                while stage.backend.counters.media_cut_slow == 0:
                    number += 1
                    await publisher.send(media(MediaKind.KEYFRAME, number, 256 * 1024))
                    await taken(stage, number + 1)
                assert stage.backend.relay.watchers() == 0
                deaf.transport.abort()


async def test_the_backlog_is_bounded(staged, settings: BackendSettings) -> None:
    async with staged(settings, sockets=SocketLimits(media_backlog_bytes=10_000)) as stage:
        host, room_id = await stage.live()
        async with publishing(stage, room_id, host.token) as publisher:
            await ready(publisher)
            for message in (INIT, media(MediaKind.KEYFRAME, 1, 6_000), media(MediaKind.DELTA, 2, 6_000)):
                await publisher.send(message)
            await taken(stage, 3)
            assert stage.backend.counters.media_backlog_overflows == 1
            async with watching(stage, room_id) as viewer:
                await ready(viewer)
                assert await viewer.recv() == INIT
                await publisher.send(media(MediaKind.DELTA, 3))
                await publisher.send(media(MediaKind.KEYFRAME, 4))
                assert await viewer.recv() == media(MediaKind.KEYFRAME, 4)
