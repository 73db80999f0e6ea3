"""Real files through OpenCV: pacing by their own time stamps, looping, and files that are no video."""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.sources.file_source import FileSource
from tests.fakes.media_clock import JumpingClock


def test_a_real_webcam_clip_plays_in_real_time_and_loops(webcam_clip: Path) -> None:
    clock = JumpingClock()
    source = FileSource(webcam_clip, clock=clock)
    source.open()
    assert (source.size, source.fps, source.name) == ((640, 480), 30.0, webcam_clip.name)
    times: list[int] = []
    for _ in range(200):  # more than twice through
        frame = source.read()
        assert frame is not None
        assert frame.array.shape == (480, 640, 3)
        times.append(frame.pts_ns)
    source.close()
    steps_ms = [(b - a) / 1e6 for a, b in itertools.pairwise(times)]
    assert min(steps_ms) >= 32, "Matroska rounds to whole milliseconds"
    assert max(steps_ms) <= 35, "no gap where it begins anew"


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_variable_frame_rate_is_kept(make_clip: Callable[..., Path], name: str) -> None:
    times_ms = [0, 10, 60, 100, 400, 433]
    source = FileSource(make_clip(times_ms, name), clock=JumpingClock())
    source.open()
    frames = [source.read() for _ in times_ms]
    source.close()
    first = frames[0]
    assert first is not None
    got = [round((frame.pts_ns - first.pts_ns) / 1e6) for frame in frames if frame]
    assert got == times_ms
    shades = [int(frame.array.mean()) for frame in frames if frame]
    assert shades == sorted(shades), "in order"
    assert shades[-1] - shades[0] > 80


def test_late_readers_do_not_hurry_after_lost_time(make_clip: Callable[..., Path]) -> None:
    clock = JumpingClock()
    source = FileSource(make_clip([0, 33, 67, 100, 133]), clock=clock)
    source.open()
    source.read()
    clock.time_ns += 5_000_000_000  # the machine slept
    late, after = source.read(), source.read()
    source.close()
    assert late is not None
    assert after is not None
    assert 30 <= (after.pts_ns - late.pts_ns) / 1e6 <= 36


def test_odd_sizes_and_names_beyond_ascii(make_clip: Callable[..., Path]) -> None:
    source = FileSource(make_clip([0, 33], "vidéo 视频.mp4", size=(34, 18)), clock=JumpingClock())
    source.open()
    assert source.size == (34, 18)
    source.close()


def test_it_can_be_opened_again(make_clip: Callable[..., Path]) -> None:
    source = FileSource(make_clip([0, 33, 67]), clock=JumpingClock())
    for _ in range(2):
        source.open()
        assert source.read() is not None
        source.close()
    with pytest.raises(SourceLost):
        source.read()


def test_interrupt_ends_the_wait_for_a_picture(make_clip: Callable[..., Path]) -> None:
    source = FileSource(make_clip([0, 3_000_000]))  # the second is due in 50 minutes; the real clock
    source.open()
    assert source.read() is not None
    source.interrupt()
    assert source.read() is None
    source.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "not there any more"),
        (b"", "empty"),
        (b"this is a letter, not a video\n" * 100, "no picture"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(4000), "no picture"),
    ],
)
def test_what_is_no_video_says_so(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    source = FileSource(path)
    with pytest.raises(SourceUnreadable, match=says) as caught:
        source.open()
    assert "broken.mp4" in str(caught.value)
    assert str(tmp_path) not in str(caught.value), "a path is not for the host's eyes"
    assert caught.value.transient is False


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="folder"):
        FileSource(tmp_path).open()


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="root may read everything",
)
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(SourceUnreadable, match="permissions"):
        FileSource(path).open()


def test_a_clip_with_a_torn_end_loops_over_what_is_there(webcam_clip: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mkv"
    data = webcam_clip.read_bytes()
    torn.write_bytes(data[: len(data) // 2])
    source = FileSource(torn, clock=JumpingClock())
    source.open()
    assert all(source.read() is not None for _ in range(150))
    source.close()


def test_a_clip_with_a_hole_in_it_goes_on(webcam_clip: Path, tmp_path: Path) -> None:
    holed = tmp_path / "holed.mkv"
    data = bytearray(webcam_clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = random.Random(7).randbytes(3000)
    holed.write_bytes(bytes(data))
    source = FileSource(holed, clock=JumpingClock())
    source.open()
    assert all(source.read() is not None for _ in range(120))
    source.close()


def test_a_file_that_vanishes_while_playing_is_a_loss(make_clip: Callable[..., Path]) -> None:
    path = make_clip([0, 33, 67])
    source = FileSource(path, clock=JumpingClock())
    source.open()
    if sys.platform == "win32":
        pytest.skip("an open file cannot be removed on Windows")
    path.unlink()
    with pytest.raises(SourceLost, match="cannot be read any more"):
        for _ in range(10):
            source.read()
    source.close()
