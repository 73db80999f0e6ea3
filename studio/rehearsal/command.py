"""``host-studio audience``: the practice audience as a process of its own.

Main thread. Prints one JSON line when everyone is in (``{"joined": 30}``) and the report as the last line.
With ``--recording`` the people of a recording come instead: lines ``{"settled": 12, "of": 449}`` say how far
it is, ``{"finished": ...}`` that all of it was played; then they stay until stopped.
Ends after ``--seconds``, on SIGTERM or SIGINT, or when standard input closes (``--stop-with-stdin``: so an
audience never outlives the program that started it, on every system).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec
import psutil

from studio.connectors.plan import plan_recording, speed
from studio.rehearsal.audience import Audience
from studio.rehearsal.crowd import Crowd
from studio.rehearsal.recorded import RecordedAudience, gifts_on_sale
from studio.rehearsal.tally import AudienceReport

_TELL_EVERY_S = 0.25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``host-studio audience``."""
    parser.add_argument("--url", required=True, help="the backend, such as http://127.0.0.1:8700")
    parser.add_argument("--room", required=True, help="id of a room that is live")
    parser.add_argument("--viewers", type=int, default=30, help="1 to 10000 (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same show (default 1)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="default: until stopped")
    parser.add_argument("--storm", type=float, metavar="N", help="N more events a second, for load tests")
    parser.add_argument("--recording", type=Path, metavar="FILE", help="play a recording's people instead")
    parser.add_argument(
        "--speed", type=speed, default=1.0, metavar="X|max", help="of a recording (default 1)"
    )
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input closes")


def run(args: argparse.Namespace) -> int:
    """Plays the show; 0 when somebody got in, 1 when nobody did, 2 for arguments that make no sense."""
    _step_back()
    try:
        if args.recording is not None:
            return asyncio.run(_play_recording(args))
        report = asyncio.run(_play(args))
    except ValueError as error:
        print(f"host-studio audience: {error}", file=sys.stderr)
        return 2
    _say(msgspec.json.encode(report).decode())
    if report.joined == 0:
        reasons = ", ".join(report.connection_faults) or "the show ended first"
        print(f"host-studio audience: nobody got in ({reasons})", file=sys.stderr)
        return 1
    return 0


def _step_back() -> None:
    """Real viewers are on other machines: on this one the host's picture comes first."""
    behind = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10
    try:
        psutil.Process().nice(behind)
    except psutil.Error as error:
        print(f"host-studio audience: runs at normal priority ({error})", file=sys.stderr)


async def _play(args: argparse.Namespace) -> AudienceReport:
    audience = Audience(args.url, args.room, args.seed, args.viewers, args.seconds, args.storm)
    with _until_stopped(audience, args):
        announcer = asyncio.ensure_future(_announce(audience))
        try:
            return await audience.run()
        finally:
            await announcer


async def _play_recording(args: argparse.Namespace) -> int:
    """0 when every turn was played, 1 when some were not."""
    plan = plan_recording(args.recording, await gifts_on_sale(args.url))
    said_s = 0.0

    def tell() -> None:
        nonlocal said_s
        if (now := time.monotonic()) - said_s >= _TELL_EVERY_S:
            said_s = now
            _say(json.dumps({"settled": audience.settled, "of": len(plan.turns)}))

    async def announce() -> None:
        await audience.finished.wait()
        _say(msgspec.json.encode({"finished": audience.report()}).decode())

    audience = RecordedAudience(args.url, args.room, plan, args.speed, tell)
    with _until_stopped(audience, args):
        announcer = asyncio.ensure_future(announce())
        try:
            await audience.play()
        finally:
            audience.finished.set()
            await announcer
    report = audience.report()
    return 0 if sum(report.played.values()) == report.turns else 1


@contextmanager
def _until_stopped(crowd: Crowd, args: argparse.Namespace) -> Iterator[None]:
    """A signal, or the end of standard input where asked for, stops the crowd."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        try:
            loop.call_soon_threadsafe(crowd.stop)
        except RuntimeError:
            pass  # the loop has closed: the show is over already

    restore = _stop_on_signals(stop)
    if args.stop_with_stdin:
        threading.Thread(target=_read_to_end, args=(stop,), name="stdin", daemon=True).start()
    try:
        yield
    finally:
        restore()


async def _announce(audience: Audience) -> None:
    _say(json.dumps({"joined": await audience.wait_joined()}))


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        pass  # whoever started this is gone; there is nobody to tell


def _read_to_end(stop: Callable[[], None]) -> None:
    # Not sys.stdin: a thread inside it at the end would hold the lock the interpreter wants for closing it.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass  # there is no standard input: whoever started this cannot hold on to it
    stop()


def _stop_on_signals(stop: Callable[[], None]) -> Callable[[], None]:
    """Works on Windows too, where loops take no signal handlers. Returns how to undo it."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.signal(getattr(signal, name), handle) for name in names}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore
