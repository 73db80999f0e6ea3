"""`host-studio replay`, as typed: a real recording through the real backend into the real studio."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtGui import QImage

from studio.__main__ import main

_ROOT = Path(__file__).parents[2]
_EVENTS = _ROOT / "tests" / "data" / "events"
_COMMAND = [sys.executable, "-m", "studio", "replay"]


def replay(*options: str) -> subprocess.CompletedProcess[str]:
    command = [*_COMMAND, *options, "--offscreen"]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=_ROOT, env=os.environ)


@pytest.mark.alone
def test_a_recording_is_played_reported_and_seen(tmp_path: Path) -> None:
    picture, file = tmp_path / "feed.png", tmp_path / "report.json"
    done = replay(
        str(_EVENTS / "youtube_livechat.jsonl"),
        "--speed", "max", "--screenshot", str(picture), "--report", str(file),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "59 events (YouTube live chat): 36 have a counterpart here, 23 have none" in done.stdout
    assert "41 of 41 (100 %)" in done.stdout and "totals differ by 0" in done.stdout
    report: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert report["recording"]["complete"] and report["difference"] == 0
    assert report["totals"]["comments"] == {"expected": 32, "room": 32, "difference": 0}
    assert report["totals"]["gifts"]["room"] == report["played"]["gift"]["played"] == 9
    assert report["read"]["liveChatPaidMessageRenderer"]["converted"] == 5
    assert report["not_applicable"]["updateLiveChatPollAction"] == 4
    assert report["unknown"] == report["unreadable"] == report["refusals"] == {}
    assert report["events"]["missed"] == report["events"]["duplicates"] == 0
    assert report["earnings"]["ledger_diamonds"] == report["totals"]["coins"]["room"] > 5_000
    ledger = report["ledger"]
    assert ledger["audit"] == "ok"
    assert ledger["debits"] == ledger["credits"] and ledger["transfers"] > 20
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1440, 900)


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="a console's Ctrl+C cannot be sent to one process there")
def test_ctrl_c_ends_it_and_leaves_nothing_behind() -> None:
    command = [*_COMMAND, str(_EVENTS / "tiktok_webcast_decoded.jsonl.gz"), "--offscreen"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=os.environ)
    assert process.stdout is not None
    children: list[psutil.Process] = []
    for line in process.stdout:
        if " of 449 (" in line and not line.split(" of ")[0].endswith(" 0"):
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGINT)
            break
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Cancelled: " in said and "of 449 were played." in said
    assert len(children) >= 2, "the backend and the audience are processes of their own"
    assert not [child for child in children if child.is_running()]


def test_what_is_no_recording_is_told_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "recording"
    file.write_bytes(b"hello")
    done = replay(str(file))
    assert done.returncode == 2 and done.stdout == ""
    assert "not a recording this program knows" in done.stderr and "Traceback" not in done.stderr


def test_what_cannot_be_done_is_told_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay", "recording", "--speed", "backwards"])
    assert ended.value.code == 2 and "--speed" in capsys.readouterr().err
    assert main(["replay", "recording", "--report", str(tmp_path / "nowhere" / "report.json")]) == 2
    assert "there is no folder" in capsys.readouterr().err
