"""The studio against plain ffmpeg: processor time of the same x264 encode and RTMP push, in the same run.

Run it by `dev.py bench peer` or directly; prints one line of JSON. Nothing here passes or fails. Needs ffmpeg
and nginx with its rtmp module. The machine may be busy: both take turns, and processor time is counted for
each picture: of the encoder and its output for each one that was encoded, of the rest for each that was
composed (on a machine with room these are the same pictures). The median of the rounds counts.

    studio     this process: the demo clip as a webcam of 640x480 (through OpenCV, undecoded), one overlay
               (the goal) drawn for viewers and host, the preview painted in a window of 375x667, sound mixed
               and encoded, RTMP to nginx
    peer       `ffmpeg -re`: the very same pictures, ready as raw I420, same x264 settings, RTMP to nginx
    floor      the same pictures through the studio's own libx264 in this process, and nothing else
    ratio      studio over peer; `ratio_without_sound` leaves the thread `sound` out, which the peer lacks
    threads    CPU milliseconds a picture of each thread of the studio; `x264` are the encoder's own
    second_rtmp, recording    cores that each further output takes, see bench_outputs
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import av
import psutil
import qasync
from PySide6.QtWidgets import QApplication

from studio.app import Studio, build_studio
from studio.media.cv2_import import cv2
from studio.media.encoding.context import open_context
from studio.media.encoding.kinds import X264
from studio.media.engine import MediaEngine
from studio.media.fit import fit
from studio.media.frame import Pixels
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.overlay import Overlay
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.file_source import FileSource
from studio.model.room import Goal
from studio.services.overlays import painters
from studio.services.overlays.sheet import Lettering
from studio.services.source_list import SourceChoice
from studio.ui.preview.view import PreviewView
from studio.ui.theme import fonts
from studio.ui.theme.theme import Theme
from tests.bench.bench_media import CLIP, clip_pictures
from tests.bench.bench_outputs import _thread_cpu, cost
from tests.system.rtmp_servers import NginxRtmp

CANVAS, SETTINGS = CanvasSettings(), EncoderSettings()
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ROUND_S = float(os.environ.get("BENCH_SECONDS", "10"))
FURTHER = os.environ.get("BENCH_FURTHER", "1") == "1"
WARM_UP_S = 2.5
KEY = "bench"
_PREVIEW = (375, 667)


def goal_overlay() -> Overlay:
    goal = Goal(title="New tablet", target=50_000, reached=31_480)
    drawn = painters.paint_goal(goal, Lettering(fonts.families()), 1.0)
    return drawn.at((CANVAS.width - drawn.size[0]) // 2, CANVAS.height - drawn.size[1] - 40)


def prepared(overlay: Overlay) -> list[Pixels]:
    """The program pictures as I420, made by the same functions."""
    found = []
    for picture in clip_pictures():
        program = fit(picture, CANVAS.width, CANVAS.height)
        overlay.blend_into(program)
        found.append(cv2.cvtColor(program, cv2.COLOR_BGR2YUV_I420))
    return found  # type: ignore[return-value]


def webcam(ffmpeg: str, folder: Path) -> FileSource:
    """The demo clip undecoded, since a camera's chip has no part in what the studio costs.

    The layout is the one OpenCV reads from a file fastest (0.2 ms a picture; YUYV takes 0.85 through FFmpeg's
    general path): what is taken for a webcam's own conversion, `cvtColor` from YUYV, takes 0.1.
    """
    path = folder / "webcam.avi"
    command = [
        ffmpeg,
        "-v",
        "error",
        "-i",
        str(CLIP),
        "-an",
        "-c:v",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        str(path),
    ]
    subprocess.run(command, check=True, timeout=120)
    return FileSource(path, name="Webcam")


def floor(pictures: list[Pixels]) -> float:
    """CPU milliseconds a picture."""
    context = open_context(X264, CANVAS, SETTINGS)
    cpu = time.process_time()
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
        frame.pts = number
        context.encode(frame)
    return (time.process_time() - cpu) * 1000 / len(pictures)


class Peer:
    """ffmpeg, reading raw pictures in real time in a loop and pushing them."""

    def __init__(self, ffmpeg: str, raw: Path, url: str) -> None:
        rate, size = str(CANVAS.fps), f"{CANVAS.width}x{CANVAS.height}"
        given = ["-re", "-stream_loop", "-1", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", rate]
        options = X264.options(CANVAS, SETTINGS) | {
            "b": str(SETTINGS.bit_rate),
            "g": str(round(SETTINGS.keyframe_interval_s * CANVAS.fps)),
            "bf": "0",
            "threads": str(SETTINGS.threads),
        }
        encode = [word for name, value in options.items() for word in (f"-{name}:v", value)]
        told = ["-progress", "pipe:1", "-nostats", "-stats_period", "0.1", "-v", "error", "-nostdin"]
        command = [ffmpeg, *told, *given, "-i", str(raw), "-c:v", "libx264", *encode, "-f", "flv", url]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._frames = 0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("frame="):
                self._frames = int(line.removeprefix("frame="))

    def ms_a_picture(self) -> float:
        """CPU milliseconds a picture over one round."""
        process = psutil.Process(self._process.pid)
        time.sleep(WARM_UP_S)
        before, frames = sum(process.cpu_times()[:2]), self._frames
        time.sleep(ROUND_S)
        return (sum(process.cpu_times()[:2]) - before) * 1000 / (self._frames - frames)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._reader.join(10)


def threads_cpu() -> dict[str, float]:
    """CPU seconds so far of every thread of Python's, by name, and of the whole process."""
    found: dict[str, float] = {"process": time.process_time()}
    for thread in threading.enumerate():
        found[thread.name] = found.get(thread.name, 0.0) + _thread_cpu(thread)
    return found


