"""A long time on air: the whole studio, a real backend, two RTMP servers and a recording.

`python -m tests.long.on_air --seconds 3600 --folder DIR`, or `dev.py soak`. Every ten seconds one line of
JSON to DIR/samples.jsonl and the console; at the end DIR/report.json. Exit code 0: it held; 1: what did not
is in the report; 2: it could not be measured. Needs nginx with its rtmp module. An hour takes 6 GB of disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from studio.app import Studio
from studio.media.clock import now_ns
from studio.media.outputs.recording import RecordingPlan
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.places import resource_path
from studio.services.source_list import SourceChoice
from tests.bench.studio_on_air import audience_in, measure_on_air, start_audience
from tests.long.film_check import count, pairs
from tests.long.flash_and_beep import PERIOD_NS, FlashingClip, Microphone, Moments
from tests.long.judgement import Moment, complaints, growth_mb, lost, sound_and_picture
from tests.long.memory import own_mb, resident_mb
from tests.system.rtmp_servers import NginxRtmp

SPEECH = Path(__file__).parents[1] / "data" / "audio" / "speech_librivox_16k.wav"
CLIP = resource_path("demo", "host.mp4")
KEY = "longrun"
EVERY_S = 10.0
_LIVELY_S = 300
TARGETS = ("first", "second")


class LongRun:
    """One run from its begin to its report."""

    def __init__(self, options: argparse.Namespace, servers: dict[str, NginxRtmp]) -> None:
        self._options, self._servers = options, servers
        self._folder = Path(options.folder)
        self._moments = Moments(now_ns())
        self._source = FlashingClip(CLIP, self._moments)
        self._samples: list[dict[str, Any]] = []
        self._on_air_ns = 0
        self._studio: Studio | None = None

    def prepare(self, studio: Studio) -> None:
        """The picture, the sound, and where it all goes."""
        self._studio = studio
        broadcast = studio.services.broadcast
        targets = [RtmpTarget(name, server.url, KEY) for name, server in self._servers.items()]
        broadcast.outputs.plan(targets, RecordingPlan(self._folder / "recordings", "long run"))
        broadcast.video.change(speed=self._options.preset, encoder="libx264")
        broadcast.source.show(SourceChoice("file:long-run", "Flashing clip", "file"), self._source)
        stream = studio.services.sound.thread_of_sound.stream
        self._microphone = Microphone(stream, SPEECH, self._moments, self._options.ppm)
        self._microphone.start()

    async def measure(self, studio: Studio) -> dict[str, Any]:
        """Until the time is over; then what is left is the end of the LIVE, and the files."""
        self._on_air_ns = now_ns()
        audience = start_audience(studio, "--viewers", str(self._options.viewers), "--seed", "7")
        joined = await audience_in(audience)
        # A lively beginning fills all that is bounded (rows, ids, rings, pages) before memory counts.
        lively_s = str(min(_LIVELY_S, self._options.seconds / 6))
        lively = start_audience(
            studio, "--viewers", "10", "--seed", "8", "--storm", "30", "--seconds", lively_s
        )
        await audience_in(lively)
        begin = time.monotonic()
        with (self._folder / "samples.jsonl").open("w", encoding="utf-8") as lines:
            number = 0
            while (at_s := time.monotonic() - begin) < self._options.seconds:
                sample = self._sample(studio, at_s)
                self._samples.append(sample)
                line = json.dumps(sample)
                print(line, file=lines, flush=True)
                print(line, flush=True)
                number += 1
                left_s = self._options.seconds - at_s
                await asyncio.sleep(min(left_s, max(0.0, begin + number * EVERY_S - time.monotonic())))
        last = self._sample(studio, time.monotonic() - begin)
        assert audience.stdin is not None and audience.stdout is not None
        audience.stdin.close()
        said = await asyncio.get_running_loop().run_in_executor(None, audience.stdout.readline)
        for process in (audience, lively):
            process.wait()
        return {"seconds": last["at_s"], "viewers": joined, "audience": json.loads(said), "last": last}

    def report(self, figures: dict[str, Any]) -> dict[str, Any]:
        """Looks at what arrived, and judges."""
        assert self._studio is not None
        self._microphone.stop()
        services = self._studio.services
        fps = services.broadcast.canvas_fps
        measured = {
            "live": figures,
            "on_air_ns": self._on_air_ns,
            "origin_ns": self._moments.origin_ns,
            "first_lit": self._source.first_lit,
        }
        # An hour is not to be lost by a fault in what comes now.
        (self._folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
        media, sound = services.broadcast.media_counters(), services.sound.counters()
        (recording,) = sorted((self._folder / "recordings").glob("*.mp4"))
        arrived = {name: count(server.files[-1]) for name, server in self._servers.items()}
        arrived["recording"] = count(recording)
        moments = self._seen(recording)
        seconds = figures["seconds"]
        memory = {}
        for name in ("studio", "backend"):
            own, resident = self._over_time(f"{name}_mb"), self._over_time(f"{name}_resident_mb")
            memory[name] = {
                "growth_mb": round(growth_mb(own, seconds), 2),
                "first_mb": own[0][1],
                "last_mb": own[-1][1],
                "most_mb": max(mb for _, mb in own),
                "resident_growth_mb": round(growth_mb(resident, seconds), 2),
            }
        found = {
            "seconds": seconds,
            "preset": self._options.preset,
            "device_ppm": self._options.ppm,
            "memory": memory,
            "sound_and_picture": sound_and_picture(moments),
            # The first and the last may lie on an edge of the file.
            "moments_expected": int(seconds * 1e9 // PERIOD_NS) - 1,
            "sound": {"most_drift_ms": sound.most_drift_ms, "underruns": sound.underruns, "late": sound.late},
            "pictures": {"encoded": media.encoded, "skipped": media.skipped, "lagged": media.lagged},
            "outputs": {
                one.name: lost(media.encoded, sound.encoded, fps, one, arrived.get(one.name))
                for one in media.outputs
            },
            "live": figures,
            "each_off_ms": [[round(moment.at_s, 1), round(moment.off_ms, 1)] for moment in moments],
        }
        found["did_not_hold"] = complaints(found)
        return found

    def _over_time(self, figure: str) -> list[tuple[float, float]]:
        """(seconds, what it was) of each sample."""
        return [(sample["at_s"], sample[figure]) for sample in self._samples]

    def _sample(self, studio: Studio, at_s: float) -> dict[str, Any]:
        media, sound = studio.services.broadcast.media_counters(), studio.services.sound.counters()
        process, failing = psutil.Process(), studio.services.watch.verdict.failing
        backend = studio.embedded.pid
        return {
            "at_s": round(at_s, 1),
            "studio_mb": round(own_mb(process.pid), 2),
            "studio_resident_mb": round(resident_mb(process.pid), 2),
            "backend_mb": round(own_mb(backend), 2),
            "backend_resident_mb": round(resident_mb(backend), 2),
            "threads": process.num_threads(),
            "files": process.num_fds() if hasattr(process, "num_fds") else 0,
            "cpu_s": round(sum(process.cpu_times()[:2]), 1),
            "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0,
            "encoded": media.encoded,
            "skipped": media.skipped,
            "lagged": media.lagged,
            "repeated": media.repeated,
            "encode_ms_p95": round(media.encode_ms_p95, 1),
            "dropped": {one.name: one.dropped + one.sound_dropped for one in media.outputs},
            "queued_ms": {one.name: one.queued_ms for one in media.outputs},
            "drift_ms": round(sound.drift_ms, 2),
            "underruns": sound.underruns,
            "verdict": failing.layer.value if failing is not None else "",
        }

    def _seen(self, recording: Path) -> list[Moment]:
        """Pairs every flash of the file with the moment it was made in."""
        found = []
        for pair in pairs(recording):
            about_ns = self._on_air_ns + round(pair.flash_s * 1e9)
            number = self._moments.number(about_ns + PERIOD_NS // 2)
            lit_ns = self._source.first_lit.get(number)
            if lit_ns is not None:
                late_ms = (lit_ns - self._moments.origin_ns - number * PERIOD_NS) / 1e6
                found.append(Moment(pair.flash_s, (pair.beep_s - pair.flash_s) * 1000, -late_ms))
        return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak", description="One long time on air, measured.")
    parser.add_argument("--seconds", type=float, default=3600.0, help="default: an hour")
    parser.add_argument("--folder", default="soak", help="where samples, report and films go (default soak)")
    parser.add_argument("--preset", default="veryfast", help="of x264 (default veryfast)")
    parser.add_argument("--viewers", type=int, default=20, help="of the practice audience (default 20)")
    parser.add_argument("--ppm", type=float, default=80.0, help="how wrong the microphone's clock is")
    parser.add_argument("--keep", action="store_true", help="keep the films")
    options = parser.parse_args(arguments)
    nginx = shutil.which("nginx")
    if nginx is None:
        print("a long run needs nginx with its rtmp module", file=sys.stderr)
        return 2
    folder = Path(options.folder).resolve()
    options.folder = folder
    folder.mkdir(parents=True, exist_ok=True)
    films = [folder / "recordings", *(folder / name for name in TARGETS)]
    for film in films:
        shutil.rmtree(film, ignore_errors=True)
    servers = {name: NginxRtmp(nginx, folder / name, KEY) for name in TARGETS}
    try:
        for server in servers.values():
            server.start()
        run = LongRun(options, servers)
        report = run.report(measure_on_air(run.measure, run.prepare))
    finally:
        for server in servers.values():
            server.kill()
    (folder / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(json.dumps({key: value for key, value in report.items() if key != "each_off_ms"}))
    if not options.keep:
        for film in films:
            shutil.rmtree(film, ignore_errors=True)
    return 1 if report["did_not_hold"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
