"""Measures the upload to the backend: sends for a moment and lets the backend count.

One coroutine on the event loop.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from typing import TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from studio.net.address import BackendAddress
from studio.net.errors import Disconnected, Rejected, explain
from studio.net.secret import Secret
from studio.protocol.codec import ProtocolError, decode_media_answer, encode
from studio.protocol.media import (
    MEASURE_BYTES,
    MEASURE_PIECE,
    MEASURE_S,
    Measure,
    Measured,
    MediaReady,
    MediaRefused,
)

T = TypeVar("T")

_TIMEOUT_S = 12.0


async def measure_upload(address: BackendAddress, token: Secret, tls: ssl.SSLContext | None = None) -> float:
    """Bits a second, as the backend counted them. Raises Rejected (measured just now, or a backend that does
    not know how) and Disconnected.
    """
    try:
        return await _measured(address, token, tls)
    except (OSError, WebSocketException, ProtocolError, TimeoutError) as error:
        raise Disconnected(explain(error, address)) from error


async def _measured(address: BackendAddress, token: Secret, tls: ssl.SSLContext | None) -> float:
    options = {"ssl": tls} if tls is not None and address.secure else {}
    async with (
        asyncio.timeout(_TIMEOUT_S),
        connect(
            address.publish_url,
            close_timeout=1,
            max_size=64 * 1024,
            compression=None,
            write_limit=MEASURE_PIECE,
            proxy=None if address.host in ("127.0.0.1", "localhost", "::1") else True,
            **options,  # type: ignore[arg-type]
        ) as socket,
    ):
        await socket.send(encode(Measure(token=token.reveal())))
        _checked(await socket.recv(), MediaReady)
        await _send(socket)
        measured = _checked(await socket.recv(), Measured)
        return measured.size * 8 * 1e6 / measured.took_us


async def _send(socket: ClientConnection) -> None:
    loop = asyncio.get_running_loop()
    piece = os.urandom(MEASURE_PIECE)  # nothing on the way can make it smaller
    end = loop.time() + MEASURE_S
    try:
        for _ in range(MEASURE_BYTES // MEASURE_PIECE):
            if loop.time() > end:
                break
            await socket.send(piece)
        await socket.send(b"")
    except ConnectionClosed:  # a limit was reached at the other end; its answer waits to be read
        return


def _checked(data: str | bytes, kind: type[T]) -> T:
    answer = decode_media_answer(data)
    if isinstance(answer, MediaRefused):
        raise Rejected(answer.code, answer.message)
    assert isinstance(answer, kind)
    return answer
