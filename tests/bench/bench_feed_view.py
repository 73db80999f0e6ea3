"""The feed's view at 2,000 rows a second, offscreen: what it costs beside the same loop without it.

Events go through the real feed service, which hands the view its changes in batches; comments in several
scripts, gifts whose streaks grow, questions, likes. No network and no picture: ``bench_feed_rate`` measures
the whole studio. Floor: the same events through the same service on the same loop, with no view.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEventLoop, QLoggingCategory, Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio.protocol.events import Event
from studio.ui.feed import FeedPanel
from studio.ui.theme.theme import Theme
from tests.fakes.feed_services import Rig

RATE = 2_000
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
_FEED_EVERY_MS = 10
_ASK_EVERY_MS = 5
_WORDS = (
    "first time here, the shading is unreal",
    "¡qué bonito! can you add a fox in the corner? 🦊",
    "LETS GOOO 🔥🔥🔥",
    "次は猫をお願いします！今日の配信も最高です",
    "مرحبا من المغرب، رسم رائع 👏",
    "привет из Минска",
    "שלום לכולם",
    "잘 그리시네요",
    "a longer one that will not fit on a single line of the feed at this width, so that it has to be wrapped",
)


class Storm:
    """A seeded stream of events."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._random = random.Random(1)
        self._streaks: dict[str, int] = {}
        self.sent = 0

    def burst(self, count: int) -> None:
        self._rig.pass_time(_FEED_EVERY_MS)
        self._rig.send(*[self._event() for _ in range(count)])
        self.sent += count

    def _event(self) -> Event:
        rig, pick = self._rig, self._random.random()
        name = f"viewer.{self._random.randrange(400)}"
        if pick < 0.72:
            return rig.comment(name, self._random.choice(_WORDS) + f" {self.sent}")
        if pick < 0.86:
            count = self._streaks[name] = self._streaks.get(name, 0) + 1
            return rig.gift(name, "Rose", count, added=1, streak=f"s-{name}", ended=False)
        if pick < 0.90:
            return rig.gift(name, self._random.choice(("Corgi", "Lion", "Perfume", "Galaxy")))
        return rig.question(name, "Which brush do you use?") if pick < 0.92 else rig.liked(name, 15)


class StallMeter:
    """How late the loop comes back to a timer that asks for it every 5 ms.

    Counted in hundredths of a millisecond: a list of every answer would itself grow by 6 KB a
    second, which a run of two hours takes for a leak of what it measures.
    """

    def __init__(self) -> None:
        self.late: Counter[int] = Counter()
        self._asked = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_EVERY_MS)
        self._timer.timeout.connect(self._came)
        self._timer.start()

    def _came(self) -> None:
        late_ms = max(0.0, (time.perf_counter() - self._asked) * 1000 - _ASK_EVERY_MS)
        self.late[round(late_ms * 100)] += 1
        self._asked = time.perf_counter()
        self._timer.start()

    def stop(self) -> dict[str, float]:
        self._timer.stop()
        figures = {f"p{p}": self._percentile(p) for p in (50, 95, 99)}
        return {**figures, "max": max(self.late, default=0) / 100}

    def _percentile(self, percent: int) -> float:
        """The lateness in ms that so many of a hundred answers did not exceed."""
        place, seen = self.late.total() * percent // 100, 0
        for late in sorted(self.late):
            seen += self.late[late]
            if seen > place:
                break
        else:
            late = 0
        return late / 100


def run(rig: Rig, seconds: float) -> dict[str, Any]:
    """Feeds the rig for so long and says what the loop and the process did meanwhile."""
    storm, process, loop = Storm(rig), psutil.Process(), QEventLoop()
    began = time.perf_counter()

    def feed() -> None:
        passed = time.perf_counter() - began
        due = round(passed * RATE) - storm.sent
        if passed >= seconds:
            loop.quit()
        elif due > 0:
            storm.burst(due)

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(_FEED_EVERY_MS)
    timer.timeout.connect(feed)
    timer.start()
    cpu, rss, meter = process.cpu_times(), process.memory_info().rss, StallMeter()
    loop.exec()
    timer.stop()
    used = process.cpu_times()
    busy = used.user + used.system - cpu.user - cpu.system
    return {
        "rows_per_s": round(storm.sent / seconds),
        "loop_stall_ms": meter.stop(),
        "cpu_ms_per_1000_rows": round(busy * 1e6 / storm.sent, 1),
        "cpu_of_a_core": round(busy / seconds, 3),
        "rss_growth_mb": round((process.memory_info().rss - rss) / 2**20, 1),
    }


def _rig(warm: Callable[[Rig], None]) -> Rig:
    rig = Rig(Path(tempfile.mkdtemp(prefix="bench-feed-view-")))
    rig.go_live()
    warm(rig)
    return rig


def main() -> dict[str, Any]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    QLoggingCategory.setFilterRules("qt.text.font.db=false")
    theme = Theme(app, "dark")
    floor = run(_rig(lambda rig: None), SECONDS)

    # Half full before the measurement, as in a LIVE that has been on for a while: rings, fonts, caches.
    rig = _rig(lambda rig: Storm(rig).burst(1_000))
    panel = FeedPanel(rig.services, theme)
    panel.resize(660, 790)
    panel.show()
    run(rig, min(2.0, SECONDS))
    painted: list[int] = []
    panel.view.painted_first.connect(painted.extend)
    composed = panel.view._cache.composed
    followed = run(rig, SECONDS)
    followed["painted_rows_per_s"] = round(len(painted) / SECONDS)
    followed["laid_out_rows_per_s"] = round((panel.view._cache.composed - composed) / SECONDS)
    panel.view.scroll_by(-20_000)
    held = run(rig, min(5.0, SECONDS))
    return {
        "asked_rows_per_s": RATE,
        "without_view": floor,
        "following": followed,
        "reading_further_up": held,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
