"""What recordings cost: writing them, finishing them in their own process, clips, and the replay buffer.

Run it by `dev.py bench recordings` or directly; prints one line of JSON. Nothing here passes or fails.

    write      microseconds of CPU a packet, picture and sound as a LIVE has them, on the thread `record`
    finish     an hour at 3.7 Mb/s: seconds, MB/s, and how late a 5 ms ticker of this process is meanwhile
    clip       30 s out of the middle, before and after the recording was finished
    replay     30 s in memory: bytes, milliseconds to save them
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.media.clips import cut_clip
from studio.media.outputs.recording_files import FragmentFile
from studio.media.outputs.recording_job import FilmProcess
from studio.media.outputs.recording_jobs import RewriteFilm
from studio.media.outputs.replay import ReplayOutput
from studio.media.packet import AudioPacket, MediaPacket, Packet, StreamConfig
from studio.places import program_command
from tests.unit.media.outputs.films import broadcast

MINUTES = float(os.environ.get("BENCH_MINUTES", "60"))
_PICTURE_BYTES, _KEY_BYTES = 13_300, 60_000  # 3.5 Mb/s with a keyframe every 2 s
_LOOP_S = 4


def evening(minutes: float) -> tuple[StreamConfig, Iterator[MediaPacket]]:
    """Packets of the sizes of a LIVE; real ones, with filler data behind them (NAL type 12)."""
    config, packets = broadcast(_LOOP_S, 2.0)

    def filled(packet: MediaPacket) -> MediaPacket:
        if isinstance(packet, AudioPacket):
            return packet
        wanted = _KEY_BYTES if packet.is_key else _PICTURE_BYTES
        filler = b"\0\0\0\1\x0c" + b"\xff" * max(1, wanted - len(packet.data) - 6) + b"\x80"
        return replace(packet, data=packet.data + filler)

    loop = [filled(packet) for packet in packets]

    def all_of_it() -> Iterator[MediaPacket]:
        for number in range(int(minutes * 60 / _LOOP_S)):
            offset_us = number * _LOOP_S * 1_000_000
            for packet in loop:
                at_us = packet.pts_us + offset_us
                if isinstance(packet, Packet):
                    yield replace(packet, pts_us=at_us, dts_us=at_us)
                else:
                    yield replace(packet, pts_us=at_us)

    return config, all_of_it()


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


class Ticker:
    """Wakes every 5 ms, as a GUI or an encoder does, and counts how late it was."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Ticker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.perf_counter()
        while not self._over.is_set():
            due += 0.005
            self._over.wait(max(0.0, due - time.perf_counter()))
            self.late_ms.append((time.perf_counter() - due) * 1000)
            due = max(due, time.perf_counter() - 0.005)


def lateness(ticker: Ticker) -> dict[str, float]:
    p99 = statistics.quantiles(ticker.late_ms, n=100)[98]
    return {"p99": round(p99, 2), "max": round(max(ticker.late_ms), 2)}


def main() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "evening.mp4"
        config, packets = evening(MINUTES)
        file, count = FragmentFile(path, config), 0
        cpu = time.thread_time()
        for packet in packets:
            file.write(packet)
            count += 1
        cpu = time.thread_time() - cpu
        file.close()
        size = path.stat().st_size
        middle_s = MINUTES * 30
        clip_ms = timed(lambda: cut_clip(path, folder / "a.mp4", middle_s, middle_s + 30))
        with Ticker() as idle:
            time.sleep(5)
        with Ticker() as ticker:
            problem: list[str] = []
            job = RewriteFilm(path=str(path))
            finish_ms = timed(
                lambda: problem.append(FilmProcess(program_command(), job, lambda _share: None).run())
            )
        plain_clip_ms = timed(lambda: cut_clip(path, folder / "b.mp4", middle_s, middle_s + 30))
        replay = ReplayOutput(30)
        config, packets = evening(1.0)
        replay.start(config, lambda: None)
        for packet in packets:
            replay.push(packet)
        save_ms = timed(lambda: replay.save(folder, "bench", datetime.now()))
        return {
            "write": {"packets": count, "cpu_us_a_packet": round(cpu / count * 1e6, 1)},
            "finish": {
                "minutes": MINUTES,
                "mb": round(size / 1e6),
                "seconds": round(finish_ms / 1000, 2),
                "mb_per_s": round(size / 1e3 / finish_ms),
                "problem": problem[0],
                "ticker_late_ms": lateness(ticker),
                "ticker_late_ms_before": lateness(idle),
            },
            "clip_ms": {"as_recorded": round(clip_ms), "finished": round(plain_clip_ms)},
            "replay": {"seconds": round(replay.kept_s, 1), "bytes": replay.bytes, "save_ms": round(save_ms)},
        }


if __name__ == "__main__":
    print(json.dumps(main()))
