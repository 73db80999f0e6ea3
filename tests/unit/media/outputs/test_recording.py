"""The recording: what is in its files, how it splits, and what it says when the disk refuses."""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path

import av
import pytest

from studio.media.outputs.output import OutputState
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.recording_files import FragmentFile, free_path, safe_title
from studio.media.outputs.status import OutputPhase
from studio.media.packet import Packet, StreamConfig
from tests.unit.media.outputs.packets import encoded

AT = datetime(2026, 11, 22, 18, 5)
PLENTY = 1 << 40


def record(
    plan: RecordingPlan, config: StreamConfig, packets: list[Packet], free: int = PLENTY
) -> RecordingOutput:
    output = RecordingOutput(plan, free_bytes=lambda _folder: free, today=lambda: AT)
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    output.stop()
    assert output.join(20)
    return output


def pictures(path: Path) -> tuple[int, float]:
    """(how many decode, seconds of the first)."""
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times and times[0] is not None
    return len(times), times[0]


def test_every_packet_is_in_the_file(tmp_path: Path) -> None:
    config, packets = encoded(75)
    output = record(RecordingPlan(tmp_path, "Friday night"), config, packets)
    assert output.files == (tmp_path / "2026-11-22 18-05 Friday night.mp4",)
    assert pictures(output.files[0]) == (75, 0.0)
    counters = output.counters()
    assert (counters.packets, counters.dropped) == (75, 0)
    assert counters.bytes == output.files[0].stat().st_size
    assert output.status.phase is OutputPhase.STOPPED
    assert output.state is OutputState.STOPPED
    assert output.recorded_s == pytest.approx(2.5)


def test_a_recording_begun_in_mid_broadcast_begins_at_zero_with_a_keyframe(tmp_path: Path) -> None:
    config, packets = encoded(60)
    output = record(RecordingPlan(tmp_path), config, packets[10:])
    assert pictures(output.files[0]) == (30, 0.0)
    assert output.counters().dropped == 20


def test_it_splits_at_keyframes_and_loses_nothing(tmp_path: Path) -> None:
    config, packets = encoded(90)
    output = record(RecordingPlan(tmp_path, "t", split_minutes=1 / 60), config, packets)
    assert [path.name for path in output.files] == [
        "2026-11-22 18-05 t.mp4",
        "2026-11-22 18-05 t (2).mp4",
        "2026-11-22 18-05 t (3).mp4",
    ]
    assert [pictures(path) for path in output.files] == [(30, 0.0)] * 3


def test_it_splits_by_bytes(tmp_path: Path) -> None:
    config, packets = encoded(60)
    output = record(RecordingPlan(tmp_path, split_bytes=1), config, packets)
    assert [pictures(path)[0] for path in output.files] == [30, 30]


def test_it_stops_in_good_order_at_the_reserve(tmp_path: Path) -> None:
    config, packets = encoded(3)
    output = record(RecordingPlan(tmp_path), config, packets, free=(1 << 30) - 1)
    assert output.status.phase is OutputPhase.FAILED
    assert output.status.sentence.startswith("Recording stopped: less than 1 GB is left in")
    assert list(tmp_path.iterdir()) == []
    output.push(packets[0])  # as the encoder goes on doing
    assert output.counters().queued_ms == 0


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("not a folder")
    config, packets = encoded(1)
    output = record(RecordingPlan(tmp_path / "taken"), config, packets)
    assert output.status.phase is OutputPhase.FAILED
    assert "is not a folder" in output.status.sentence


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "is full"), (errno.EACCES, "may not be written"), (errno.EIO, "cannot")],
)
def test_a_disk_that_refuses_in_the_middle_keeps_what_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    config, packets = encoded(20)
    written, write = [0], FragmentFile.write

    def refusing(self: FragmentFile, packet: Packet) -> int:
        written[0] += 1
        if written[0] > 10:
            raise OSError(number, "refused")
        return write(self, packet)

    monkeypatch.setattr(FragmentFile, "write", refusing)
    output = record(RecordingPlan(tmp_path), config, packets)
    assert output.status.phase is OutputPhase.FAILED
    assert words in output.status.sentence
    assert pictures(output.files[0]) == (10, 0.0)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("ends with dots...", "ends with dots"),
        ("con", "con_"),
        ("NUL.txt", "NUL_.txt"),
        ("line\nbreak\tand\u202etricks", "line break and tricks"),
        ("夜のスケッチ ✏️", "夜のスケッチ ✏️"),
        ("...", ""),
    ],
)
def test_titles_become_names_every_system_takes(title: str, name: str) -> None:
    assert safe_title(title) == name


def test_a_long_title_stays_below_the_limit_of_a_name(tmp_path: Path) -> None:
    path = free_path(tmp_path, "夜" * 200, AT)
    path.touch()
    second = free_path(tmp_path, "夜" * 200, AT)
    assert second.name.endswith(" (2).mp4")
    assert len(second.name.encode()) < 255


def test_a_title_with_nothing_left_is_left_out(tmp_path: Path) -> None:
    assert free_path(tmp_path, "???", AT).name == "2026-11-22 18-05.mp4"
