"""What goes beside the backend: planned, begun, told about, ended. The outputs are the real ones."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from studio.media.engine import MediaEngine
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.rtmp.target import BadTarget, RtmpTarget, target_from_address
from studio.media.outputs.status import OutputPhase
from studio.net.credentials import CredentialStore
from studio.services.output_settings import OutputSettings
from studio.services.outputs import OutputsService
from studio.services.profile import Profile
from studio.services.tasks import Tasks
from tests.studio_parts import until
from tests.unit.media.outputs.packets import encoded


@pytest_asyncio.fixture
async def outputs(qtbot: QtBot, tmp_path: Path) -> AsyncIterator[OutputsService]:
    tasks = Tasks()
    profile = Profile(tmp_path / "profile.json")
    yield OutputsService(tasks, OutputSettings(profile, CredentialStore(), tasks), MediaEngine())
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


async def test_a_target_is_kept_with_its_key_in_the_keyring_alone(qtbot: QtBot, tmp_path: Path) -> None:
    tasks = Tasks()
    profile = Profile(tmp_path / "profile.json")
    settings = OutputSettings(profile, CredentialStore(), tasks)
    assert await settings.add(" My  Twitch ", "rtmps://live.example.org/app", " live_s3cret ") == ""
    (row,) = settings.rows
    assert (row.name, row.words, row.enabled, row.usable) == (
        "My Twitch",
        "key in system keyring",
        True,
        True,
    )
    profile.flush()
    assert "s3cret" not in (tmp_path / "profile.json").read_text()

    later = OutputSettings(Profile(tmp_path / "profile.json"), CredentialStore(), tasks)
    assert later.rows[0].words == "reading its key…"
    assert later.targets_in_use() == ()
    await later.load()
    (target,) = later.targets_in_use()
    assert (target.name, target.host, target.key) == ("My Twitch", "live.example.org", "live_s3cret")
    later.set_enabled("My Twitch", False)
    assert later.targets_in_use() == ()
    await later.remove("My Twitch")
    assert later.rows == []

    without = OutputSettings(profile, CredentialStore(), tasks)
    await without.load()
    assert without.rows[0].words.startswith("its stream key is gone")
    await tasks.stop()


@pytest.mark.parametrize(
    ("name", "url", "key", "words"),
    [
        ("", "rtmp://example.org/app", "k", "Give it a name"),
        ("x" * 33, "rtmp://example.org/app", "k", "at most 32"),
        ("backend", "rtmp://example.org/app", "k", "already"),
        ("a", "example.org/app", "k", "begins with rtmp"),
        ("a", "rtmp://example.org/app", "k k", "copy it again"),
    ],
)
async def test_a_target_that_is_refused_is_not_kept(
    outputs: OutputsService, name: str, url: str, key: str, words: str
) -> None:
    assert words in await outputs.settings.add(name, url, key)
    assert outputs.settings.rows == []


async def test_the_recording_goes_where_the_host_says(outputs: OutputsService, tmp_path: Path) -> None:
    settings = outputs.settings
    assert settings.recording_plan() is None
    await settings.set_folder(tmp_path / "not yet" / "there")
    settings.set_record(True)
    plan = settings.recording_plan()
    assert plan is not None
    assert plan.folder == tmp_path / "not yet" / "there"
    assert settings.free_bytes is not None
    settings.free_bytes = (1 << 30) + 3_660_000 * 60 // 8
    assert settings.minutes_left(3_660) == 1
    settings.free_bytes = 0
    assert settings.minutes_left(3_660) == 0
    assert [output.name for output in outputs.begin()] == ["recording"]
    await outputs.end()
