"""The measured upload, over a real socket: counted by the server, limited, for signed-in hosts alone."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect

from studio.net.address import parse_address
from studio.net.errors import Disconnected, Rejected
from studio.net.secret import Secret
from studio.net.upload import measure_upload
from studio.protocol import PUBLISH_PATH
from studio.protocol.codec import decode_media_answer, encode
from studio.protocol.codes import ErrorCode
from studio.protocol.media import MEASURE_BYTES, MEASURE_PIECE, Measure, Measured, MediaReady, MediaRefused
from tests.unit.backend.conftest import Stage


async def test_an_upload_is_measured_and_not_again_at_once(stage: Stage) -> None:
    host, _ = await stage.live()
    address = parse_address(stage.backend.url)
    assert await measure_upload(address, Secret(host.token)) > 100_000
    with pytest.raises(Rejected) as refused:
        await measure_upload(address, Secret(host.token))
    assert refused.value.code == ErrorCode.TOO_FAST


async def test_a_stranger_measures_nothing(stage: Stage) -> None:
    with pytest.raises(Rejected) as refused:
        await measure_upload(parse_address(stage.backend.url), Secret("forged"))
    assert refused.value.code == ErrorCode.TOKEN_INVALID


async def test_the_server_counts_what_came_and_stops_at_the_limit(stage: Stage) -> None:
    host, _ = await stage.live()
    async with connect(stage.backend.url + PUBLISH_PATH, compression=None) as socket:
        await socket.send(encode(Measure(token=host.token)))
        assert isinstance(decode_media_answer(await socket.recv()), MediaReady)
        for _ in range(MEASURE_BYTES // MEASURE_PIECE):
            await socket.send(bytes(MEASURE_PIECE))
        answer = decode_media_answer(await asyncio.wait_for(socket.recv(), 20))
        assert isinstance(answer, Measured)
        assert 0 < answer.size <= MEASURE_BYTES - MEASURE_PIECE
        assert answer.took_us > 0
        await socket.wait_closed()


async def test_pieces_that_are_too_large_or_text_end_it(stage: Stage) -> None:
    for handle, piece in (("anna", bytes(MEASURE_PIECE + 1)), ("bert", "words")):
        host, _ = await stage.live(handle)
        async with connect(stage.backend.url + PUBLISH_PATH, compression=None) as socket:
            await socket.send(encode(Measure(token=host.token)))
            assert isinstance(decode_media_answer(await socket.recv()), MediaReady)
            await socket.send(piece)
            assert isinstance(decode_media_answer(await asyncio.wait_for(socket.recv(), 20)), MediaRefused)


async def test_nobody_there_is_a_sentence(stage: Stage) -> None:
    address = parse_address(stage.backend.url)
    await stage.backend.stop()
    with pytest.raises(Disconnected, match=r"\w+"):
        await measure_upload(address, Secret("t"))
