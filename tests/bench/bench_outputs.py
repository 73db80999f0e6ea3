"""What each further output costs: processor time with one RTMP target, and with what joins it on air.

Run it by `dev.py bench outputs` or directly; prints one line of JSON. Nothing here passes or fails. Needs
nginx with its rtmp module; WHIP is measured where aiortc is installed.

    process    CPU seconds of this process a second of wall clock, median of the rounds: without, and with it
    own        the same of the output's own thread (of its own process, for WHIP): free of the noise that x264
               makes from picture to picture; `own_ms_a_packet` is what counts on a machine that is busy
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from studio.media.audio.thread import SoundThread
from studio.media.engine import MediaEngine
from studio.media.outputs.network import NetworkOutput
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.whip.connection import WhipConnection
from studio.media.outputs.whip.output import WhipOutput
from studio.media.outputs.whip.target import WhipTarget
from studio.media.sources.file_source import FileSource
from studio.places import program_command
from tests.system.rtmp_servers import NginxRtmp

CLIP = Path(__file__).parents[2] / "resources" / "demo" / "host.mp4"
KEY = "bench"
ROUNDS = 3
ROUND_S = 6.0
_SETTLE_S = 1.5

Further = NetworkOutput | RecordingOutput


def cpu_of(output: Further) -> float:
    """CPU seconds so far of the thread that is the output's own."""
    names = (f"rtmp:{output.name}", f"whip:{output.name}", "record")
    spent = sum(_thread_cpu(thread) for thread in threading.enumerate() if thread.name in names)
    connection = output._connection if isinstance(output, WhipOutput) else None
    if isinstance(connection, WhipConnection) and connection._process is not None:
        times = psutil.Process(connection._process.pid).cpu_times()
        spent += times.user + times.system
    return spent


def _thread_cpu(thread: threading.Thread) -> float:
    """CPU seconds of a thread: to the nanosecond on Linux, else in the system's steps of 10 ms."""
    try:
        return int(Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        threads = psutil.Process().threads()
        return sum(one.user_time + one.system_time for one in threads if one.id == thread.native_id)


def sent(output: Further) -> int:
    """Pictures and pieces of sound; 30 and 47 of them a second where nothing is starved."""
    counted = output.counters()
    return counted.packets + counted.sound_packets


def share(work: Callable[[], float]) -> float:
    """CPU seconds a second over one round."""
    before, began = work(), time.perf_counter()
    time.sleep(ROUND_S)
    return (work() - before) / (time.perf_counter() - began)


def cost(engine: MediaEngine, make: Callable[[int], Further]) -> dict[str, Any]:
    """Rounds without and with the output in turn: what else changes, changes for both."""
    without, with_it, own = [], [], []
    dropped = packets = 0
    own_s = 0.0
    for number in range(ROUNDS):
        without.append(share(time.process_time))
        output = make(number)
        engine.add_output(output)
        while output.counters().packets == 0:
            time.sleep(0.05)
        time.sleep(_SETTLE_S)
        began_own, began_packets = cpu_of(output), sent(output)
        began = time.perf_counter()
        with_it.append(share(time.process_time))
        spent = cpu_of(output) - began_own
        own.append(spent / (time.perf_counter() - began))
        own_s += spent
        packets += sent(output) - began_packets
        dropped += output.counters().dropped
        engine.remove_output(output)
        output.join(10)
    return {
        "process_without": statistics.median(without),
        "process_with": statistics.median(with_it),
        "process_added": statistics.median(with_it) - statistics.median(without),
        "own": statistics.median(own),
        "own_rounds": own,
        "own_ms_a_packet": own_s * 1000 / packets if packets else None,
        "packets": packets,
        "dropped": dropped,
    }


def main() -> dict[str, Any]:
    nginx = shutil.which("nginx")
    if nginx is None:
        return {"skipped": "nginx is not installed"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers = [NginxRtmp(nginx, folder / f"nginx{number}", KEY) for number in range(2)]
        engine = MediaEngine(sound=SoundThread())
        try:
            for server in servers:
                server.start()
            engine.start_preview(FileSource(CLIP))
            first = RtmpOutput(RtmpTarget("first", servers[0].url, KEY))
            engine.go_on_air([first])
            while first.counters().packets < 60:
                time.sleep(0.05)
            second = RtmpTarget("second", servers[1].url, KEY)
            plan = RecordingPlan(folder / "recordings", reserve_bytes=0)
            found = {
                "second_rtmp": cost(engine, lambda _number: RtmpOutput(second)),
                "recording": cost(engine, lambda _number: RecordingOutput(plan)),
                "whip": whip_cost(engine),
            }
            counted = first.counters()
            found["first"] = {"packets": counted.packets, "dropped": counted.dropped}
            return found
        finally:
            engine.stop()
            for server in servers:
                server.kill()


def whip_cost(engine: MediaEngine) -> dict[str, Any] | None:
    """The receiver decodes in this process, so only `own` says something."""
    if importlib.util.find_spec("aiortc") is None:
        return None
    from tests.system.whip_server import WhipServer

    service = WhipServer(KEY)
    try:
        target = WhipTarget("whip", service.url, KEY)
        return cost(engine, lambda _number: WhipOutput(target, program_command()))
    finally:
        service.close()


if __name__ == "__main__":
    print(json.dumps(main()))
