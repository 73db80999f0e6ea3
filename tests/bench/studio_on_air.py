"""A whole studio on air for measurements: the real window offscreen, the real backend, real viewers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from studio import places
from studio.app import PRACTICE_BACKEND, Studio, build_studio
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme

Measure = Callable[[Studio], Awaitable[dict[str, Any]]]


def measure_on_air(measure: Measure, prepare: Callable[[Studio], None]) -> dict[str, Any]:
    """Goes live in a window of 1440x900, runs ``measure``, ends the LIVE; ``prepare`` chooses the picture."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)

    async def run() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            home = Path(folder)
            studio = build_studio(home, home, home / "backend", PRACTICE_BACKEND)

            async def nothing() -> None: ...

            window = MainWindow(studio.services, Theme(app, "dark"), on_close=nothing)
            window.resize(1440, 900)
            window.show()
            try:
                await studio.services.account.sign_up(THIS_COMPUTER, "bench", "Bench", "a long password")
                prepare(studio)
                await studio.services.live.go_live(LiveSetup("Measuring"))
                assert studio.services.live.phase is Phase.LIVE, "the LIVE did not open"
                figures = await measure(studio)
                await studio.services.live.end_live()
                summary = studio.services.live.summary
                assert summary is not None
                figures["missed"], figures["duplicates"] = summary.missed, summary.duplicates
                figures["difference"] = summary.feed_diamonds - summary.totals.diamonds
                return figures
            finally:
                await studio.stop()
                window.deleteLater()

    with loop:
        return loop.run_until_complete(run())


def start_audience(studio: Studio, *options: str) -> subprocess.Popen[str]:
    """A practice audience in the room; returns when everybody is in."""
    address, room = studio.services.link.address, studio.services.live.room
    assert address is not None and room is not None
    command = [*places.program_command(), "audience", "--url", address.origin, "--room", room.room_id]
    command += ["--stop-with-stdin", *options]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


async def audience_in(audience: subprocess.Popen[str]) -> int:
    """Waits off the loop for the line that says how many joined."""
    assert audience.stdout is not None
    line = await asyncio.get_running_loop().run_in_executor(None, audience.stdout.readline)
    return int(json.loads(line)["joined"])


class StallMeter:
    """How late the event loop comes back to a task that asks for it every 5 ms."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.005)
            self.late_ms.append((time.perf_counter() - asked) * 1000 - 5)

    def stop(self) -> dict[str, float]:
        """Percentiles in ms."""
        self._task.cancel()
        ordered = sorted(self.late_ms)
        pick = {f"p{p}": ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 95, 99)}
        return {name: round(max(0.0, value), 2) for name, value in {**pick, "max": ordered[-1]}.items()}
