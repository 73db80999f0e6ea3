"""The long run itself, short: that it measures, and that nothing is lost in the time of a song's chorus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_forty_seconds_hold(require_system: Callable[[str], str], tmp_path: Path) -> None:
    require_system("nginx")
    command = [sys.executable, "-m", "tests.long.on_air", "--seconds", "40", "--preset", "ultrafast"]
    done = subprocess.run(
        [*command, "--folder", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        timeout=280,
        check=False,
    )
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["did_not_hold"] == []
    assert done.returncode == 0
    assert report["sound_and_picture"]["moments"] >= 3
    assert set(report["outputs"]) >= {"backend", "first", "second", "recording"}
    lines = (tmp_path / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert json.loads(lines[-1])["encoded"] > 500
    assert not list(tmp_path.glob("*/*.flv")), "films are removed unless they are wanted"
