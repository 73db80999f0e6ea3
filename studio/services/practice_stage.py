"""What every rehearsal on this machine needs: a host of its own, a picture, and an audience in a process.

GUI thread. The audience is made of real clients of the protocol; nothing here knows more about it than its
command line.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.targets import Target
from studio.net.errors import Disconnected
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.services.picture_source import SourceState
from studio.services.practice_report import Measurements
from studio.services.studio import Services
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_AUDIENCE_TIMEOUT_S = 30.0
_READER_TIMEOUT_S = 5.0
_LINES_KEPT = 1_000


async def sign_up(services: Services, say: Callable[[str], None]) -> None:
    """A host nobody knows, on the embedded backend. ``Disconnected`` when it did not let them in."""
    account = services.account
    problems: list[str] = []
    account.failed.connect(problems.append)
    handle = f"practice.{secrets.token_hex(3)}"
    await account.sign_up(THIS_COMPUTER, handle, "You", secrets.token_urlsafe(24))
    account.failed.disconnect(problems.append)
    if not account.signed_in:
        raise Disconnected(problems[-1] if problems else "The practice backend did not let the host in.")
    address = services.link.address
    assert address is not None
    say(f"Backend at {address.origin}; anyone on this computer can watch at {address.web}")


async def show_picture(services: Services, source: str, say: Callable[[str], None]) -> None:
    """``camera``, ``demo``, ``pattern`` or a file, running. ``Disconnected`` when there is no picture."""
    picture = services.broadcast.source
    if source == "camera":
        await picture.refresh()
        cameras = [choice for choice in picture.choices if choice.kind == "camera"]
        if not cameras:
            say("No camera found: using the demo clip.")
        picture.choose(cameras[0].id if cameras else "demo")
    elif source in ("demo", "pattern"):
        picture.choose(source)
    else:
        picture.add_file(source)
    for _ in range(200):
        if picture.state is SourceState.RUNNING:
            say(f"Picture: {picture.name}.")
            return
        if picture.state is SourceState.NONE:
            break
        await asyncio.sleep(0.05)
    raise Disconnected(f"No picture: {picture.detail}")


def audience_command(services: Services, program: Sequence[str], options: Sequence[str]) -> list[str]:
    """How to start an audience of the room that is on air; it ends with its standard input."""
    address, room = services.link.address, services.live.room
    assert address is not None and room is not None
    room_of_it = ["--url", address.origin, "--room", room.room_id]
    return [*program, "audience", *room_of_it, *options, "--stop-with-stdin"]


class AudienceProcess:
    """An audience's process and the lines it says. Invariant: after ``finish`` it is gone.

    A thread of ours reads its lines; of those nobody has taken yet, the newest 1,000 are kept.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._news = asyncio.Event()
        self._finishing = asyncio.Lock()

    async def start(self, command: Sequence[str]) -> None:
        """Starts it; ``OSError`` when that cannot be."""
        pipe = subprocess.PIPE
        process = self._process = await self._tasks.blocking(
            lambda: subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        )
        loop = asyncio.get_running_loop()
        self._reader = threading.Thread(
            target=self._read, args=(process, loop), daemon=True, name="audience lines"
        )
        self._reader.start()

    async def line(self, timeout_s: float) -> str | None:
        """The next line; empty when there will be none, None when none came in time."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self._lines:  # the word of a line may come after the line was taken
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        return self._lines.popleft() if self._lines[0] else ""  # the end stays the end

    async def finish(self) -> None:
        """Closes its input: it ends, and is killed only if it will not. Again: waits for the first."""
        async with self._finishing:
            process, self._process = self._process, None
            if process is None:
                return
            assert process.stdin is not None and self._reader is not None
            process.stdin.close()
            try:
                await self._tasks.blocking(lambda: process.wait(_AUDIENCE_TIMEOUT_S))
            except subprocess.TimeoutExpired:
                log.warning("the practice audience did not leave in time")
                process.kill()
                await self._tasks.blocking(process.wait)
            reader = self._reader
            await self._tasks.blocking(lambda: reader.join(_READER_TIMEOUT_S))

    def _read(self, process: subprocess.Popen[str], loop: asyncio.AbstractEventLoop) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._came(line, loop)
        self._came("", loop)

    def _came(self, line: str, loop: asyncio.AbstractEventLoop) -> None:
        self._lines.append(line)
        try:
            loop.call_soon_threadsafe(self._news.set)
        except RuntimeError:
            pass  # the loop has closed: nobody listens any more


@dataclass
class StagedLive:
    """A LIVE nobody else sees. ``program`` starts this program again; ``grab(path)`` keeps a picture."""

    services: Services
    program: Sequence[str]
    started_s: float
    grab: Callable[[Path], None]
    say: Callable[[str], None]
    _audience: AudienceProcess | None = field(default=None, init=False)
    _measured: Measurements = field(default_factory=Measurements, init=False)
    _ended: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def stop_audience(self) -> None:
        """Sends everyone home; also for a window that is closed in the middle."""
        if self._audience is not None:
            await self._audience.finish()

    async def _open(
        self, setup: LiveSetup, targets: tuple[Target, ...] = (), recording: RecordingPlan | None = None
    ) -> bool:
        """Goes on air to these; False when the room could not be opened. ``_ended`` is set with its end."""
        live = self.services.live
        # Nobody is there to save a replay, and it is no output to report.
        self.services.films.replay.choose(on=False)
        self.services.broadcast.outputs.plan(targets, recording)
        live.phase_changed.connect(self._phase_changed)
        await live.go_live(setup)
        return live.phase is Phase.LIVE

    async def _start_audience(self, options: Sequence[str]) -> AudienceProcess:
        self._audience = AudienceProcess(self.services.tasks)
        await self._audience.start(audience_command(self.services, self.program, options))
        return self._audience

    def _take_screenshot(self, path: Path | None) -> None:
        if path is not None:
            self.grab(path)
            self.say(f"Screenshot: {path}")

    def _phase_changed(self, phase: Phase) -> None:
        if phase in (Phase.SUMMARY, Phase.SIGNED_OUT):
            self._ended.set()
