"""The door of the events socket: order, versions, tokens, broken and oversized input.

Coded errors, never a crash.
"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from studio.backend.settings import BackendSettings, SocketLimits
from studio.backend.storage import schema
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import MAX_CLIENT_MESSAGE, decode_server_frame, encode
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.commands import GetBalance, ListRooms, OpenRoom, SignIn, SignOut, SignUp
from studio.protocol.frames import Fault, Identify
from tests.unit.backend.conftest import PASSWORD, Stage, connected


async def _answer(stage: Stage, *texts: str | bytes, identify: bool = False) -> tuple[Fault, int | None]:
    """What the server says to these messages before it closes."""
    async with connected(stage.backend.url) as socket:
        await socket.recv()
        if identify:
            await socket.send(encode(Identify(version=1)))
            await socket.recv()
        for text in texts:
            await socket.send(text)
        fault = decode_server_frame(await socket.recv())
        await socket.wait_closed()
        assert isinstance(fault, Fault)
        return fault, socket.close_code


@pytest.mark.parametrize(
    ("messages", "identify", "code", "close"),
    [
        (["not json"], False, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        (["[]"], True, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        (["[" * 50_000], True, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        ([b"\x00\x01"], False, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        (['{"frame":"nonsense"}'], True, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        (['{"frame":"request","id":"bad id!","command":{}}'], True, ErrorCode.MALFORMED, CloseCode.MALFORMED),
        (['{"frame":"ping","sent_ms":1}'], False, ErrorCode.OUT_OF_ORDER, CloseCode.OUT_OF_ORDER),
        ([encode(Identify(version=1))], True, ErrorCode.OUT_OF_ORDER, CloseCode.OUT_OF_ORDER),
        ([encode(Identify(version=99))], False, ErrorCode.UNSUPPORTED_VERSION, CloseCode.UNSUPPORTED_VERSION),
        (
            [encode(Identify(version=1, token="forged"))],
            False,
            ErrorCode.TOKEN_INVALID,
            CloseCode.TOKEN_INVALID,
        ),
        (["x" * (MAX_CLIENT_MESSAGE + 1)], True, ErrorCode.TOO_LARGE, CloseCode.MALFORMED),
    ],
)
async def test_what_breaks_the_protocol_is_told_and_closed(
    stage: Stage, messages: list[str | bytes], identify: bool, code: ErrorCode, close: CloseCode
) -> None:
    fault, closed = await _answer(stage, *messages, identify=identify)
    assert (fault.code, closed) == (code, close)
    assert fault.message
    assert (await stage.stranger()).identified is not None


async def test_an_enormous_message_ends_only_its_own_connection(stage: Stage) -> None:
    person = await stage.stranger()
    await person.socket.send("x" * (9 * MAX_CLIENT_MESSAGE))
    assert await person.closed() == 1009
    assert (await stage.stranger()).identified is not None


async def test_identify_must_come_in_time(staged, settings: BackendSettings) -> None:
    async with staged(settings, sockets=SocketLimits(identify_timeout_s=0.05)) as stage:
        fault, closed = await _answer(stage)
    assert (fault.code, closed) == (ErrorCode.OUT_OF_ORDER, CloseCode.IDENTIFY_TIMEOUT)


async def test_a_broken_or_unknown_command_is_refused_and_the_session_goes_on(stage: Stage) -> None:
    person = await stage.stranger()
    for command, code in (
        ('{"do":"fly"}', ErrorCode.UNKNOWN_COMMAND),
        ('{"do":"comment"}', ErrorCode.MALFORMED),
        ('{"do":"like","room_id":"r","count":99}', ErrorCode.MALFORMED),
        ("7", ErrorCode.MALFORMED),
    ):
        _, future = person.start(ListRooms(), "one")
        await person.socket.send(f'{{"frame":"request","id":"one","command":{command}}}')
        assert (await future).code == code
    assert (await person.ask(ListRooms())).rooms == ()


async def test_unknown_fields_are_ignored(stage: Stage) -> None:
    person = await stage.stranger()
    _, future = person.start(ListRooms(), "two")
    await person.socket.send('{"frame":"request","id":"two","new":1,"command":{"do":"list_rooms","new":[]}}')
    assert (await future).ok


async def test_ping_tells_the_servers_time(stage: Stage) -> None:
    person = await stage.stranger()
    pong = await person.ping()
    assert pong.sent_ms == 1.5
    assert abs(pong.server_time_ms - time.time() * 1_000) < 60_000


async def test_a_token_opens_later_sessions_until_it_is_revoked(stage: Stage) -> None:
    host, _ = await stage.live()
    again = await stage.stranger(host.token)
    assert again.identified.account.person.handle == "host"
    assert again.identified.live_room.title == "Hello"
    await host.ask(SignOut())
    assert await again.closed() == CloseCode.TOKEN_INVALID
    late = await stage.stranger(host.token)
    assert late.faults[0].code == ErrorCode.TOKEN_INVALID
    assert (await host.refused(GetBalance())).code is ErrorCode.NOT_SIGNED_IN


async def test_an_expired_token_is_refused(stage: Stage) -> None:
    viewer = await stage.viewer("ana")
    await stage.backend.writer.submit(lambda tx: tx.execute(update(schema.tokens).values(expires_ms=1)))
    late = await stage.stranger(viewer.token)
    assert late.faults[0].code == ErrorCode.TOKEN_INVALID
    assert await late.closed() == CloseCode.TOKEN_INVALID


async def test_tokens_and_passwords_are_not_stored_as_they_are(stage: Stage) -> None:
    viewer = await stage.viewer("ana")
    stored = b"".join(path.read_bytes() for path in stage.backend.settings.data_dir.iterdir())
    assert b"ana" in stored
    assert viewer.token.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert b"$argon2id$" in stored


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"handle": "a"}, ErrorCode.INVALID_HANDLE),
        ({"handle": "x" * 25}, ErrorCode.INVALID_HANDLE),
        ({"handle": "ana maria"}, ErrorCode.INVALID_HANDLE),
        ({"handle": "ana\n"}, ErrorCode.INVALID_HANDLE),
        ({"handle": "аna"}, ErrorCode.INVALID_HANDLE),  # a Cyrillic letter that looks Latin
        ({"handle": "MARA"}, ErrorCode.HANDLE_TAKEN),
        ({"password": "short"}, ErrorCode.WEAK_PASSWORD),
        ({"password": "x" * 257}, ErrorCode.WEAK_PASSWORD),
        ({"name": "x" * 201}, ErrorCode.INVALID_TEXT),
        ({"role": "admin"}, ErrorCode.MALFORMED),
    ],
)
async def test_sign_up_is_checked(stage: Stage, fields: dict[str, str], code: ErrorCode) -> None:
    await stage.viewer("mara")
    stranger = await stage.stranger()
    refused = await stranger.refused(SignUp(**{"handle": "ana", "password": PASSWORD, **fields}))
    assert refused.code is code
    assert refused.message


async def test_sign_in(stage: Stage) -> None:
    await stage.viewer("Mara")
    stranger = await stage.stranger()
    for handle, password in (("mara", "wrong password"), ("nobody", PASSWORD), ("mara", "x" * 10_000)):
        assert (
            await stranger.refused(SignIn(handle=handle, password=password))
        ).code is ErrorCode.WRONG_PASSWORD
    answer = await stranger.ask(SignIn(handle="mara", password=PASSWORD))
    assert answer.account.person.handle == "Mara"
    assert answer.expires_ms > time.time() * 1_000 + 29 * 86_400_000


async def test_guessing_passwords_gets_slower(staged, settings: BackendSettings) -> None:
    limits = replace(settings.rate_limits, sign_in_free_tries=2)
    async with staged(settings, rate_limits=limits) as stage:
        await stage.viewer("mara")
        stranger = await stage.stranger()
        codes = [
            (await stranger.refused(SignIn(handle="mara", password="guess number one"))).code
            for _ in range(3)
        ]
        assert codes == [ErrorCode.WRONG_PASSWORD, ErrorCode.WRONG_PASSWORD, ErrorCode.TOO_FAST]
        refused = await stranger.refused(SignIn(handle="MARA", password=PASSWORD))
        assert refused.code is ErrorCode.TOO_FAST
        assert refused.retry_after_ms > 0


async def test_acting_without_an_account(stage: Stage) -> None:
    stranger = await stage.stranger()
    for command in (OpenRoom(title="x"), GetBalance(), SignOut()):
        assert (await stranger.refused(command)).code is ErrorCode.NOT_SIGNED_IN


async def test_only_our_own_page_may_connect(stage: Stage) -> None:
    port = stage.backend.port
    async with connected(stage.backend.url, origin=f"http://127.0.0.1:{port}") as socket:
        assert await socket.recv()
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{port}.evil.example"):
        with pytest.raises(InvalidStatus) as caught:
            await connect(stage.backend.url + EVENTS_PATH, origin=origin)
        assert caught.value.response.status_code == 403
