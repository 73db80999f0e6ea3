"""Sends the picture to the backend over a socket of its own, and keeps at it.

One asyncio task. Takes fragments from a bounded queue that a media thread fills; after a reconnect
it asks for a fresh start (init segment, keyframe), because what was in between is past.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from studio.net.address import BackendAddress
from studio.net.backoff import Backoff
from studio.net.clock import ServerClock
from studio.net.errors import Rejected, explain, is_final
from studio.net.secret import Secret
from studio.protocol.codec import ProtocolError, decode_media_answer, encode
from studio.protocol.codes import ErrorCode
from studio.protocol.media import (
    MAX_MEDIA_MESSAGE,
    MediaKind,
    MediaMessage,
    MediaReady,
    MediaRefused,
    Publish,
    pack_media,
)

log = logging.getLogger(__name__)

OPEN_TIMEOUT_S = 8.0
#: Refusals that say nothing about the room: the next try may be taken.
_PASSING = (
    ErrorCode.TOO_FAST,
    ErrorCode.SERVER_FAULT,
    ErrorCode.STORAGE_FAULT,
    ErrorCode.SHUTTING_DOWN,
)


class PictureFragment(Protocol):
    """A piece of fragmented MP4. ``captured_ns``: monotonic clock, None for a slate."""

    @property
    def data(self) -> bytes: ...
    @property
    def is_init(self) -> bool: ...
    @property
    def is_key(self) -> bool: ...
    @property
    def pts_us(self) -> int: ...
    @property
    def captured_ns(self) -> int | None: ...


class PictureStream(Protocol):
    """Where fragments come from. All calls on the loop's thread."""

    @property
    def mime(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...

    async def ready(self) -> None:
        """Returns when ``mime`` and ``size`` are known."""
        ...

    async def next(self) -> PictureFragment:
        """The next fragment; waits for it."""
        ...

    def restart(self) -> None:
        """The next fragment is an init segment, the one after it begins with a keyframe."""
        ...


class MediaPublisher:
    """Invariant: the backend gets an init segment first on every connection, then fragments in order."""

    def __init__(
        self,
        address: BackendAddress,
        token: Secret,
        room_id: str,
        stream: PictureStream,
        clock: ServerClock,
        on_state: Callable[[str], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._address = address
        self._token = token
        self._room_id = room_id
        self._stream = stream
        self._clock = clock
        self._on_state = on_state
        self._tls = tls
        self._backoff = Backoff()
        self._announced = ""
        self.sent_bytes = 0
        self.sent_fragments = 0
        self.reconnects = 0

    def retry_now(self) -> None:
        self._backoff.now()

    async def run(self) -> None:
        """Publishes until cancelled, or until the backend says that this room is not ours to send."""
        await self._stream.ready()
        while True:
            try:
                while await self._one_connection():
                    log.info("the picture is of another kind now; its connection begins anew")
                error: BaseException = ConnectionError("closed by the backend")
            except (OSError, WebSocketException, ProtocolError, TimeoutError, Rejected) as caught:
                error = caught
            text = self._explain(error)
            if _is_final(error):
                self._on_state(text)
                return
            self.reconnects += 1
            log.info("the picture's connection ended: %s", text)
            await self._backoff.wait(lambda left: self._on_state(f"{text} Next try in {left:.0f} s"))  # noqa: B023

    async def _one_connection(self) -> bool:
        """True when it ended because the stream is of another kind now: the opening names the kind."""
        options = {"ssl": self._tls} if self._tls is not None and self._address.secure else {}
        async with connect(
            self._address.publish_url,
            open_timeout=OPEN_TIMEOUT_S,
            close_timeout=1,
            max_size=64 * 1024,
            compression=None,
            proxy=None if self._address.host in ("127.0.0.1", "localhost", "::1") else True,
            **options,  # type: ignore[arg-type]
        ) as socket:
            await self._open(socket)
            self._stream.restart()
            self._on_state("")
            reader = asyncio.ensure_future(_until_closed(socket))
            sender = asyncio.ensure_future(self._send(socket))
            try:
                await asyncio.wait({reader, sender}, return_when=asyncio.FIRST_COMPLETED)
                return await (reader if reader.done() else sender)
            finally:
                reader.cancel()
                sender.cancel()
                await asyncio.gather(reader, sender, return_exceptions=True)

    async def _open(self, socket: ClientConnection) -> None:
        width, height = self._stream.size
        self._announced = self._stream.mime
        opening = Publish(
            token=self._token.reveal(),
            room_id=self._room_id,
            mime=self._announced,
            width=width,
            height=height,
        )
        await socket.send(encode(opening))
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            answer = decode_media_answer(await socket.recv())
        if isinstance(answer, MediaRefused):
            raise Rejected(answer.code, answer.message)
        assert isinstance(answer, MediaReady)

    def _explain(self, error: BaseException) -> str:
        if isinstance(error, Rejected):
            return f"The backend does not take the picture: {error}"
        return explain(error, self._address)

    async def _send(self, socket: ClientConnection) -> bool:
        """Returns, with True, only when the stream's kind is no longer the one of the opening."""
        while True:
            fragment = await self._stream.next()
            if fragment.is_init and self._stream.mime != self._announced:
                return True
            if fragment.is_init:
                kind = MediaKind.INIT
            else:
                kind = MediaKind.KEYFRAME if fragment.is_key else MediaKind.DELTA
            captured = fragment.captured_ns
            captured_ms = 0 if captured is None else self._clock.at_monotonic_ns(captured)
            data = pack_media(MediaMessage(kind, fragment.pts_us, captured_ms, fragment.data))
            assert len(data) <= MAX_MEDIA_MESSAGE, "an encoder at these rates makes no such packet"
            await socket.send(data)
            self._backoff.reset()
            self.sent_bytes += len(data)
            self.sent_fragments += 1


def _is_final(error: BaseException) -> bool:
    return error.code not in _PASSING if isinstance(error, Rejected) else is_final(error)


async def _until_closed(socket: ClientConnection) -> bool:
    async for _ in socket:
        pass  # the backend says nothing more here; this notices its close
    return False