async def studio_round(engine: MediaEngine, url: str) -> dict[str, Any]:
    """CPU milliseconds a picture of the process and of each thread, over one round."""
    output = RtmpOutput(RtmpTarget("bench", url, KEY))
    engine.go_on_air([output], SETTINGS)
    try:
        await asyncio.sleep(WARM_UP_S)
        before, counted = threads_cpu(), engine.counters()
        await asyncio.sleep(ROUND_S)
        after, now = threads_cpu(), engine.counters()
    finally:
        await asyncio.get_running_loop().run_in_executor(None, engine.leave_air)
        await asyncio.get_running_loop().run_in_executor(None, output.join, 5.0)
    spent_ms = {name: (after[name] - before.get(name, 0.0)) * 1000 for name in after}
    whole_ms = spent_ms.pop("process")
    spent_ms["x264"] = whole_ms - sum(spent_ms.values())
    encoded, composed = now.encoded - counted.encoded, now.composed - counted.composed
    per_encoded = ("x264", "encode", f"rtmp:{output.name}")
    spent = {name: ms / (encoded if name in per_encoded else composed) for name, ms in spent_ms.items()}
    return {
        "ms": sum(spent.values()),
        "threads": spent,
        "encoded": encoded,
        "composed": composed,
        "repeated": now.repeated - counted.repeated,
        "skipped": now.skipped - counted.skipped,
        "lagged": now.lagged - counted.lagged,
        "dropped": output.counters().dropped,
    }


@contextmanager
def window_of(studio: Studio, app: QApplication) -> Iterator[None]:
    """The preview as the Live screen shows it."""
    Theme(app, "dark")
    view = PreviewView(studio.services, on_air=True)
    view.resize(*_PREVIEW)
    view.show()
    try:
        yield
    finally:
        view.hide()
        view.deleteLater()


