"""2,000 events a second (or ``BENCH_RATE``) for 30 s through the real backend into the real window.

Stalls, delay, memory.
Event latency is measured in the same studio before the storm, at a practice audience's pace.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

import psutil

from studio.app import Studio
from tests.bench.studio_on_air import StallMeter, audience_in, measure_on_air, start_audience

SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
RATE = int(os.environ.get("BENCH_RATE", "2000"))


async def _measure(studio: Studio) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    process = psutil.Process()
    calm = start_audience(studio, "--viewers", "30", "--seed", "1")
    await audience_in(calm)
    await asyncio.sleep(3)
    studio.services.feed.delays.clear()
    idle = StallMeter()
    await asyncio.sleep(min(10.0, SECONDS))
    calm_stalls, calm_delay = idle.stop(), studio.services.feed.delays.percentiles()
    await loop.run_in_executor(None, calm.communicate)

    storm = start_audience(studio, "--viewers", "40", "--seed", "2", "--storm", str(RATE))
    await audience_in(storm)
    await asyncio.sleep(2)
    studio.services.feed.delays.clear()
    first_seq, begin, rss = studio.services.link.seq, time.monotonic(), process.memory_info().rss
    cpu = process.cpu_times()
    meter = StallMeter()
    await asyncio.sleep(SECONDS)
    stalls = meter.stop()
    passed = time.monotonic() - begin
    events = studio.services.link.seq - first_seq
    used = process.cpu_times()
    figures = {
        "calm": {"event_to_screen_ms": calm_delay, "loop_stall_ms": calm_stalls},
        "storm": {
            "asked_events_per_s": RATE,
            "events_per_s": round(events / passed),
            "loop_stall_ms": stalls,
            "event_to_screen_ms": studio.services.feed.delays.percentiles(),
            "cpu_of_a_core": round((used.user + used.system - cpu.user - cpu.system) / passed, 3),
            "rss_growth_mb": round((process.memory_info().rss - rss) / 2**20, 1),
        },
    }
    await loop.run_in_executor(None, storm.communicate)
    return figures


def main() -> dict[str, Any]:
    return measure_on_air(_measure, lambda studio: studio.services.broadcast.source.choose("pattern"))


if __name__ == "__main__":
    print(json.dumps(main()))
