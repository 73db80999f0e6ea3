"""The studio's event connection: connects, stays connected, resumes, and never loses a command.

Runs on one asyncio loop (the GUI thread's in the app); calls its listener there. Must not import
Qt. A connection counts as dead when nothing at all came for ``SILENCE_S``: a green light over a
dead socket is what hosts complain about most.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from studio.net.address import BackendAddress
from studio.net.backoff import Backoff
from studio.net.clock import ServerClock
from studio.net.command_tracker import CommandTracker
from studio.net.errors import Disconnected, explain, is_final, is_token_refused
from studio.net.secret import Secret
from studio.protocol.codec import MAX_SERVER_MESSAGE, ProtocolError
from studio.protocol.command import Command, Result
from studio.protocol.commands import Entered, Opened
from studio.protocol.frames import Identified, Pong, Response
from studio.protocol.session import ClientSession, Happening, RoomCursor

log = logging.getLogger(__name__)

PING_EVERY_S = 2.0
SILENCE_S = 7.0
OPEN_TIMEOUT_S = 8.0
#: Half a picture's time: after so long with messages the loop has a turn, which is when the window is drawn.
TURN_S = 0.008


class LinkState(Enum):
    """What the person sees in the status bar."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """``detail`` is a sentence; ``retry_in_s`` counts down while waiting to try again.

    ``token_refused``: offline for good, because the backend does not take the token (any more).
    """

    state: LinkState = LinkState.OFFLINE
    detail: str = ""
    retry_in_s: int | None = None
    token_refused: bool = False


class EventConnection:
    """One backend, one account. Invariant: at most one socket at a time; callbacks on the loop's thread."""

    def __init__(
        self,
        address: BackendAddress,
        client: str,
        on_status: Callable[[LinkStatus], None],
        on_happening: Callable[[Happening], None],
        backoff: Backoff | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self.token = Secret("")
        self.clock = ServerClock()
        self.commands = CommandTracker()
        self.rooms: dict[str, RoomCursor] = {}
        self.status = LinkStatus()
        self._client = client
        self._on_status = on_status
        self._on_happening = on_happening
        self._backoff = backoff or Backoff()
        self._tls = tls
        self._session: ClientSession | None = None
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._opened = asyncio.Event()
        self._failed = asyncio.Event()  # the last try came to nothing
        self._next_ping = 0.0

    @property
    def _running(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begins connecting, and goes on until ``stop`` or an error that only a person can mend."""
        if not self._running:
            self._failed.clear()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="event connection")

    async def stop(self) -> None:
        """Closes; commands that wait end as Disconnected."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self.commands.give_up("Signed out.")
        self._set_status(LinkStatus())

    def retry_now(self) -> None:
        """Ends the wait before the next try, or starts again after an error that was final."""
        if not self._opened.is_set():
            self._failed.clear()
        self._backoff.now()
        self.start()

    async def wait_open(self, timeout_s: float = OPEN_TIMEOUT_S + 2) -> None:
        """Returns when the session is open; ``Disconnected`` with the reason when this try failed.

        The tries go on all the same, unless the reason was final.
        """
        waits = [asyncio.ensure_future(event.wait()) for event in (self._opened, self._failed)]
        try:
            await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
        if not self._opened.is_set():
            raise Disconnected(self.status.detail or "The backend did not answer in time.")

    async def ask(self, command: Command, request_id: str = "") -> Result:
        """Sends a command and waits for its result, through reconnects if it must; see `CommandTracker.take`.

        ``Rejected`` when the backend refuses; ``Disconnected`` when there is no connection and the
        command changes nothing (one that may have been carried out keeps its id and is sent again).
        """
        if not self._opened.is_set() and not (command.mutates and self._running):
            raise Disconnected(self.status.detail or "Not connected.")
        request_id, answer = self.commands.take(command, request_id)
        if self._session is not None and self._session.open:
            self._session.request(command, request_id)
            self._wake.set()
        return await answer

    def follow_room(self, cursor: RoomCursor) -> None:
        """Receives a room's events from now on, and after every reconnect from where it was."""
        self.rooms[cursor.room_id] = cursor

    def resume_room(self, cursor: RoomCursor) -> None:
        """Receives everything after ``cursor.last_seq``, now or as soon as there is a connection."""
        self.follow_room(cursor)
        if self._session is not None and self._session.open:
            self._session.resume(cursor.room_id)
            self._wake.set()

    def leave_room(self, room_id: str) -> None:
        self.rooms.pop(room_id, None)

    def cut(self) -> None:
        """Drops the socket without a goodbye, as a failing network would (tests and rehearsals)."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _run(self) -> None:
        first = True
        while True:
            state = LinkState.CONNECTING if first else LinkState.RECONNECTING
            self._set_status(LinkStatus(state, f"Connecting to {self.address.host}…"))
            try:
                await self._one_connection()
                error: BaseException = ConnectionError("closed by the backend")
            except (OSError, WebSocketException, ProtocolError, TimeoutError) as caught:
                error = caught
            finally:
                self._session = None
                self._socket = None
                self._opened.clear()
                self.commands.connection_lost()
            text = explain(error, self.address)
            log.info("connection to %s ended: %s", self.address.origin, text)
            if is_final(error):
                self._set_status(LinkStatus(LinkState.OFFLINE, text, token_refused=is_token_refused(error)))
                self._failed.set()
                self.commands.give_up(text)
                return
            first = False
            self._failed.set()
            await self._backoff.wait(
                lambda left: self._set_status(
                    LinkStatus(LinkState.RECONNECTING, text, max(1, round(left)))  # noqa: B023
                )
            )
            self._failed.clear()

    async def _one_connection(self) -> None:
        options = {"ssl": self._tls} if self._tls is not None and self.address.secure else {}
        async with connect(
            self.address.events_url,
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=None,  # our own pings tell the time as well
            close_timeout=1,
            max_size=MAX_SERVER_MESSAGE,
            compression=None,
            proxy=None if self.address.host in ("127.0.0.1", "localhost", "::1") else True,
            **options,  # type: ignore[arg-type]
        ) as socket:
            self._socket = socket
            self._next_ping = 0.0
            self._session = ClientSession(self._client, self.token.reveal(), self.rooms)
            writer = asyncio.ensure_future(self._write(socket, self._session))
            try:
                await self._read(socket, self._session)
            finally:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)

    async def _read(self, socket: ClientConnection, session: ClientSession) -> None:
        turned = time.monotonic()
        while True:
            if time.monotonic() - turned > TURN_S:  # messages that wait already are read without a pause
                await asyncio.sleep(0)
                turned = time.monotonic()
            try:
                # Not wait_for: on Python 3.11 it loses a cancellation that comes together with a message.
                async with asyncio.timeout(SILENCE_S):
                    data = await socket.recv()
            except ConnectionClosed as closed:
                if closed.rcvd is None or closed.rcvd.code != 1000:
                    raise
                return
            for happening in session.receive(data):
                self._take(session, happening)
            if session.has_outgoing:
                self._wake.set()

    def _take(self, session: ClientSession, happening: Happening) -> None:
        if isinstance(happening, Pong):
            self.clock.learn(happening.sent_ms, happening.server_time_ms, time.time() * 1000)
        elif isinstance(happening, Identified):
            for request_id, command in self.commands.unknown():
                session.request(command, request_id)
            self._backoff.reset()
            self._opened.set()
            self._set_status(LinkStatus(LinkState.CONNECTED, f"Connected to {self.address.host}"))
        elif isinstance(happening, Response):
            result = self.commands.answered(happening)
            if isinstance(result, Opened | Entered):
                # Here, not in the awaiting task: the room's first events may be in the next message.
                self.follow_room(RoomCursor(result.room.room_id, last_seq=result.seq))
        self._on_happening(happening)

    async def _write(self, socket: ClientConnection, session: ClientSession) -> None:
        while True:
            for text in session.outgoing():
                await socket.send(text)
            try:
                async with asyncio.timeout(PING_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            if session.open:
                self._ping_if_due(session)

    def _ping_if_due(self, session: ClientSession) -> None:
        now = time.monotonic()
        if now >= self._next_ping:
            self._next_ping = now + PING_EVERY_S * 0.9
            session.ping(time.time() * 1000)

    def _set_status(self, status: LinkStatus) -> None:
        if status != self.status:
            self.status = status
            self._on_status(status)