async def measure(app: QApplication, folder: Path, ffmpeg: str, nginx: NginxRtmp) -> dict[str, Any]:
    overlay = goal_overlay()
    pictures = prepared(overlay)
    raw = folder / "pictures.yuv"
    with raw.open("wb") as file:
        for picture in pictures:
            file.write(picture.data)
    studio = build_studio(folder, folder, folder / "backend", [])
    broadcast = studio.services.broadcast
    engine = broadcast._engine
    loop = asyncio.get_running_loop()
    ours, theirs, floors, shown = [], [], [], []
    try:
        broadcast.set_overlays((overlay,))
        engine.set_overlays_for_viewers(True)
        broadcast.source.show(SourceChoice("file:clip", "Clip", "file"), webcam(ffmpeg, folder))
        for _ in range(ROUNDS):
            with window_of(studio, app):
                painted = broadcast.preview.painted_count
                ours.append(await studio_round(engine, nginx.url))
                shown.append((broadcast.preview.painted_count - painted) / (ROUND_S + WARM_UP_S))
            # The preview of nobody goes on meanwhile, on other cores or in turns: the peer's own time counts.
            peer = Peer(ffmpeg, raw, f"{nginx.url}/{KEY}")
            try:
                theirs.append(await loop.run_in_executor(None, peer.ms_a_picture))
            finally:
                peer.stop()
            floors.append(floor(pictures))
        further = await loop.run_in_executor(None, further_outputs, engine, folder, nginx) if FURTHER else {}
    finally:
        await studio.stop()
    return figures(ours, theirs, floors) | {"preview_fps": statistics.median(shown)} | further


def further_outputs(engine: MediaEngine, folder: Path, nginx: NginxRtmp) -> dict[str, Any]:
    first = RtmpOutput(RtmpTarget("first", nginx.url, KEY))
    program = shutil.which("nginx")
    assert program is not None
    other = NginxRtmp(program, folder / "other", KEY)
    other.start()
    try:
        engine.go_on_air([first], SETTINGS)
        while first.counters().packets < 60:
            time.sleep(0.05)
        plan = RecordingPlan(folder / "recordings", reserve_bytes=0)
        return {
            "second_rtmp": cost(engine, lambda _number: RtmpOutput(RtmpTarget("second", other.url, KEY))),
            "recording": cost(engine, lambda _number: RecordingOutput(plan)),
        }
    finally:
        engine.leave_air()
        first.join(5)
        other.kill()


def figures(ours: list[dict[str, Any]], theirs: list[float], floors: list[float]) -> dict[str, Any]:
    names = sorted({name for one in ours for name in one["threads"]})
    ratios = [one["ms"] / other for one, other in zip(ours, theirs, strict=True)]
    without = [
        (one["ms"] - one["threads"].get("sound", 0.0)) / other
        for one, other in zip(ours, theirs, strict=True)
    ]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "ratio_rounds": [round(ratio, 3) for ratio in ratios],
        "ratio_without_sound": round(statistics.median(without), 3),
        "studio_ms": round(statistics.median(one["ms"] for one in ours), 2),
        "peer_ms": round(statistics.median(theirs), 2),
        "floor_ms": round(statistics.median(floors), 2),
        "threads": {
            name: round(statistics.median(one["threads"].get(name, 0.0) for one in ours), 3) for name in names
        },
        "rounds": [{key: value for key, value in one.items() if key != "threads"} for one in ours],
    }


def main() -> dict[str, Any]:
    ffmpeg, nginx = shutil.which("ffmpeg"), shutil.which("nginx")
    if ffmpeg is None or nginx is None:
        return {"skipped": "needs ffmpeg and nginx"}
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    fonts.load()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, loop:
        folder = Path(name)
        folder.chmod(0o755)  # nginx works as another user
        server = NginxRtmp(nginx, folder / "nginx", KEY)
        server.start()
        try:
            return loop.run_until_complete(measure(app, folder, ffmpeg, server))
        finally:
            server.kill()


if __name__ == "__main__":
    print(json.dumps(main()))
