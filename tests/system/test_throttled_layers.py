"""One layer throttled, the others watched: what is slow is named, and nobody else loses a packet for it.

The layers before the encoder, and which one the verdict names when, are in `test_verdict.py`.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from studio.app import Studio
from studio.media.outputs.output import OutputCounters
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_files import FragmentFile
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase
from studio.protocol import WATCH_PATH
from studio.protocol.codec import encode
from studio.protocol.media import HEADER_SIZE, MAX_MEDIA_MESSAGE, MediaKind, MediaMessage, Watch, unpack_media
from studio.rehearsal.watcher import is_sound
from studio.services.verdict import Layer
from tests.studio_parts import Run, until
from tests.system.rtmp_servers import NginxRtmp
from tests.system.test_verdict import KEY, Told, go_live, paused_backend

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

BACKEND, DISK, SERVER = "backend", "recording", "Twitch"
FPS = 30


@pytest.fixture
def nginx(require_system: Callable[[str], str], tmp_path: Path) -> Iterator[NginxRtmp]:
    server = NginxRtmp(require_system("nginx"), tmp_path / "nginx", KEY)
    server.start()
    yield server
    server.kill()


def plan(studio: Studio, nginx: NginxRtmp, folder: Path) -> None:
    targets = [RtmpTarget(SERVER, nginx.url, KEY)]
    studio.services.broadcast.outputs.plan(targets, RecordingPlan(folder / "recordings", reserve_bytes=0))


def counted(studio: Studio) -> dict[str, OutputCounters]:
    return {one.name: one for one in studio.services.broadcast.media_counters().outputs}


async def all_send(studio: Studio) -> None:
    statuses = studio.services.broadcast.outputs.statuses
    await until(lambda: all(one.phase is OutputPhase.LIVE for one in statuses.values()), "all outputs run")
    await until(lambda: all(one.packets for one in counted(studio).values()), "packets leave")


def assert_whole(studio: Studio, *names: str) -> None:
    for name in names:
        one = counted(studio)[name]
        assert (one.dropped, one.sound_dropped) == (0, 0), one


@pytest.mark.timeout(120)
def test_a_slow_disk_is_named_and_costs_nobody_a_packet(
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    nginx: NginxRtmp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk takes what is written and then does not come back from a sync, as a worn-out one does."""
    sync, spins = FragmentFile.sync, threading.Event()
    spins.set()

    def slow_sync(self: FragmentFile) -> None:
        spins.wait(30)
        sync(self)

    monkeypatch.setattr(FragmentFile, "sync", slow_sync)

    async def story() -> None:
        studio = build()
        plan(studio, nginx, tmp_path)
        await go_live(studio)
        told = Told(studio)
        await told.all_good()
        await all_send(studio)
        spins.clear()
        try:
            await told.says(Layer.DISK)
            before = {name: one.packets for name, one in counted(studio).items()}
            await until(
                lambda: all(counted(studio)[name].packets > before[name] + 10 for name in (BACKEND, SERVER)),
                "the others go on",
            )
            assert counted(studio)[DISK].packets == before[DISK]
        finally:
            spins.set()
        await told.all_good()
        # Ten seconds fit in its queue: not even the recording lost anything.
        assert_whole(studio, BACKEND, SERVER, DISK)
        await studio.services.live.end_live()
        await studio.stop()

    on_qt_loop(story())


@pytest.mark.timeout(120)
def test_a_paused_backend_is_named_and_costs_the_others_nothing(
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    nginx: NginxRtmp,
    tmp_path: Path,
) -> None:
    async def story() -> None:
        studio = build()
        plan(studio, nginx, tmp_path)
        await go_live(studio)
        told = Told(studio)
        await told.all_good()
        await all_send(studio)
        resume = paused_backend(studio)
        try:
            await told.says(Layer.SERVER)
            before = {name: one.packets for name, one in counted(studio).items()}
            await until(
                lambda: all(counted(studio)[name].packets > before[name] + 10 for name in (DISK, SERVER)),
                "the others go on",
            )
        finally:
            resume()
        await told.all_good()
        assert_whole(studio, SERVER, DISK)
        await studio.services.live.end_live()
        await studio.stop()

    on_qt_loop(story())


