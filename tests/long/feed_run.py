"""The studio's window fed for as long as asked: loop, memory, processor, and whether all of it is kept.

`python -m tests.long.feed_run --rate 50 --seconds 7200 --folder DIR`: events go through the real router to
every service, into the real journal and the real window (offscreen); there is no network and no picture.
One line of JSON every ten seconds to DIR/samples.jsonl, at the end DIR/report.json and the same on stdout.
Exit code 0: nothing was lost and memory was flat; 1: the report says what did not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio.backend.settings import BackendSettings
from studio.journal.files import journal_path
from studio.journal.reader import Reader
from studio.net.connection import TURN_S
from studio.protocol.events import Event
from studio.services.collector import GuiCollector
from studio.services.rows import FeedTab
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.bench.bench_feed_view import StallMeter, Storm
from tests.fakes.feed_services import Rig

#: As the backend sends: at its ticks.
_FEED_EVERY_MS = round(BackendSettings(data_dir=Path()).tick_s * 1_000)
_WARM = 1_000
#: Events in one message of the backend under load.
_A_FRAME = 50
#: In a run up to so long events are made before it begins: making them is not what is measured. In a longer
#: one each is made when it is due: those that wait, and what the encoder hangs on their texts, are memory.
_MADE_BEFORE_S = 120.0
_SAMPLE_S, _IDLE_S = 10.0, 5.0
#: Minutes after which memory is to be flat, in a long run; by how much it may grow from there, in MB.
_SETTLED_S, _FLAT_MB = 1_200, 8.0


class Flood(Storm):
    """A storm whose events may be made beforehand: making them is no work of the studio's."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._made: list[Event] = []

    def make(self, rate: int, count: int) -> None:
        """``count`` events, each with the time it will be due at."""
        for number in range(count):
            if number % max(1, rate * _FEED_EVERY_MS // 1_000) == 0:
                self._rig.pass_time(_FEED_EVERY_MS)
            self._made.append(self._event())
        self._first = self.sent

    def turn(self, due: int) -> bool:
        """Hands over what is due, as the connection does: a frame after the other, for ``TURN_S`` at most.

        Whether some is left.
        """
        if not self._made:
            self.burst(due)
            return False
        began = time.perf_counter()
        while due > 0 and time.perf_counter() - began < TURN_S:
            place, count = self.sent - self._first, min(due, _A_FRAME)
            events = self._made[place : place + count]
            self._rig.link.clock.at_ms = float(events[-1].at_ms)
            self._rig.send(*events)
            self.sent += count
            due -= count
        return due > 0


class FeedRun:
    """One run from its begin to its report."""

    def __init__(self, rate: int, seconds: float, folder: Path) -> None:
        self._rate, self._seconds, self._folder = rate, seconds, folder
        self._rig = Rig(folder / "data", journal_kept=True)
        self._process = psutil.Process()
        self._samples: list[dict[str, float]] = []

    def run(self, theme: Theme) -> dict[str, Any]:
        rig = self._rig
        window = MainWindow(rig.services, theme)
        window.resize(1440, 900)
        window.show()
        rig.go_live()
        storm, loop = Flood(rig), QEventLoop()
        storm.burst(_WARM)  # rings, fonts and caches are filled before anything is measured
        QTimer.singleShot(2_000, loop.quit)
        loop.exec()
        if self._seconds <= _MADE_BEFORE_S:
            storm.make(self._rate, round(self._rate * self._seconds))
        idle = self._idle(loop)
        began = time.perf_counter()

        def feed() -> None:
            passed = min(time.perf_counter() - began, self._seconds)
            due = round(passed * self._rate) + _WARM - storm.sent
            if due > 0 and storm.turn(due):
                QTimer.singleShot(0, feed)
            elif due <= 0 and passed >= self._seconds:
                loop.quit()

        feeder, sampler = QTimer(), QTimer()
        feeder.setTimerType(Qt.TimerType.PreciseTimer)
        feeder.setInterval(_FEED_EVERY_MS)
        feeder.timeout.connect(feed)
        sampler.setInterval(round(_SAMPLE_S * 1_000))
        sampler.timeout.connect(lambda: self._sample(time.perf_counter() - began, storm))
        cpu, rss, meter = self._process.cpu_times(), self._rss(), StallMeter()
        feeder.start()
        sampler.start()
        collector = GuiCollector()  # as in the app
        collector.start()
        loop.exec()
        collector.stop()
        feeder.stop()
        sampler.stop()
        used = self._process.cpu_times()
        busy = used.user + used.system - cpu.user - cpu.system
        report = {
            "asked_per_s": self._rate,
            "seconds": self._seconds,
            "events": storm.sent - _WARM,
            "events_per_s": round((storm.sent - _WARM) / self._seconds),
            "loop_stall_ms": meter.stop(),
            "cpu_of_a_core": round(busy / self._seconds, 3),
            "cpu_idle": idle,
            "rss_growth_mb": round(self._rss() - rss, 1),
            **self._kept(storm),
        }
        report["did_not_hold"] = self._complaints(report)
        window.hide()
        return report

    def _idle(self, loop: QEventLoop) -> float:
        """The floor: what the same window takes of a core with no event, timers of the measuring included."""
        meter, ticker = StallMeter(), QTimer()
        ticker.setTimerType(Qt.TimerType.PreciseTimer)
        ticker.setInterval(_FEED_EVERY_MS)
        ticker.timeout.connect(lambda: None)
        ticker.start()
        QTimer.singleShot(round(_IDLE_S * 1_000), loop.quit)
        before = self._process.cpu_times()
        loop.exec()
        after = self._process.cpu_times()
        ticker.stop()
        meter.stop()
        return round((after.user + after.system - before.user - before.system) / _IDLE_S, 3)

    def _rss(self) -> float:
        return self._process.memory_info().rss / 2**20

    def _sample(self, passed: float, storm: Storm) -> None:
        sample = {"s": round(passed, 1), "rss_mb": round(self._rss(), 1), "events": storm.sent}
        self._samples.append(sample)
        with (self._folder / "samples.jsonl").open("a") as file:
            file.write(json.dumps(sample) + "\n")

    def _kept(self, storm: Flood) -> dict[str, Any]:
        """What journal and totals have of what was sent, the first thousand included."""
        journal = self._rig.services.journal
        writer = journal._writer
        assert writer is not None
        flushed = writer.flush(30)
        state = writer.state
        rows = 0
        with Reader(journal_path(journal._folder, journal.room_id)) as reader:
            for _entry in reader.stream():
                rows += 1
            intact = reader.verify().intact
        earnings = self._rig.services.earnings
        return {
            "sent_seq": self._rig.seq,
            "journal": {
                "rows": rows,
                "flushed": flushed,
                "slowest_ms": round(state.slowest_ms, 1),
                "intact": intact,
            },
            "diamonds": {"sent": self._rig.room_diamonds, "feed": earnings.feed_diamonds},
            "comments_in_feed": self._rig.services.feed.count(FeedTab.ALL),
        }

    def _complaints(self, report: dict[str, Any]) -> list[str]:
        wrong = []
        if report["journal"]["rows"] != report["sent_seq"] or not report["journal"]["intact"]:
            wrong.append("the journal lacks events")
        if report["diamonds"]["sent"] != report["diamonds"]["feed"]:
            wrong.append("the totals lack gifts")
        later = [one for one in self._samples if one["s"] >= _SETTLED_S]
        if len(later) > 30:
            growth = slope(later) * (later[-1]["s"] - later[0]["s"])
            report["growth_after_20_min_mb"] = round(growth, 1)
            if growth > _FLAT_MB:
                wrong.append(f"memory grew by {growth:.1f} MB after 20 minutes")
        return wrong


def slope(samples: list[dict[str, float]]) -> float:
    """MB a second, by least squares."""
    count = len(samples)
    mean_s = sum(one["s"] for one in samples) / count
    mean_mb = sum(one["rss_mb"] for one in samples) / count
    above = sum((one["s"] - mean_s) * (one["rss_mb"] - mean_mb) for one in samples)
    return above / sum((one["s"] - mean_s) ** 2 for one in samples)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=float, default=7_200)
    parser.add_argument("--folder", type=Path, default=None, help="for samples, report and the journal")
    sys.setswitchinterval(0.001)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="feed-run-"))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    report = FeedRun(options.rate, options.seconds, folder).run(Theme(app, "dark"))
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report))
    return 1 if report["did_not_hold"] else 0


if __name__ == "__main__":
    sys.exit(main())
