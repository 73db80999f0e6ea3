"""The connection as the studio sees it: state, sequence, round trip, recovered events, retry now.

GUI thread (the connection's asyncio loop is the GUI's). Signals: ``changed`` at most when something
shown changed; ``token_refused(sentence)`` when the person must sign in again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.net.address import BackendAddress
from studio.net.clock import ServerClock
from studio.net.connection import EventConnection, LinkState, LinkStatus
from studio.net.errors import Disconnected
from studio.net.secret import Secret
from studio.protocol.command import Command, Result
from studio.protocol.session import Happening, RoomCursor
from studio.services.router import EventRouter

__all__ = ["LinkService", "LinkState"]

OpenConnection = Callable[
    [BackendAddress, Callable[[LinkStatus], None], Callable[[Happening], None]], EventConnection
]


class LinkService(QObject):
    """Invariant: at most one connection; everything it hears goes through the router."""

    changed = Signal()
    token_refused = Signal(str)

    def __init__(self, router: EventRouter, connect: OpenConnection) -> None:
        super().__init__()
        self._router = router
        self._connect = connect
        self._connection: EventConnection | None = None
        self._no_clock = ServerClock()
        self.cursor: RoomCursor | None = None
        #: Why no connection can come about, known from elsewhere; over once there is one.
        self.trouble = ""

    @property
    def state(self) -> LinkState:
        return self._connection.status.state if self._connection else LinkState.OFFLINE

    @property
    def detail(self) -> str:
        """One or two sentences about the state."""
        return self.trouble or (self._connection.status.detail if self._connection else "")

    @property
    def retry_in_s(self) -> int | None:
        return self._connection.status.retry_in_s if self._connection else None

    @property
    def address(self) -> BackendAddress | None:
        return self._connection.address if self._connection else None

    @property
    def clock(self) -> ServerClock:
        return self._connection.clock if self._connection else self._no_clock

    @property
    def round_trip_ms(self) -> float | None:
        return self.clock.round_trip_ms

    @property
    def token(self) -> Secret:
        return self._connection.token if self._connection else Secret("")

    @property
    def seq(self) -> int:
        return self.cursor.last_seq if self.cursor else 0

    @property
    def recovered(self) -> int:
        return self.cursor.recovered if self.cursor else 0

    @property
    def gaps(self) -> int:
        return self.cursor.gaps if self.cursor else 0

    async def open(self, address: BackendAddress, token: Secret) -> None:
        """Connects (and stays connected); ``Disconnected`` with the reason when the first try fails."""
        same = self._connection is not None and self._connection.address == address
        if self._connection is not None and same and not token and not self._connection.token:
            self._connection.retry_now()
        else:
            await self.close()
            self._connection = self._connect(address, self._status_changed, self._heard)
            self._connection.token = token
            self._connection.start()
        await self._connection.wait_open()

    async def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self.cursor, self.trouble = None, ""
            await connection.stop()
            self.changed.emit()

    def use_token(self, token: Secret) -> None:
        """From now on reconnects sign in with this token."""
        if self._connection is not None:
            self._connection.token = token

    async def ask(self, command: Command, request_id: str = "") -> Result:
        """``Rejected`` or ``Disconnected`` when it does not come to a result.

        ``request_id``: the one it had before, if it may have been carried out already: it happens once.
        """
        if self._connection is None:
            raise Disconnected("Sign in first.")
        return await self._connection.ask(command, request_id)

    def follow_room(self, room_id: str) -> None:
        """The cursor of a room that was just opened is the one to show."""
        if self._connection is not None:
            self.cursor = self._connection.rooms.get(room_id)

    def resume_room(self, room_id: str) -> None:
        """Receives a room of ours from its first event on."""
        if self._connection is None:
            raise Disconnected("Sign in first.")
        self.cursor = RoomCursor(room_id)
        self._connection.resume_room(self.cursor)

    def leave_room(self) -> None:
        if self._connection is not None and self.cursor is not None:
            self._connection.leave_room(self.cursor.room_id)

    def set_trouble(self, sentence: str) -> None:
        """Says what keeps the backend away, or with "" that nothing does."""
        if sentence != self.trouble:
            self.trouble = sentence
            self.changed.emit()

    def retry_now(self) -> None:
        if self._connection is not None:
            self._connection.retry_now()

    def cut(self) -> None:
        """Drops the socket as a failing network would (tests, practice)."""
        if self._connection is not None:
            self._connection.cut()

    def _status_changed(self, status: LinkStatus) -> None:
        if status.state is LinkState.CONNECTED:
            self.trouble = ""
        self.changed.emit()
        if status.token_refused:
            self.token_refused.emit(status.detail)

    def _heard(self, happening: Happening) -> None:
        self._router.route(happening)