@pytest.mark.long
@pytest.mark.timeout(120)
def test_a_viewer_who_does_not_read_costs_neither_outputs_nor_other_viewers_anything(
    build: Callable[..., Studio],
    on_qt_loop: Run,  # type: ignore[type-arg]
    nginx: NginxRtmp,
    tmp_path: Path,
) -> None:
    async def story() -> None:
        studio = build()
        plan(studio, nginx, tmp_path)
        room = await go_live(studio, bit_rate=20_000_000)  # fills the system's buffers sooner
        told = Told(studio)
        await told.all_good()
        await all_send(studio)
        address = studio.services.link.address
        assert address is not None
        seen: list[MediaMessage] = []
        async with watching(address.origin, room), watching(address.origin, room) as quick:
            reading = asyncio.ensure_future(read(quick, seen))  # the first never does
            try:
                await skipped_at_the_backend(address.web)
                before = len(seen)
                await until(lambda: len(seen) > before + 60, "the other one watches on")
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
        assert_whole(studio, BACKEND, SERVER, DISK)
        # On a machine that is busy the encoder may be slow, too; but nothing behind it is.
        assert {row["layer"] for row in told.verdict.report()} <= {"encoder", "compositor", "CPU"}
        await studio.services.live.end_live()
        got = {number_of(message.pts_us / 1e6) for message in seen if message.kind is not MediaKind.INIT}
        sent = numbers_in(studio.services.broadcast.outputs.files[0])
        missing = {number for number in sent if min(got) <= number <= max(got)} - got
        assert len(got) > 60 and not missing
        await studio.stop()

    on_qt_loop(story())


@asynccontextmanager
async def watching(origin: str, room: str) -> AsyncIterator[ClientConnection]:
    """A viewer's picture socket with a small window: what it does not read waits at the backend."""
    host, port = origin.removeprefix("ws://").rsplit(":", 1)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    most = MAX_MEDIA_MESSAGE + HEADER_SIZE
    async with connect(
        origin + WATCH_PATH, sock=raw, compression=None, max_size=most, max_queue=4, close_timeout=1
    ) as viewer:
        await viewer.send(encode(Watch(room_id=room)))
        yield viewer


async def read(viewer: ClientConnection, seen: list[MediaMessage]) -> None:
    """Keeps every picture that came; payloads are let go."""
    async for data in viewer:
        message = unpack_media(data) if isinstance(data, bytes) else None
        if message is not None and not is_sound(message.payload):
            seen.append(msgspec.structs.replace(message, payload=b""))


def number_of(seconds: float) -> int:
    return round(seconds * FPS)


def numbers_in(recording: Path) -> set[int]:
    """Of every picture in it. In a file each begins where the one before it ended; its end is its own."""
    with av.open(str(recording)) as film:
        ends = [
            (packet.pts + packet.duration) * packet.time_base
            for packet in film.demux(video=0)
            if packet.pts is not None and packet.duration is not None
        ]
    return {number_of(float(end)) - 1 for end in ends}


async def skipped_at_the_backend(web: str) -> None:
    """Waits until the backend says that it moved a viewer on to a later keyframe."""
    over = threading.Event()

    def look() -> bool:
        for _ in range(200):
            with urllib.request.urlopen(f"{web}metrics", timeout=5) as answer:
                found = re.search(rb"media_skips_total (\d+)", answer.read())
            if found is not None and int(found[1]) > 0:
                return True
            over.wait(0.2)
        return False

    assert await asyncio.get_running_loop().run_in_executor(None, look), "nobody was skipped"
