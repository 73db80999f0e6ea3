"""The recording: what is in its files, how it splits, and what it says when the disk refuses."""

from __future__ import annotations

import errno
import shutil
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import av
import pytest

from studio.media.outputs import recording as recording_module
from studio.media.outputs.output import OutputState
from studio.media.outputs.recording import RecordedMark, RecordingOutput, RecordingPlan
from studio.media.outputs.recording_files import FragmentFile, free_path, safe_title
from studio.media.outputs.recording_marks import read_marks
from studio.media.outputs.status import OutputPhase
from studio.media.packet import Packet, StreamConfig
from studio.model.mark import MarkKind
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


def wait_for(condition: Callable[[], bool]) -> None:
    """Until the thread that writes has come so far."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come so far"
        threading.Event().wait(0.001)


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


def test_a_disk_that_takes_no_larger_file_keeps_whole_pictures(tmp_path: Path) -> None:
    """As FAT32 does at 4 GB: here with the system's own limit."""
    resource = pytest.importorskip("resource")
    config, packets = encoded(120)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        output = record(RecordingPlan(tmp_path), config, packets)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert output.status.sentence.startswith(f"Recording stopped: the disk with {tmp_path} takes no larger")
    assert 1 < output.counters().packets < 120
    assert pictures(output.files[0]) == (output.counters().packets, 0.0)


def test_a_folder_that_vanishes_while_recording_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "_SYNC_NS", 0)
    config, packets = encoded(60)
    folder = tmp_path / "stick"
    output = RecordingOutput(RecordingPlan(folder), free_bytes=lambda _folder: PLENTY, today=lambda: AT)
    output.start(config, lambda: None)
    for packet in packets[:30]:
        output.push(packet)
    wait_for(lambda: output.counters().packets == 30)
    shutil.rmtree(folder)
    for packet in packets[30:]:
        output.push(packet)
    assert output.join(20)
    assert output.status.phase is OutputPhase.FAILED
    assert f"{folder} is gone" in output.status.sentence
    output.stop()


def test_a_long_recording_holds_no_index_in_memory(tmp_path: Path) -> None:
    config, packets = encoded(2)
    file = FragmentFile(tmp_path / "t.mp4", config)
    file.write(packets[0])
    tracemalloc.start()
    for number in range(1, 20_000):  # 11 minutes; an entry a picture would be a megabyte
        at_us = number * 33_333
        file.write(replace(packets[1], pts_us=at_us, dts_us=at_us))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    file.close()
    assert file.duration_us > 600_000_000
    assert held < 64 * 1024


def test_a_mark_is_on_the_disk_with_the_time_of_its_picture(tmp_path: Path) -> None:
    config, packets = encoded(90)
    heard: list[RecordedMark] = []
    output = RecordingOutput(
        RecordingPlan(tmp_path, "t", split_minutes=1 / 60),
        on_marked=heard.append,
        free_bytes=lambda _folder: PLENTY,
        today=lambda: AT,
    )
    assert not output.mark(MarkKind.HAND), "nothing is recorded yet"
    output.start(config, lambda: None)
    for number, packet in enumerate(packets, 1):
        output.push(packet)
        wait_for(lambda count=number: output.counters().packets == count)
        if number in (15, 30, 31, 75):
            label = f"  after {number}\npictures "
            assert output.mark(MarkKind.SPIKE, label)
    output.stop()
    assert output.join(20)
    assert not output.mark(MarkKind.HAND)
    first, second, third = output.files
    assert [(mark.path, mark.mark.at_ms, mark.recorded_ms) for mark in heard] == [
        (first, 500, 500),
        (second, 0, 1000),  # the first picture after the split
        (second, 33, 1033),
        (third, 500, 2500),
    ]
    assert [read_marks(path) for path in output.files] == [
        tuple(one.mark for one in heard if one.path == path) for path in output.files
    ]
    assert heard[0].mark.label == "after 15 pictures"
    assert abs(heard[0].mark.wall_ms / 1000 - time.time()) < 60


def test_a_mark_of_the_last_picture_is_kept(tmp_path: Path) -> None:
    config, packets = encoded(30)
    output = RecordingOutput(RecordingPlan(tmp_path), free_bytes=lambda _folder: PLENTY, today=lambda: AT)
    output.start(config, lambda: None)
    for packet in packets:
        output.push(packet)
    wait_for(lambda: output.counters().packets == 30)
    assert output.mark(MarkKind.HAND, "x" * 500)
    output.stop()
    assert output.join(20)
    (mark,) = read_marks(output.files[0])
    assert (mark.at_ms, len(mark.label)) == (1000, 120)


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
