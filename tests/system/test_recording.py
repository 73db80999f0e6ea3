"""A recording survives a kill: what was handed to it up to a second before can be played."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from studio.media.clips import cut_clip
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.recording_marks import append_mark
from studio.media.outputs.recording_rewrite import rewrite
from studio.media.outputs.replay import ReplayOutput
from studio.model.mark import Mark
from tests.system.film_player import film_player
from tests.unit.media.outputs.films import broadcast, recorded

_SCRIPT = Path(__file__).with_name("record_until_killed.py")
_ROOT = _SCRIPT.parents[2]
#: What the issue allows to be missing.
_MAY_MISS_MS = 1000
_PICTURE_MS = 1000 / 30


def _kill_after(folder: Path, pictures: int) -> int:
    """Records, kills after so many pictures; gives the milliseconds handed over by then."""
    command = [sys.executable, str(_SCRIPT), str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=_environment()
    ) as process:
        assert process.stdout is not None
        try:
            for _ in range(pictures):
                line = process.stdout.readline()
                assert line, "the recording process ended by itself"
        finally:
            process.kill()
        rest = process.stdout.read().split()
    return int(rest[-1]) if rest else int(line)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(_ROOT)}


def _played_ms(ffprobe: str, path: Path) -> float:
    """Where the last picture that decodes ends; fails on any complaint of the decoder."""
    asked = ["-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"]
    done = subprocess.run(
        [ffprobe, "-v", "error", *asked, "-of", "csv=p=0", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return int(done.stdout.strip().rstrip(",")) * 1000 / 30


def _kills(count: int, require_system: Callable[[str], str], tmp_path: Path) -> None:
    """Every file plays in ffprobe and in Chromium, then finished once more in both."""
    ffprobe = require_system("ffprobe")
    dice = random.Random(20261122)
    missing: list[float] = []
    with film_player(require_system("chromium"), tmp_path) as player:
        for number in range(count):
            folder = tmp_path / str(number)
            # At least a second: of less, nothing needs to be there.
            handed_ms = _kill_after(folder, dice.randint(31, 150))
            (path,) = folder.glob("*.mp4")
            for form in ("as it was left", "finished"):
                played_ms = _played_ms(ffprobe, path)
                assert handed_ms - _MAY_MISS_MS <= played_ms <= handed_ms + 40, (path, form)
                seen = player.play(path)
                # The kill may tear the last picture: Chromium shows all before it, then says so.
                torn = form == "as it was left" and "DECODE" in seen.error
                assert torn or (seen.error, seen.ended) == ("", True), (path, form, seen)
                assert seen.first == 0.0 and seen.last is not None, (path, form, seen)
                shown_ms = seen.last * 1000 + _PICTURE_MS
                assert handed_ms - _MAY_MISS_MS <= shown_ms <= handed_ms + 40, (path, form, seen)
                missing += [handed_ms - played_ms, handed_ms - shown_ms]
                if form == "as it was left":
                    rewrite(path, reserve_bytes=0)
    print(f"{count} kills: at most {max(missing):.0f} ms of what was handed over are missing")


def test_a_killed_recording_plays(require_system: Callable[[str], str], tmp_path: Path) -> None:
    _kills(3, require_system, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_twenty_killed_recordings_play(require_system: Callable[[str], str], tmp_path: Path) -> None:
    _kills(20, require_system, tmp_path)


def test_clips_and_replays_play_from_their_first_picture(
    require_system: Callable[[str], str], tmp_path: Path
) -> None:
    (recording,) = recorded(RecordingPlan(tmp_path, "t"), 8, 2.0).files
    clips = [cut_clip(recording, tmp_path / "of what was recorded.mp4", 3.0, 6.0)]
    append_mark(recording, Mark(at_ms=5_000, wall_ms=0, label="a chapter"))
    rewrite(recording, reserve_bytes=0)
    clips.append(cut_clip(recording, tmp_path / "of what was finished.mp4", 3.0, 6.0))
    replay = ReplayOutput(4)
    config, packets = broadcast(8, 2.0)
    replay.start(config, lambda: None)
    for packet in packets:
        replay.push(packet)
    clips.append(replay.save(tmp_path, "t", datetime(2026, 11, 25)))
    with film_player(require_system("chromium"), tmp_path) as player:
        for clip in (*clips, recording):
            seen = player.play(clip)
            assert (seen.error, seen.ended, seen.first) == ("", True, 0.0), clip
            assert seen.last is not None
            assert seen.last == pytest.approx(8.0 if clip is recording else 4.0, abs=0.25), clip
            probed = subprocess.run(
                [require_system("ffprobe"), "-v", "error", "-show_entries", "format=start_time",
                 "-of", "csv=p=0", str(clip)],
                capture_output=True, text=True, timeout=30, check=True,
            )  # fmt: skip
            assert (float(probed.stdout), probed.stderr) == (0.0, ""), clip
