"""What every rehearsal on this machine needs: a host of its own, a picture, and an audience in a process.

GUI thread. The audience is made of real clients of the protocol; nothing here knows more about it than its
command line.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import subprocess
from collections.abc import Callable, Sequence

from studio.net.errors import Disconnected
from studio.services.account import THIS_COMPUTER
from studio.services.picture_source import SourceState
from studio.services.studio import Services
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

_AUDIENCE_TIMEOUT_S = 30.0
_KILLED_TIMEOUT_S = 5.0


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
    """An audience's process and the lines it says. Invariant: after ``finish`` it is gone."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._process: subprocess.Popen[str] | None = None
        self._reading: asyncio.Task[str] | None = None
        self._finishing = asyncio.Lock()

    async def start(self, command: Sequence[str]) -> None:
        """Starts it; ``OSError`` when that cannot be."""
        pipe = subprocess.PIPE
        self._process = await self._tasks.blocking(
            lambda: subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        )

    async def line(self, timeout_s: float) -> str | None:
        """The next line; empty when there will be none, None when none came in time."""
        process = self._process
        if process is None or process.stdout is None:
            return ""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._tasks.blocking(process.stdout.readline))
        done, _ = await asyncio.wait({self._reading}, timeout=timeout_s)
        if not done:
            return None
        line, self._reading = self._reading.result(), None
        return line

    async def finish(self) -> None:
        """Closes its input: it ends, and is killed only if it will not. Again: waits for the first."""
        async with self._finishing:
            process = self._process
            if process is None:
                return
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            loop = asyncio.get_running_loop()
            deadline = loop.time() + _AUDIENCE_TIMEOUT_S
            while line := await self.line(max(0.0, deadline - loop.time())):
                log.debug("audience: %s", line.rstrip())
            if line is None:
                log.warning("the practice audience did not leave in time")
                process.kill()
                while await self.line(_KILLED_TIMEOUT_S):
                    pass
            await self._tasks.blocking(lambda: process.wait(_KILLED_TIMEOUT_S))
            self._process = None
            process.stdout.close()
