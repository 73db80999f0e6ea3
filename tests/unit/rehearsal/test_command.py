"""The audience as a process: its lines, and every way to end it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from tests.unit.rehearsal.small_server import ROOM, SmallServer, small_server

_PROGRAM = """
import argparse, sys
from studio.rehearsal import command
parser = argparse.ArgumentParser()
command.add_arguments(parser)
sys.exit(command.run(parser.parse_args()))
"""


async def start(url: str, *options: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PROGRAM,
        "--url",
        url,
        "--room",
        ROOM,
        *options,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )


async def finish(process: Process) -> dict[str, int]:
    out, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, "")
    return json.loads(out.splitlines()[-1])  # type: ignore[no-any-return]


async def joined(process: Process) -> None:
    assert process.stdout is not None
    assert json.loads(await process.stdout.readline()) == {"joined": 3}


async def begin(server: SmallServer, *options: str) -> Process:
    process = await start(server.url, "--viewers", "3", *options)
    await joined(process)
    return process


async def test_says_when_everyone_is_in_and_reports_at_the_end() -> None:
    async with small_server() as server:
        report = await finish(await begin(server, "--seconds", "1.5", "--seed", "4", "--storm", "30"))
    assert (report["seed"], report["viewers"], report["joined"]) == (4, 3, 3)
    assert report["gifts_answered"] == server.gifts > 0
    assert report["diamonds_answered"] == server.diamonds


async def test_ends_when_standard_input_closes() -> None:
    async with small_server() as server:
        process = await begin(server, "--stop-with-stdin")
        assert process.stdin is not None
        process.stdin.close()
        report = await finish(process)
    assert report["joined"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send a process")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    async with small_server() as server:
        process = await begin(server, "--stop-with-stdin")
        process.send_signal(number)
        report = await finish(process)
    assert report["joined"] == 3


async def test_nobody_in_is_a_failure_that_says_why() -> None:
    async with small_server() as server:
        url = server.url
    process = await start(url, "--seconds", "0.5")
    out, err = await process.communicate()
    assert process.returncode == 1
    assert json.loads(out.splitlines()[-1])["joined"] == 0
    assert b"nobody got in (ConnectionRefusedError)" in err


@pytest.mark.parametrize("options", [["--viewers", "0"], ["--seconds", "-1"], ["--storm", "0"]])
async def test_arguments_that_make_no_sense_are_explained(options: list[str]) -> None:
    process = await start("http://127.0.0.1:1", *options)
    out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err.startswith(b"host-studio audience: ") and b"Traceback" not in err
