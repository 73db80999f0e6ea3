"""Lip sync from end to end: a camera that flashes and a microphone that hears a beep at the same moment,
through the whole studio, in the recording and in Chromium. Both must come within 40 ms.

The beep goes through a real sound server, which takes its time: an ear of its own, beside the studio, says
when the beep was in the air. Needs a machine that does nothing else: where the sound server starves, what is
measured is its hunger, hence `long`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np
import pytest
from playwright.async_api import async_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS, DESKTOP, Viewer
from tests.system.sound_server import WAIT_S, SoundServer

RATE, S = 48_000, 1_000_000_000
LIMIT_MS = 40
#: In the page: so many beeps that were heard well, within so many seconds.
BEEPS, WATCHED_S = 6, 40
SEEN = ("flashes", "beeps")
ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("lipsync.js")


class Beeper:
    """Plays a tone of 0.15 s at every whole second of the monotonic clock, as well as the server allows."""

    def __init__(self, server: SoundServer, program: str) -> None:
        command = [program, "--raw", "--format=s16le", f"--rate={RATE}", "--channels=2"]
        command += ["--latency-msec=150", "--device=speaker"]
        self._process = subprocess.Popen(command, env=server.env, stdin=subprocess.PIPE)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        begin, made, chunk = time.monotonic_ns(), 0, RATE // 100
        with contextlib.suppress(BrokenPipeError):  # ended by `stop` in the middle
            while not self._ended.wait(0.004):
                while begin + made * S // RATE <= time.monotonic_ns():
                    at = begin / S + (made + np.arange(chunk)) / RATE
                    tone = 0.5 * np.sin(2 * np.pi * 1000 * at) * (at % 1.0 < 0.15)
                    os.write(pipe.fileno(), np.repeat(np.rint(tone * 32_767).astype("<i2"), 2).tobytes())
                    made += chunk

    def stop(self) -> None:
        """Before the server ends."""
        self._ended.set()
        self._thread.join(WAIT_S)
        self._process.kill()
        self._process.communicate()


class Ear:
    """Listens to the same air as the microphone and notes when beeps began, in ms after the whole second."""

    def __init__(self, server: SoundServer, program: str) -> None:
        command = [program, "--record", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1"]
        command += ["--latency-msec=5", "--device=speaker.monitor"]
        self._process = subprocess.Popen(command, env=server.env, stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._run)
        self._onsets: list[int] = []  # in samples since the first
        self._first_ns = 0  # when that was heard: the earliest that any arrival allows
        self._thread.start()

    def _run(self) -> None:
        assert self._process.stdout is not None
        heard, quiet, rest = 0, 0, b""
        while data := os.read(self._process.stdout.fileno(), 4_096):
            arrived, data = time.monotonic_ns(), rest + data
            rest = data[len(data) // 2 * 2 :]
            samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
            loud = np.flatnonzero(np.abs(samples) > 3_276)
            if len(loud) and quiet + loud[0] > RATE // 3:
                self._onsets.append(heard + int(loud[0]))
            quiet = len(samples) - int(loud[-1]) if len(loud) else quiet + len(samples)
            heard += len(samples)
            origin = arrived - heard * S // RATE
            self._first_ns = min(self._first_ns or origin, origin)

    @property
    def late_ms(self) -> float:
        """How long after the whole second the beep was in the air."""
        return median(wrapped_ms((self._first_ns + onset * S // RATE) / S) for onset in self._onsets)

    def stop(self) -> None:
        self._process.terminate()
        self._thread.join(WAIT_S)
        self._process.communicate()


@pytest.fixture
def room(tmp_path: Path, require_system: Callable[[str], str]) -> Iterator[tuple[SoundServer, Beeper, Ear]]:
    program = require_system("paplay")
    server = SoundServer(tmp_path / "pulse", require_system, rate=RATE)
    ear, beeper = Ear(server, program), Beeper(server, program)
    yield server, beeper, ear
    beeper.stop()
    ear.stop()
    server.close()


def wrapped_ms(seconds: float) -> float:
    """The distance to the nearest whole second, in ms."""
    return ((seconds + 0.5) % 1.0 - 0.5) * 1000


def offsets_ms(flashes: list[float], beeps: list[float]) -> list[float]:
    """How long after each flash its beep came."""
    pairs = [min((beep - flash for beep in beeps), key=abs) * 1000 for flash in flashes]
    return [offset for offset in pairs if abs(offset) < 400]  # the first or last may have none


def recorded(path: Path) -> tuple[list[float], list[float]]:
    """When it flashes and when it beeps, in seconds."""
    flashes, blocks = [], []
    lit = True
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            bright = float(frame.to_ndarray(format="gray").mean()) > 128
            if bright and not lit:
                flashes.append(float(frame.time or 0))
            lit = bright
    with av.open(str(path)) as container:
        blocks = [(float(frame.time or 0), frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    beeps, quiet_until = [], 0.0
    for at, block in blocks:
        loud = np.flatnonzero(np.abs(block) > 0.1)
        if not len(loud):
            continue
        if at + loud[0] / RATE > quiet_until:
            beeps.append(at + float(loud[0]) / RATE)
        quiet_until = at + float(loud[-1]) / RATE + 0.3
    return flashes, beeps


async def watch(chromium: str, web: str, room_id: str) -> dict[str, Any]:
    """What a viewer's page shows and plays."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = await browser.new_page(viewport=DESKTOP)
        viewer = await Viewer(page, web).go(f"/room/{room_id}")
        await viewer.picture()
        found: dict[str, Any] = await page.evaluate(SCRIPT.read_text(), [BEEPS, WATCHED_S])
        await browser.close()
    return found


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(180)
def test_flash_and_beep_come_together_in_the_recording_and_in_chromium(
    tmp_path: Path, room: tuple[SoundServer, Beeper, Ear], require_system: Callable[[str], str]
) -> None:
    server, _, ear = room
    chromium, pipe = require_system("chromium"), subprocess.PIPE
    command = [sys.executable, "-m", "tests.system.flash_on_air", str(tmp_path)]
    studio = subprocess.Popen(command, cwd=ROOT, env=server.env, stdin=pipe, stdout=pipe, text=True)
    try:
        assert studio.stdout is not None
        line = studio.stdout.readline()
        assert line, "the studio did not go on air"
        on_air = json.loads(line)
        page = asyncio.run(watch(chromium, on_air["web"], on_air["room"]))
        out, _ = studio.communicate("", WAIT_S)
    finally:
        if studio.poll() is None:
            studio.kill()
            studio.communicate()
    counters = json.loads(out.splitlines()[-1])
    late_ms = ear.late_ms
    (path,) = (tmp_path / "recording").glob("*.mp4")
    in_file = [offset - late_ms for offset in offsets_ms(*recorded(path))]
    flashes, beeps = page["flashes"], page["beeps"]
    in_page = [offset - late_ms for offset in offsets_ms([at for at, _ in flashes], [at for at, _ in beeps])]
    on_screen = [
        offset - late_ms for offset in offsets_ms([at for _, at in flashes], [at for _, at in beeps])
    ]
    assert len(in_file) >= BEEPS
    assert len(in_page) >= BEEPS // 2, page
    print(
        f"beep in the air {late_ms:.1f} ms after the flash; later than that by {median(in_file):.1f} ms "
        f"in the recording ({min(in_file):.0f} to {max(in_file):.0f}), {median(in_page):.1f} ms in Chromium "
        f"({min(in_page):.0f} to {max(in_page):.0f}; on its own clock {median(on_screen):.1f}); {counters}"
    )
    assert abs(median(in_file)) < LIMIT_MS
    assert abs(median(in_page)) < LIMIT_MS
    assert counters["drift_ms"] < LIMIT_MS
