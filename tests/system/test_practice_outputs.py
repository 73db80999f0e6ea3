"""`host-studio practice --record --rtmp`, as typed: the report counts every output, files hold pictures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.media.outputs.recording_reader import is_fragmented
from tests.system.rtmp_servers import NginxRtmp

_ROOT = Path(__file__).parents[2]


def practise(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", "practice", "--offscreen", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=_ROOT, env=os.environ)


def test_a_practice_live_is_recorded_and_sent(require_system: Callable[[str], str], tmp_path: Path) -> None:
    ffprobe = require_system("ffprobe")
    nginx = NginxRtmp(require_system("nginx"), tmp_path / "nginx", "s3cret")
    nginx.start()
    report_file = tmp_path / "report.json"
    try:
        done = practise(
            "--seconds", "6", "--viewers", "2", "--source", "demo", "--report", str(report_file),
            "--record", str(tmp_path / "recordings"), "--rtmp", f"{nginx.url}/s3cret",
        )  # fmt: skip
    finally:
        nginx.kill()
    assert done.returncode == 0, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    report = json.loads(report_file.read_text())
    counters = {output["name"]: output for output in report["video"]["outputs"]}
    assert list(counters) == ["backend", "rtmp 1", "recording"]
    assert all(output["packets"] > 0 and output["dropped"] == 0 for output in counters.values())
    (recorded,) = (tmp_path / "recordings").glob("*.mp4")
    assert recorded.name.endswith("Practice sketching together.mp4")
    assert not is_fragmented(recorded), "it ended in good order"
    for file in (recorded, *nginx.files):
        probed = subprocess.run(
            [ffprobe, "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(file)],
            capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        assert probed.stdout.split()[:2] == ["h264", "aac"]  # a burst of gifts makes chapters behind them


@pytest.mark.parametrize(("scheme", "words"), [("ftp", "begins with rtmp"), ("srt", "SRT is not part")])
def test_an_address_that_cannot_be_sent_to_is_told_before_anything_starts(scheme: str, words: str) -> None:
    done = practise("--seconds", "5", "--rtmp", f"{scheme}://example.org/app/s3cret")
    assert done.returncode == 2
    assert words in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
