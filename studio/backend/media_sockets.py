"""The two media sockets: checks the opening frame, then hands messages to the relay. Event-loop thread."""

from __future__ import annotations

import asyncio
import logging
import time

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed

from studio.backend.accounts import hash_token
from studio.backend.client import close_socket, encode_frame
from studio.backend.errors import Rejected
from studio.backend.hub import Hub
from studio.backend.relay import Relay
from studio.backend.upload_meter import UploadMeter
from studio.protocol.codec import ProtocolError, decode_media_opening
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.media import Measure, MediaReady, MediaRefused, Publish, Watch

log = logging.getLogger(__name__)

_MAX_OPENING = 16 * 1024
_MAX_SIDE = 8_192


class MediaSockets:
    """`publish` and `watch` run one connection each and return when it is over."""

    def __init__(self, hub: Hub, relay: Relay) -> None:
        self._hub = hub
        self._relay = relay
        self._limits = hub.settings.sockets
        self._uploads = UploadMeter()

    async def publish(self, socket: ServerConnection) -> None:
        room_id = ""
        try:
            opening = await self._opening(socket, Publish, Measure)
            if isinstance(opening, Measure):
                await self._measure(socket, opening)
                return
            assert isinstance(opening, Publish)
            await self._check_publisher(opening)
            room_id = opening.room_id
            self._relay.publish(room_id, socket, opening)
            broadcast((socket,), encode_frame(MediaReady(mime=opening.mime)), text=True)
            async for message in socket:
                if isinstance(message, str):
                    raise ProtocolError(ErrorCode.MALFORMED, "after the opening every message is binary")
                self._relay.message(room_id, socket, message)
                self._show_picture(room_id)
        except ConnectionClosed:
            log.debug("a publisher went away")
        except Rejected as refusal:
            await self._refuse(socket, refusal)
        except ProtocolError as error:
            await self._refuse(socket, Rejected(error.code, f"{error.code.__doc__} {error.detail}"))
        except ValueError as error:
            await self._refuse(socket, Rejected(ErrorCode.MALFORMED, str(error)))
        finally:
            if room_id:
                self._relay.unpublish(room_id, socket)
                self._show_picture(room_id)

    async def watch(self, socket: ServerConnection) -> None:
        room_id = ""
        try:
            opening = await self._opening(socket, Watch)
            assert isinstance(opening, Watch)
            await self._check_room(opening.room_id)
            room_id = opening.room_id
            self._relay.watch(room_id, socket)
            async for _ in socket:
                raise ProtocolError(ErrorCode.MALFORMED, "a viewer sends nothing after Watch")
        except ConnectionClosed:
            log.debug("a viewer of the picture went away")
        except Rejected as refusal:
            await self._refuse(socket, refusal)
        except ProtocolError as error:
            await self._refuse(socket, Rejected(error.code, f"{error.code.__doc__} {error.detail}"))
        finally:
            if room_id:
                self._relay.unwatch(room_id, socket)

    async def _measure(self, socket: ServerConnection, opening: Measure) -> None:
        """Counts what this host can send; the answer ends it."""
        now_ms = time.time_ns() // 1_000_000
        account = await self._hub.reader.account_by_token(hash_token(opening.token), now_ms)
        if account is None:
            raise Rejected(ErrorCode.TOKEN_INVALID)
        self._uploads.admit(account.id)
        broadcast((socket,), encode_frame(MediaReady()), text=True)
        try:
            measured = await self._uploads.run(socket)
        except TimeoutError as error:
            raise Rejected(ErrorCode.OUT_OF_ORDER, "Nothing came to be measured.") from error
        broadcast((socket,), encode_frame(measured), text=True)
        await socket.close()

    async def _opening(
        self, socket: ServerConnection, *kinds: type[Publish] | type[Watch] | type[Measure]
    ) -> Publish | Watch | Measure:
        try:
            async with asyncio.timeout(self._limits.identify_timeout_s):
                message = await socket.recv()
        except TimeoutError as error:
            raise Rejected(ErrorCode.OUT_OF_ORDER, "The opening frame did not come in time.") from error
        if isinstance(message, bytes) or len(message) > _MAX_OPENING:
            raise ProtocolError(ErrorCode.MALFORMED, "a media connection opens with one JSON text frame")
        opening = decode_media_opening(message)
        if not isinstance(opening, kinds):
            names = " or ".join(kind.__name__ for kind in kinds)
            raise ProtocolError(ErrorCode.OUT_OF_ORDER, f"this path opens with {names}")
        return opening

    async def _check_publisher(self, opening: Publish) -> None:
        now_ms = time.time_ns() // 1_000_000
        account = await self._hub.reader.account_by_token(hash_token(opening.token), now_ms)
        if account is None:
            raise Rejected(ErrorCode.TOKEN_INVALID)
        await self._check_room(opening.room_id)
        if self._hub.rooms[opening.room_id].host_id != account.id:
            raise Rejected(ErrorCode.NOT_YOUR_ROOM)
        if not (0 < opening.width <= _MAX_SIDE and 0 < opening.height <= _MAX_SIDE):
            raise Rejected(ErrorCode.MALFORMED, f"width and height are 1 to {_MAX_SIDE}")
        if not opening.mime.startswith("video/") or len(opening.mime) > 200:
            raise Rejected(ErrorCode.MALFORMED, 'mime is like video/mp4; codecs="avc1.42E01F"')

    async def _check_room(self, room_id: str) -> None:
        """`Rejected` NO_SUCH_ROOM or ROOM_CLOSED; else the room is on air in this very moment."""
        if room_id not in self._hub.rooms:
            known = await self._hub.reader.snapshot(room_id) is not None
            raise Rejected(ErrorCode.ROOM_CLOSED if known else ErrorCode.NO_SUCH_ROOM)

    def _show_picture(self, room_id: str) -> None:
        view = self._hub.rooms.get(room_id)
        if view is not None:
            view.has_picture = self._relay.has_picture(room_id)

    async def _refuse(self, socket: ServerConnection, refusal: Rejected) -> None:
        self._hub.counters.protocol_errors += 1
        refused = MediaRefused(code=int(refusal.code), message=refusal.message)
        broadcast((socket,), encode_frame(refused), text=True)
        code = {
            ErrorCode.TOKEN_INVALID: CloseCode.TOKEN_INVALID,
            ErrorCode.ROOM_CLOSED: CloseCode.ROOM_CLOSED,
            ErrorCode.OUT_OF_ORDER: CloseCode.OUT_OF_ORDER,
            ErrorCode.MALFORMED: CloseCode.MALFORMED,
        }.get(refusal.code, CloseCode.NOT_ALLOWED)
        await close_socket(socket, code, self._limits.close_timeout_s)
