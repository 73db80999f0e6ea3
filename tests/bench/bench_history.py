"""History and export over a long time: 500 LIVEs with 1,000,000 gifts in the journals of this computer.

    index_s               counting all journals for the first time, once in a life
    open_ms               from the press to the newest LIVE painted: list, figures, timeline, table
    select_ms             another LIVE chosen, until it is painted
    export_csv_s, export_json_s, verify_s    all of it, each in a process of its own as the studio does it
    cancel_ms             from the press to the end of the process, a quarter into the export

``BENCH_LIVES`` and ``BENCH_GIFTS`` (a LIVE) make it smaller. The floor of the export is ``floor_s``: the same
bytes hashed and written by plain Python.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.past_lives import Evening
from tests.fakes.studio_stage import RIN, Stage

LIVES = int(os.environ.get("BENCH_LIVES", "500"))
GIFTS = int(os.environ.get("BENCH_GIFTS", "2000"))
#: 1 January 2026; LIVEs are 17 hours apart.
_FIRST_MS, _APART_MS = 1_767_225_600_000, 61_200_000


def make(folder: Path) -> int:
    """The journals; how many gift messages are in them."""
    messages = 0
    for number in range(LIVES):
        started = _FIRST_MS + number * _APART_MS
        evening = Evening(RIN, f"room{number:04d}", f"LIVE number {number}", started, seed=number)
        evening.play(60, gifts_a_minute=GIFTS / 67, viewers=500).keep(folder)
        messages += sum(type(event).__name__ == "GiftSent" for event in evening.events)
    return messages


async def opened(stage: Stage, window: MainWindow) -> dict[str, float]:
    """Opens the history as a host does, and chooses another LIVE."""
    history = stage.services.history
    began = time.perf_counter()
    window.show_history()
    await _read(stage)
    window.history.grab()
    figures = {"open_ms": (time.perf_counter() - began) * 1_000}
    began = time.perf_counter()
    history.select(history.sessions[len(history.sessions) // 2])
    await _read(stage)
    window.history.grab()
    figures["select_ms"] = (time.perf_counter() - began) * 1_000
    return {name: round(value, 1) for name, value in figures.items()}


async def _read(stage: Stage) -> None:
    while stage.services.history.busy or stage.services.history.story is None:  # noqa: ASYNC110
        await asyncio.sleep(0.002)


def export(folder: Path, form: str) -> tuple[float, Path]:
    file = folder / f"year.{form}"
    words = [
        "export",
        "--period",
        "all",
        "--format",
        form,
        "--out",
        str(file),
        "--journal",
        str(folder / "journal"),
    ]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "studio", *words], check=True, capture_output=True)
    return round(time.perf_counter() - began, 2), file


def cancelled(folder: Path) -> float:
    words = [
        "export",
        "--period",
        "all",
        "--out",
        str(folder / "no.csv"),
        "--journal",
        str(folder / "journal"),
    ]
    child = subprocess.Popen(
        [sys.executable, "-m", "studio", *words, "--tell-progress"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    for line in child.stdout:
        said = json.loads(line)
        if said["rows"] > said.get("of", 0) // 8:
            break
    began = time.perf_counter()
    child.stdin.close()
    child.stdout.read()
    child.wait()
    assert not (folder / "no.csv").exists()
    return round((time.perf_counter() - began) * 1_000, 1)


def floor(file: Path) -> float:
    began = time.perf_counter()
    seal = b""
    with file.open("rb") as source, file.with_suffix(".floor").open("wb") as target:
        for line in source:
            seal = hashlib.sha256(seal + line).hexdigest().encode()
            target.write(line)
    return round(time.perf_counter() - began, 2)


def main() -> None:
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    report: dict[str, Any] = {"lives": LIVES}
    with tempfile.TemporaryDirectory(prefix="bench-history-") as name, loop:
        folder = Path(name)
        report["gift_messages"] = make(folder / "journal")
        stage = Stage(folder)
        began = time.perf_counter()
        stage.services.journal.index.refresh()
        report["index_s"] = round(time.perf_counter() - began, 2)
        stage.sign_in()
        window = MainWindow(stage.services, Theme(app, "dark"))
        window.resize(1440, 900)
        window.show()
        app.processEvents()
        report.update(loop.run_until_complete(opened(stage, window)))
        window.hide()
        report["export_csv_s"], csv = export(folder, "csv")
        report["export_json_s"], _ = export(folder, "json")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "studio", "verify", str(csv)], check=True, capture_output=True)
        report["verify_s"] = round(time.perf_counter() - began, 2)
        report["cancel_ms"] = cancelled(folder)
        report["floor_s"] = floor(csv)
        loop.run_until_complete(stage.services.tasks.stop())
    print(json.dumps(report))


if __name__ == "__main__":
    main()
