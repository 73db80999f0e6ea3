"""What goes beside the backend: planned, begun, told about, ended. The outputs are the real ones."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from studio.media.output_status import OutputPhase
from studio.media.recording import RecordingPlan
from studio.media.rtmp_target import BadTarget, RtmpTarget, target_from_address
from studio.services.outputs import OutputsService
from studio.services.tasks import Tasks
from tests.studio_parts import until
from tests.unit.media.outputs.packets import encoded


@pytest_asyncio.fixture
async def outputs(qtbot: QtBot) -> AsyncIterator[OutputsService]:
    tasks = Tasks()
    yield OutputsService(tasks)
    await tasks.stop()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_nothing_planned_is_nothing_begun(outputs: OutputsService) -> None:
    assert outputs.begin() == []
    await outputs.end()
    assert (outputs.statuses, outputs.trouble, outputs.files, outputs.recording) == ({}, "", (), False)


async def test_a_recording_begins_runs_and_is_closed_at_the_end(
    outputs: OutputsService, tmp_path: Path
) -> None:
    config, packets = encoded(30)
    outputs.plan([], RecordingPlan(tmp_path, "t", reserve_bytes=0))
    (output,) = outputs.begin()
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    await until(lambda: outputs.recording, "the recording runs")
    output.stop()
    await outputs.end()
    assert outputs.statuses["recording"].phase is OutputPhase.STOPPED
    assert outputs.recorded_s == pytest.approx(1.0)
    assert [path.parent for path in outputs.files] == [tmp_path]
    assert not outputs.recording


async def test_trouble_names_each_output_and_begins_anew_with_the_next_broadcast(
    outputs: OutputsService, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    config, _ = encoded(1)
    target = RtmpTarget("Twitch", f"rtmp://127.0.0.1:{closed_port()}/app", "s3cret")
    outputs.plan([target], RecordingPlan(tmp_path / "taken"))
    begun = outputs.begin()
    for output in begun:
        output.start(config, lambda: None)
    await until(lambda: outputs.statuses["Twitch"].phase is OutputPhase.RETRYING, "the refusal")
    await until(lambda: "not a folder" in outputs.trouble, "the disk's word")
    assert "Twitch: nothing answers" in outputs.trouble
    assert "s3cret" not in outputs.trouble
    outputs.retry_now()
    for output in begun:
        output.stop()
    await outputs.end()
    assert outputs.statuses["Twitch"].phase is OutputPhase.STOPPED
    assert set(outputs.begin()).isdisjoint(begun)


async def test_outputs_that_never_started_end_at_once(outputs: OutputsService, tmp_path: Path) -> None:
    outputs.plan([RtmpTarget("a", "rtmp://127.0.0.1/app", "")], RecordingPlan(tmp_path))
    for output in outputs.begin():
        output.stop()  # as when the encoder does not start
    await outputs.end()


async def test_two_targets_of_one_name_are_refused(outputs: OutputsService) -> None:
    target = RtmpTarget("a", "rtmp://127.0.0.1/app", "")
    with pytest.raises(ValueError, match="same name"):
        outputs.plan([target, target], None)


def test_one_line_addresses_of_the_command_line() -> None:
    target = target_from_address("rtmp 1", "rtmps://live.example.org/app/sub/key_1")
    assert (target.app, target.key, target.port) == ("app/sub", "key_1", 443)
    with pytest.raises(BadTarget, match="name of the app"):
        target_from_address("rtmp 1", "rtmp://live.example.org/key")
