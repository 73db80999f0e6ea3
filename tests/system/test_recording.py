"""A recording survives a kill: what was handed to it up to a second before can be played."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).with_name("record_until_killed.py")
_ROOT = _SCRIPT.parents[2]
#: What the issue allows to be missing.
_MAY_MISS_MS = 1000


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
    ffprobe = require_system("ffprobe")
    dice = random.Random(20261122)
    for number in range(count):
        folder = tmp_path / str(number)
        handed_ms = _kill_after(folder, dice.randint(1, 150))
        (path,) = folder.iterdir()
        played_ms = _played_ms(ffprobe, path)
        assert handed_ms - _MAY_MISS_MS <= played_ms <= handed_ms + 40, path


def test_a_killed_recording_plays(require_system: Callable[[str], str], tmp_path: Path) -> None:
    _kills(4, require_system, tmp_path)


@pytest.mark.long
def test_twenty_killed_recordings_play(require_system: Callable[[str], str], tmp_path: Path) -> None:
    _kills(20, require_system, tmp_path)
