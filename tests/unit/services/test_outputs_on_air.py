"""Targets and the recording switched on air: what runs follows what the host wants, in the real engine."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from pytestqt.qtbot import QtBot

from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.net.credentials import CredentialStore
from studio.services.output_lines import OutputLine
from studio.services.output_settings import OutputSettings
from studio.services.outputs import OutputsService
from studio.services.profile import Profile
from studio.services.tasks import Tasks
from tests.studio_parts import until

CANVAS = CanvasSettings(96, 160, 30)
FAST = EncoderSettings(bit_rate=300_000, preset="ultrafast", threads=1)


class OnAir:
    """An engine on air, one output that must lose nothing, and the service that switches the others."""

    def __init__(self, folder: Path) -> None:
        self.tasks = Tasks()
        self.engine = MediaEngine(CANVAS)
        self.settings = OutputSettings(Profile(folder / "profile.json"), CredentialStore(), self.tasks)
        self.outputs = OutputsService(self.tasks, self.settings, self.engine)
        self.steady = FragmentOutput("backend", capacity_ms=120_000)

    def begin(self) -> None:
        self.engine.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
        self.engine.go_on_air([self.steady, *self.outputs.begin()], FAST)

    async def end(self) -> None:
        assert await self.tasks.blocking(self.engine.leave_air)
        await self.outputs.end()

    def line(self, name: str) -> OutputLine:
        return next(line for line in self.outputs.lines if line.name == name)


@pytest_asyncio.fixture
async def air(qtbot: QtBot, tmp_path: Path) -> AsyncIterator[OnAir]:
    made = OnAir(tmp_path)
    yield made
    await made.end()
    assert await made.tasks.blocking(made.engine.stop)
    await made.tasks.stop()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_recording_is_switched_on_off_and_on_again(air: OnAir, tmp_path: Path) -> None:
    await air.settings.set_folder(tmp_path / "films")
    air.begin()
    assert air.line("recording") == OutputLine("recording", "Off", "text3", on=False)
    air.outputs.switch("recording", True)
    await until(lambda: air.outputs.recorded_s >= 0.5, "it records")
    assert air.line("recording").words == "Recording · 0:00"
    air.outputs.switch("recording", False)
    await until(lambda: "recording" not in air.outputs.statuses, "it has left")
    assert not air.outputs.recording
    kept = air.outputs.recorded_s
    air.outputs.switch("recording", True)
    await until(lambda: air.outputs.recorded_s >= kept + 0.5, "it records again")
    assert len(air.outputs.files) == 2
    await air.end()
    assert air.steady.counters().dropped == 0
    assert air.steady.counters().queued_ms >= int(air.outputs.recorded_s * 1000)


async def test_a_target_joins_tries_again_and_leaves(air: OnAir) -> None:
    air.begin()
    url = f"rtmp://127.0.0.1:{closed_port()}/app"
    assert await air.settings.add("Twitch", url, "s3cret") == ""
    await until(lambda: air.line("Twitch").retrying, "added on air, it is tried at once")
    line = air.line("Twitch")
    assert line.words.startswith("Next try in ")
    assert "nothing answers" in line.trouble
    assert "s3cret" not in repr(line)
    air.outputs.retry_now("another")
    air.outputs.retry_now("Twitch")
    air.outputs.switch("Twitch", False)
    assert air.line("Twitch") == OutputLine("Twitch", "Off", "text3", on=False)
    await until(lambda: not air.outputs._leaving, "it has ended")
    assert [counted.name for counted in air.engine.counters().outputs] == ["backend"]


async def test_off_and_on_in_a_moment_waits_for_the_old_one(air: OnAir) -> None:
    target = RtmpTarget("a", f"rtmp://127.0.0.1:{closed_port()}/app", "")
    air.outputs.plan([target], None)
    air.begin()
    await until(lambda: air.line("a").retrying, "the refusal")
    old = air.outputs._sending["a"]
    air.outputs.switch("a", False)
    air.outputs.switch("a", True)
    assert "a" not in air.outputs._sending, "a server refuses the same stream twice"
    assert air.line("a").words == "Starting…"
    await until(lambda: "a" in air.outputs._sending, "the new one")
    assert air.outputs._sending["a"] is not old
    assert old.status.phase is OutputPhase.STOPPED


async def test_what_is_planned_can_be_switched_off_and_on(air: OnAir, tmp_path: Path) -> None:
    air.outputs.plan([], RecordingPlan(tmp_path, "t", reserve_bytes=0))
    assert air.outputs.wanted("recording")
    air.begin()
    await until(lambda: air.outputs.recording, "it records")
    air.outputs.switch("recording", False)
    await until(lambda: not air.outputs._leaving, "it has ended")
    assert air.line("recording").words.startswith("Off")


async def test_after_the_encoder_failed_nothing_joins(air: OnAir, tmp_path: Path) -> None:
    air.begin()
    await until(lambda: air.engine.counters().encoded > 0, "a picture")
    assert await air.tasks.blocking(air.engine.leave_air)
    air.outputs.switch("recording", True)
    assert air.outputs.statuses == {}
