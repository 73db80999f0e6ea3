"""Whether a long run held: memory, sound against picture, packets. Pure; what was measured goes in.

The limits are the issue's: no growth after ten minutes, less than 40 ms, none lost.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.media.audio.samples import BLOCK, RATE
from studio.media.outputs.output import OutputCounters
from tests.long.film_check import Counted

SETTLE_S = 600.0
#: Of an hour. A leak of a hundred bytes a picture would be 10.8 MB; allocators move by a few.
MOST_GROWTH_MB = {"studio": 8.0, "backend": 8.0}
MOST_OFF_MS = 40.0
#: A picture that came late to the encoder is one moment, not a drift: so many moments have one place.
_AROUND = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """Of one flash and its tone: `measured_ms`, how much the tone is later than the flash in the file;
    `true_ms`, how much later it was before the lens (below 0: the camera's next picture came later).
    """

    at_s: float
    measured_ms: float
    true_ms: float

    @property
    def off_ms(self) -> float:
        return self.measured_ms - self.true_ms


def growth_mb(samples: Sequence[tuple[float, float]], duration_s: float) -> float:
    """MB from when it had settled to the end, by a line through (seconds, MB); a short run settles sooner."""
    settle_s = min(SETTLE_S, duration_s / 3)
    settled = [(at, mb) for at, mb in samples if at >= settle_s]
    if len(settled) < 2:
        return 0.0
    slope = np.polyfit([at for at, _ in settled], [mb for _, mb in settled], 1)[0]
    return float(slope) * (settled[-1][0] - settled[0][0])


def sound_and_picture(moments: Sequence[Moment]) -> dict[str, Any]:
    """How far the two are apart, where it is worst, and how much of it came with time."""
    offs = [moment.off_ms for moment in moments]
    windows = [
        statistics.median(offs[begin : begin + _AROUND]) for begin in range(max(1, len(offs) - _AROUND + 1))
    ]
    times = [moment.at_s for moment in moments]
    slope = np.polyfit(times, offs, 1)[0] if len(offs) > 2 else 0.0
    return {
        "moments": len(offs),
        "median_ms": round(statistics.median(offs), 1),
        "worst_ms": round(max(windows, key=abs), 1),
        "worst_single_ms": round(max(offs, key=abs), 1),
        "came_with_time_ms": round(float(slope) * (times[-1] - times[0]), 2),
        "drift_ms": round(max(windows) - min(windows), 1),
    }


def lost(
    encoded: int, sound: int, fps: int, counters: OutputCounters, arrived: Counted | None
) -> dict[str, Any]:
    """Of one output: what was dropped here, and what is not in the file at its other end.

    What waits in a queue when the LIVE ends is the end of it, not a loss: `left`, pictures.
    """
    left = encoded - counters.packets
    waiting = math.ceil(counters.queued_ms * fps / 1000)
    sound_waiting = math.ceil(counters.queued_ms * RATE / BLOCK / 1000)
    found: dict[str, Any] = {
        "packets": counters.packets,
        "sound_packets": counters.sound_packets,
        "dropped": counters.dropped,
        "sound_dropped": counters.sound_dropped,
        "left": left,
        "lost": max(0, left - waiting),
        "sound_lost": max(0, sound - counters.sound_packets - sound_waiting),
    }
    if arrived is not None:
        found["lost_on_the_way"] = counters.packets - arrived.pictures
        found["sound_lost_on_the_way"] = counters.sound_packets - arrived.sounds
    return found


def complaints(report: dict[str, Any]) -> list[str]:
    """What did not hold, in sentences; empty when all did."""
    found = []
    for name, memory in report["memory"].items():
        if memory["growth_mb"] > MOST_GROWTH_MB[name]:
            found.append(f"{name} grew by {memory['growth_mb']:.1f} MB after it had settled")
    apart = report["sound_and_picture"]
    if apart["moments"] < report["moments_expected"]:
        found.append(f"{apart['moments']} of {report['moments_expected']} flashes were found with their tone")
    if abs(apart["worst_ms"]) >= MOST_OFF_MS or apart["drift_ms"] >= MOST_OFF_MS:
        found.append(
            f"sound was {apart['worst_ms']} ms from the picture, and moved by {apart['drift_ms']} ms"
        )
    for name, output in report["outputs"].items():
        if any(amount for key, amount in output.items() if "lost" in key or "dropped" in key):
            found.append(f"{name} lost packets: {output}")
    return found
