"""One practice viewer's connection to the events socket: made again when cut, nothing asked is lost.

One asyncio loop. Must not import Qt, net or backend: an audience is a second, independent client of the
protocol, so that it can find what the studio's own client would hide.

Unanswered requests wait in ``_asked`` (at most what the viewer lets be under way) and are sent again
with the same id after a reconnect; counter ``resent``.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from studio.protocol.codec import MAX_SERVER_MESSAGE, ProtocolError, decode_result, new_id
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import Entered, EnterRoom
from studio.protocol.events import RoomClosed
from studio.protocol.frames import Identified, Pong, Response
from studio.protocol.session import ClientSession, Happening, RoomCursor, RoomEvents, RoomLost
from studio.rehearsal.skim import events_prefix, skim
from studio.rehearsal.tally import Tally

CLIENT_NAME = "host-studio-audience"
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 5.0
HEARTBEAT_S = 10.0
#: A server that never answered is not there: about half a minute of tries.
FIRST_TRIES = 10


class LinkEnded(Exception):
    """The connection is gone for good: it was closed here, or connecting again cannot help."""


@dataclass(slots=True)
class _Asked:
    command: Command
    answer: asyncio.Future[Response]
    sent: bool = False


class Link:
    """Invariant: each request ends in exactly one answer or ``LinkEnded``; events are counted once each."""

    def __init__(
        self, url: str, room_id: str, tally: Tally, doors: asyncio.Semaphore, thorough: bool
    ) -> None:
        self.token = ""
        self.identified: Identified | None = None
        self.room_closed = asyncio.Event()
        self._url = url
        self._local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._tally = tally
        self._doors = doors
        self._thorough = thorough
        self._prefix = events_prefix(room_id)
        self._rooms: dict[str, RoomCursor] = {}
        self._asked: dict[str, _Asked] = {}
        self._socket: ClientConnection | None = None
        self._session: ClientSession | None = None
        self._over = asyncio.Event()
        self._clock: tuple[float, float] | None = None  # round trip, offset of the server's clock; ms

    @property
    def unanswered(self) -> list[Command]:
        return [asked.command for asked in self._asked.values()]

    async def run(self) -> None:
        """Connects and stays connected until ``close`` or a final refusal. Never raises for a bad network."""
        delay = FIRST_RETRY_S
        tries = 0
        try:
            while not self._over.is_set():
                try:
                    await self._one_connection()
                    delay = FIRST_RETRY_S
                except (OSError, TimeoutError, WebSocketException) as error:
                    if self._over.is_set():
                        break
                    self._tally.connection_faults[_fault_name(error)] += 1
                    if _is_final(error):
                        break
                except ProtocolError as error:
                    self._tally.connection_faults[f"protocol: {error}"] += 1
                    break
                tries += 1
                if self.identified is None and tries >= FIRST_TRIES:
                    break
                if not self._over.is_set():
                    self._tally.reconnects += self.identified is not None
                    await self._wait(delay)
                    delay = min(delay * 2, LAST_RETRY_S)
        finally:
            self._end()

    async def ask(self, command: Command) -> Response:
        """Sends a command and waits for its answer, through cuts. ``LinkEnded`` when none will come."""
        if self._over.is_set():
            raise LinkEnded
        request_id = new_id()
        asked = _Asked(command, asyncio.get_running_loop().create_future())
        self._asked[request_id] = asked
        if self._session is not None and self._session.open:
            self._session.request(command, request_id)
            asked.sent = True
            await self._flush()
        return await asked.answer

    async def ask_time(self) -> None:
        """Sends a Ping; the Pong teaches the offset between the clocks."""
        if self._session is not None and self._session.open:
            self._session.ping(time.monotonic() * 1000)
            await self._flush()

    def server_ms(self) -> float | None:
        """The server's clock now, in Unix ms; None before the first Pong."""
        return None if self._clock is None else time.monotonic() * 1000 + self._clock[1]

    async def close(self) -> None:
        """Says goodbye; ``run`` returns."""
        self._over.set()
        if self._socket is not None:
            await self._socket.close()

    def cut(self) -> bool:
        """Drops the socket without a goodbye, as a failing network would; False when there is none."""
        if self._socket is None:
            return False
        self._socket.transport.abort()
        return True

    async def _one_connection(self) -> None:
        await self._doors.acquire()
        try:
            socket = await connect(
                self._url,
                open_timeout=30,
                close_timeout=2,
                ping_timeout=60,
                max_size=MAX_SERVER_MESSAGE,
                compression=None,
                proxy=None if self._local else True,
            )
        finally:
            self._doors.release()
        heart: asyncio.Future[None] | None = None
        try:
            self._socket = socket
            self._session = ClientSession(CLIENT_NAME, self.token, self._rooms)
            if not self._over.is_set():
                heart = asyncio.ensure_future(self._beat())
                await self._read(socket, self._session)
        finally:
            if heart is not None:
                heart.cancel()
            self._session = None
            self._socket = None
            await socket.close()

    async def _beat(self) -> None:
        """A slow heartbeat: with it the session asks again what the server put off."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await self.ask_time()

    async def _read(self, socket: ClientConnection, session: ClientSession) -> None:
        while True:
            data = await socket.recv(decode=False)
            if self._skimmed(data):
                continue
            for happening in session.receive(data):
                self._take(session, happening)
            self._count_rooms()
            await self._flush()

    def _skimmed(self, data: bytes) -> bool:
        """Whether this was the expected next frame of events and counting it was enough."""
        if not data.startswith(self._prefix):
            return False
        self._tally.frames_received += 1
        if self._thorough or not self._rooms:
            return False
        cursor = next(iter(self._rooms.values()))
        seen = skim(data)
        if seen is None or seen.first != cursor.last_seq + 1 or seen.first <= cursor.recover_until:
            return False  # a repeat, a gap or events won back: the session knows what to do
        cursor.last_seq = seen.last
        cursor.received += seen.events
        if seen.closes:
            self._see_closed()
        self._tally.events_received += seen.events
        return True

    def _take(self, session: ClientSession, happening: Happening) -> None:
        if isinstance(happening, Identified):
            self.identified = happening
            for request_id, asked in self._asked.items():
                session.request(asked.command, request_id)
                self._tally.resent += asked.sent
                asked.sent = True
        elif isinstance(happening, Response):
            self._answered(session, happening)
        elif isinstance(happening, RoomEvents):
            self._tally.events_received += len(happening.events)
            if any(isinstance(event, RoomClosed) for event in happening.events):
                self._see_closed()
        elif isinstance(happening, RoomLost):
            self._tally.errors[happening.code] += 1
            self._see_closed()
        elif isinstance(happening, Pong):
            now = time.monotonic() * 1000
            round_trip = now - happening.sent_ms
            if self._clock is None or round_trip <= self._clock[0] * 1.5:
                self._clock = (round_trip, happening.server_time_ms - (happening.sent_ms + now) / 2)

    def _answered(self, session: ClientSession, response: Response) -> None:
        if response.code == ErrorCode.SHUTTING_DOWN:
            return  # not carried out, and not refused either: it goes again after the reconnect
        asked = self._asked.pop(response.id, None)
        if asked is None:
            return
        if response.ok and isinstance(asked.command, EnterRoom):
            # Here, not in the waiting task: the room's next events may be in the next message.
            entered = decode_result(EnterRoom, response.result)
            assert isinstance(entered, Entered)
            session.follow_room(RoomCursor(asked.command.room_id, last_seq=entered.seq))
        if not asked.answer.done():
            asked.answer.set_result(response)

    def _count_rooms(self) -> None:
        """Moves the cursors' counters over to the tally."""
        for cursor in self._rooms.values():
            self._tally.gaps += cursor.gaps
            self._tally.duplicates += cursor.duplicates
            self._tally.recovered += cursor.recovered
            cursor.gaps = cursor.duplicates = cursor.recovered = 0

    def _see_closed(self) -> None:
        self._tally.room_closed = True
        self.room_closed.set()

    async def _flush(self) -> None:
        if self._session is None or self._socket is None:
            return
        try:
            for text in self._session.outgoing():
                await self._socket.send(text)
        except ConnectionClosed:
            return  # the reader sees it too; what was asked is sent again after the reconnect

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):  # wait_for can lose a cancellation on Python 3.11
                await self._over.wait()
        except TimeoutError:
            pass

    def _end(self) -> None:
        self._over.set()
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(LinkEnded())
                asked.answer.exception()  # seen: nobody may be waiting any more


def _fault_name(error: Exception) -> str:
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        return f"closed {int(error.rcvd.code)} {error.rcvd.reason}".strip()
    return type(error).__name__


def _is_final(error: Exception) -> bool:
    if not isinstance(error, ConnectionClosed) or error.rcvd is None:
        return False
    try:
        return CloseCode(error.rcvd.code).final
    except ValueError:
        return False
