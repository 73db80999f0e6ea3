"""What sources cost and how late they are. Prints one line of JSON. Needs no camera.

Run it by `dev.py bench sources` or directly. Nothing here passes or fails.

    cpu         percent of one core to read a source for 4 s as the capture thread does
    network     delay_ms: how old a picture of a 1280x720 MJPEG camera at 30 fps is when it is read, with a
                reader that keeps up and with one that takes only 5 a second
    clip        sync_ms: how far sound is from its picture, the most of 4 s
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil

from studio.media.audio.samples import BLOCK, RATE
from studio.media.cv2_import import cv2
from studio.media.sources.clip import ClipSource
from studio.media.sources.file_source import FileSource
from studio.media.sources.image_file import ImageSource
from studio.media.sources.network import NetworkSource
from studio.media.sources.network_address import NetworkAddress
from studio.media.sources.source import VideoSource

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "tests" / "data" / "clips" / "webcam_person_asl_walk_480p.mkv"
SECONDS = 4.0
SIZE = (1280, 720)

#: The camera in a process of its own, so that its work is not counted. Each picture is as bright, in its
#: lower right quarter, as the time it was made: 0 to 250 in 5 s.
CAMERA = """
import os, sys, time
sys.path.insert(0, {root!r})
import numpy as np
from studio.media.cv2_import import cv2
from tests.fakes.mjpeg_server import MjpegServer

picture = np.random.default_rng(1).integers(60, 180, (45, 80, 3), np.uint8)
picture = cv2.resize(picture, (1280, 720), interpolation=cv2.INTER_CUBIC)

def parts():
    due = time.monotonic()
    while True:
        picture[360:, 640:] = round(time.monotonic() % 5 * 50)
        yield cv2.imencode(".jpg", picture)[1].tobytes()
        due += 1 / 30
        yield max(0.0, due - time.monotonic())

server = MjpegServer(parts)
print(server.address, flush=True)
sys.stdin.read()
os._exit(0)  # its threads end with it
"""


def cpu_percent(source: VideoSource, seconds: float = SECONDS) -> dict[str, float]:
    """Reads it as the capture thread does; a timer ends the wait of a still."""
    process = psutil.Process()
    source.open()
    source.read()
    ended = threading.Event()
    threading.Timer(seconds, lambda: (ended.set(), source.interrupt())).start()
    before, began, pictures = process.cpu_times(), time.monotonic(), 0
    while not ended.is_set():
        pictures += source.read() is not None
    took, after = time.monotonic() - began, process.cpu_times()
    source.close()
    used = after.user + after.system - before.user - before.system
    return {"cpu": round(max(0.0, used) / took * 100, 1), "fps": round(pictures / took, 1)}


def delays_ms(source: NetworkSource, every_s: float) -> dict[str, float]:
    """How old the pictures are: their brightness is the time they were made."""
    found: list[float] = []
    source.open()
    source.read()  # the one that opening took
    pause = threading.Event()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        pause.wait(every_s)
        frame = source.read()
        if frame is not None:
            made = float(np.median(frame.array[400:700, 700:1200])) / 50
            found.append((time.monotonic() % 5 - made) % 5 * 1000)
    skipped = source.skipped
    source.close()
    ordered = sorted(found)
    return {
        "p50": round(statistics.median(ordered)),
        "p95": round(ordered[int(len(ordered) * 0.95)]),
        "skipped": skipped,
    }


def network() -> dict[str, Any]:
    command = [sys.executable, "-c", CAMERA.format(root=str(ROOT))]
    camera = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert camera.stdin is not None
    assert camera.stdout is not None
    address = NetworkAddress(camera.stdout.readline().strip())

    def source() -> NetworkSource:
        return NetworkSource("Bench", "bench", lambda: address)

    try:
        return {
            **cpu_percent(source()),
            "delay_ms": {"each": delays_ms(source(), 0.0), "five_a_second": delays_ms(source(), 0.2)},
        }
    finally:
        camera.stdin.close()
        camera.wait(10)


def clip() -> dict[str, Any]:
    """The sound of a ramp whose samples say where they are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ramp.mkv"
        seconds = 6
        with av.open(str(path), "w") as container:
            video = container.add_stream("libx264", rate=30)
            video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
            audio = container.add_stream("pcm_f32le", rate=RATE, layout="stereo")
            for number in range(seconds * 30):
                array = np.full((SIZE[1], SIZE[0], 3), number % 200, np.uint8)
                container.mux(video.encode(av.VideoFrame.from_ndarray(array, format="bgr24")))
            container.mux(video.encode(None))
            ramp = np.repeat(np.arange(seconds * RATE, dtype=np.float32)[:, None] / (seconds * RATE), 2, 1)
            for begin in range(0, len(ramp), BLOCK):
                packed = np.ascontiguousarray(ramp[begin : begin + BLOCK]).reshape(1, -1)
                sound = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
                sound.sample_rate, sound.pts = RATE, begin
                container.mux(audio.encode(sound))
            container.mux(audio.encode(None))
        source = ClipSource(path)
        source.sound.start()
        apart: list[float] = []
        source.open()
        began: int | None = None
        for _ in range(int(SECONDS * 30)):
            frame = source.read()
            assert frame is not None
            began = began or frame.pts_ns
            block = source.sound.read(frame.pts_ns)
            if block.any():
                apart.append(float(block[0, 0]) * seconds * 1000 - (frame.pts_ns - began) / 1e6)
        source.close()
        result: dict[str, Any] = {"sync_ms": round(max(apart, key=abs), 1), "blocks": len(apart)}
        source.sound.stop()
        return {**result, **cpu_percent(ClipSource(path)), "opencv": cpu_percent(FileSource(path))}


def screen() -> dict[str, float] | None:
    """The first screen, where this session has one."""
    if not (os.environ.get("DISPLAY") or sys.platform in ("win32", "darwin")):
        return None
    from PySide6.QtWidgets import QApplication

    from studio.services.screen_feed import screen_source

    app = QApplication([])
    result = cpu_percent(screen_source(""))
    app.quit()
    return result


def image() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still.png"
        cv2.imwrite(str(path), np.full((2160, 3840, 4), 90, np.uint8))
        return cpu_percent(ImageSource(path))


def main() -> None:
    jobs: dict[str, Callable[[], Any]] = {
        "image": image,
        "network_720p30": network,
        "clip_720p30": clip,
        "screen": screen,
    }
    print(json.dumps({name: job() for name, job in jobs.items()}))


if __name__ == "__main__":
    main()
