"""Deliveries a second from one room to its viewers, beside a bare `websockets.broadcast` of the same frames.

`main() -> dict`; run as a script it prints JSON as the last line. A real backend with a real room; the
viewers are sockets in another process that read and throw away. Each frame carries ten comments, as in a busy
room at 30 frames a second. Both sides wait for the viewers in the same way before the next frame.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.asyncio.server import broadcast

from studio.backend.room_view import RoomView
from studio.backend.server import Backend, running_backend
from studio.backend.settings import BackendSettings, PasswordCost, RateLimits
from studio.backend.storage.tx import Committed, StoredEvent
from studio.model.room import Person
from studio.protocol import EVENTS_PATH
from studio.protocol.codec import encode, raw
from studio.protocol.commands import EnterRoom, OpenRoom, SignUp
from studio.protocol.events import Commented
from studio.protocol.frames import Events, Identify, Request

CLIENTS = 200
EVENTS_A_FRAME = 10
SECONDS = 2.0
ROUNDS = 3
_BUFFER = 256 * 1024


async def _viewer(port: int, room_id: str) -> None:
    """A hand-made WebSocket that enters the room and then only reads."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {EVENTS_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    for frame in (Identify(version=1), Request(id="e", command=raw(EnterRoom(room_id=room_id)))):
        body = encode(frame).encode()
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
        writer.write(b"\x81" + length + bytes(4) + body)
    while await reader.read(1 << 20):
        pass
    writer.close()


async def _viewers(port: int, room_id: str, count: int) -> None:
    await asyncio.gather(*(_viewer(port, room_id) for _ in range(count)))


async def _open_room(backend: Backend) -> RoomView:
    async with connect(backend.url + EVENTS_PATH, compression=None) as host:
        await host.recv()
        await host.send(encode(Identify(version=1)))
        await host.recv()
        for number, command in enumerate(
            (SignUp(handle="host", password="bench bench", role="host"), OpenRoom(title="Bench"))
        ):
            await host.send(encode(Request(id=str(number), command=raw(command))))
            await host.recv()
    return next(iter(backend.hub.rooms.values()))


def _comments(view: RoomView) -> list[StoredEvent]:
    person = Person(id="0123456789abcdef", handle="somebody", name="Some Body")
    events = []
    for seq in range(view.seq + 1, view.seq + 1 + EVENTS_A_FRAME):
        text = "A comment of ordinary length, as people write them"
        event = Commented(seq=seq, at_ms=0, comment_id=f"{view.room_id}.{seq}", person=person, text=text)
        events.append(StoredEvent(view.room_id, event, msgspec.json.encode(event)))
    return events


async def _rate(view: RoomView, send: Callable[[], None], seconds: float) -> float:
    """Frames delivered a second; the next frame waits until every viewer's buffer has room."""
    frames = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        send()
        frames += 1
        while any(socket.transport.get_write_buffer_size() > _BUFFER for socket in view.steady):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        await asyncio.sleep(0)
    return frames * len(view.steady) / (time.perf_counter() - begun)


async def _run(folder: Path, clients: int, seconds: float) -> dict[str, Any]:
    settings = BackendSettings(
        data_dir=folder,
        rate_limits=RateLimits.off(),
        password_cost=PasswordCost.light(),
        tick_s=3_600.0,  # we flush
        viewers_every_s=3_600.0,  # nothing but our own comments
    )
    async with running_backend(settings) as backend:
        view = await _open_room(backend)
        arguments = [__file__, "--viewers", str(backend.port), view.room_id, str(clients)]
        viewers = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        while len(view.newcomers) + len(view.steady) < clients:  # noqa: ASYNC110 - counted by the server
            await asyncio.sleep(0.01)
        view.flush(backend.counters)

        def through_the_hub() -> None:
            backend.hub.deliver(Committed(events=_comments(view)))
            view.flush(backend.counters)

        frame = encode(
            Events(room_id=view.room_id, events=tuple(msgspec.Raw(e.data) for e in _comments(view)))
        )

        def bare() -> None:
            broadcast(view.steady, frame)

        pairs = [
            (await _rate(view, through_the_hub, seconds), await _rate(view, bare, seconds))
            for _ in range(ROUNDS)
        ]
        # Our comments were never stored: what the backend stores from here on has numbers of its own.
        backend.hub.rooms.clear()
        viewers.kill()
        await viewers.wait()
    ours, theirs = (max(pair[side] for pair in pairs) for side in (0, 1))
    return {
        "clients": clients,
        "events_a_frame": EVENTS_A_FRAME,
        "deliveries_per_second": round(ours),
        "events_delivered_per_second": round(ours * EVENTS_A_FRAME),
        "bare_broadcast_per_second": round(theirs),
        "ratio": round(ours / theirs, 3),
    }


def main(clients: int = CLIENTS, seconds: float = SECONDS) -> dict[str, Any]:
    """Frames delivered a second through the hub and bare, their ratio. Encoding counts on our side only."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return {"fanout": asyncio.run(_run(Path(folder), clients, seconds))}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--viewers"]:
        asyncio.run(_viewers(int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
    else:
        print(json.dumps(main()))
