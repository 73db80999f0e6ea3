"""One connected events client as the rest of the backend sees it: who it is and a way to send it text.

Event-loop thread. Sending never waits: text goes to the socket's buffer, and a client whose buffer grows over
``events_buffer_bytes`` is cut off (TOO_SLOW, counter ``clients_cut_slow``).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed

from studio.backend.counters import Counters
from studio.backend.settings import BackendSettings
from studio.backend.storage.reader import AccountRecord
from studio.protocol.codes import CloseCode
from studio.protocol.frames import Frame

encode_frame = msgspec.json.Encoder().encode
_numbers = itertools.count(1)


@dataclass(slots=True)
class Stay:
    """A client's place in one room. ``catching_up``: the task that sends it what it missed."""

    room_id: str
    key: str
    catching_up: asyncio.Task[None] | None = None


class Client:
    """Invariant: once ``closing`` is set nothing more is sent and the client is in no room's audience."""

    def __init__(self, socket: ServerConnection, settings: BackendSettings, counters: Counters) -> None:
        self.number = next(_numbers)
        self.socket = socket
        self.account: AccountRecord | None = None
        self.token_hash = b""
        self.stays: dict[str, Stay] = {}
        self.closing: asyncio.Task[None] | None = None
        self._settings = settings.sockets
        self._counters = counters

    @property
    def address(self) -> str:
        """The peer's IP address."""
        peer = self.socket.remote_address
        return str(peer[0]) if peer else ""

    @property
    def key(self) -> str:
        """What counts as one viewer: the account, or the connection of somebody without one."""
        return self.account.id if self.account else f"#{self.number}"

    def send(self, frame: Frame) -> None:
        self.send_text(encode_frame(frame))

    def send_text(self, data: bytes) -> None:
        if self.closing is None:
            broadcast((self.socket,), data, text=True)  # the library's way to send without waiting
            self.check_pace()

    async def send_paced(self, data: bytes) -> None:
        """Sends and waits until the client has taken enough of it; cut off when it takes too long."""
        try:
            async with asyncio.timeout(self._settings.media_stall_s):
                await self.socket.send(data, text=True)
        except TimeoutError:
            self.cut_slow()
        except ConnectionClosed:
            return

    def check_pace(self) -> None:
        """Cuts the client off when too much waits for it."""
        if self.socket.transport.get_write_buffer_size() > self._settings.events_buffer_bytes:
            self.cut_slow()

    def cut_slow(self) -> None:
        if self.closing is None:
            self._counters.clients_cut_slow += 1
            self.close(CloseCode.TOO_SLOW)

    def close(self, code: CloseCode) -> None:
        """Begins to close; a peer that does not read is dropped after ``close_timeout_s``."""
        if self.closing is None:
            self.closing = asyncio.get_running_loop().create_task(
                close_socket(self.socket, code, self._settings.close_timeout_s)
            )


async def close_socket(socket: ServerConnection, code: CloseCode, timeout_s: float) -> None:
    """Closes with a code and its meaning; without an answer in time the connection is dropped."""
    try:
        async with asyncio.timeout(timeout_s):
            await socket.close(int(code), str(code.__doc__))
    except TimeoutError:
        socket.transport.abort()


def send_to_all(clients: dict[ServerConnection, Client], data: bytes) -> int:
    """One text to many; returns to how many. Those that do not keep up are cut off."""
    broadcast(clients, data, text=True)
    count = len(clients)
    check_all(list(clients.values()))
    return count


def check_all(clients: Iterable[Client]) -> None:
    for client in clients:
        client.check_pace()
