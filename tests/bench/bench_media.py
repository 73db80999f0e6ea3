"""What pictures cost: the demo clip at 480p to 720x1280 at 30 fps, and the floor under it in the same run.

Run it by `dev.py bench media` or directly; prints one line of JSON. Nothing here passes or fails.

    floor      a bare PyAV loop: the very same I420 pictures, same x264 settings, no threads, no queues
    live       the real engine in real time: source, capture, compositor, encoder, fragments, a preview taker
    presets    one picture after the other through our encoder: CPU, and PSNR against what went in
    threads    veryfast with 1 and 2 x264 threads: waiting and CPU
"""

from __future__ import annotations

import io
import json
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import av
import numpy as np

from studio.media.cv2_import import cv2
from studio.media.encoding.context import open_context
from studio.media.encoding.encoder import H264Encoder
from studio.media.encoding.kinds import X264
from studio.media.engine import MediaEngine
from studio.media.fit import fit
from studio.media.frame import Pixels
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.file_source import FileSource
from studio.media.stats import percentile

CLIP = Path(__file__).parents[2] / "resources" / "demo" / "host.mp4"
CANVAS = CanvasSettings()
LIVE_S = 10.0
WARM_UP_S = 2.0
PRESETS = ("veryfast", "superfast", "ultrafast")


def clip_pictures() -> list[Pixels]:
    capture = cv2.VideoCapture(str(CLIP), cv2.CAP_FFMPEG)
    found = []
    while True:
        ok, array = capture.read()
        if not ok:
            return found
        found.append(array)


def floor(programs: list[Pixels]) -> dict[str, float]:
    pictures = [cv2.cvtColor(program, cv2.COLOR_BGR2YUV_I420) for program in programs]
    context = open_context(X264, CANVAS, EncoderSettings())
    took = []
    cpu = time.process_time()
    for number, picture in enumerate(pictures):
        began = time.perf_counter()
        frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
        frame.pts = number
        context.encode(frame)
        took.append((time.perf_counter() - began) * 1000)
    cpu_ms = (time.process_time() - cpu) * 1000 / len(pictures)
    return {
        "encode_ms_p50": percentile(took, 0.5),
        "encode_ms_p95": percentile(took, 0.95),
        "cpu_ms_per_frame": cpu_ms,
        "cpu_s_per_media_s": cpu_ms * CANVAS.fps / 1000,
    }


def stages(pictures: list[Pixels]) -> dict[str, float]:
    """CPU milliseconds a frame of what the engine does beside x264."""

    def cost(work: Any) -> float:
        began = time.process_time()
        for picture in pictures:
            work(picture)
        return (time.process_time() - began) * 1000 / len(pictures)

    program = fit(pictures[0], CANVAS.width, CANVAS.height)
    began = time.process_time()
    clip_pictures()
    decode = (time.process_time() - began) * 1000 / len(pictures)
    return {
        "decode_ms": decode,
        "fit_ms": cost(lambda picture: fit(picture, CANVAS.width, CANVAS.height)),
        "i420_ms": cost(lambda _picture: cv2.cvtColor(program, cv2.COLOR_BGR2YUV_I420)),
    }


def live() -> dict[str, Any]:
    latencies: list[float] = []
    to_fragment: list[float] = []
    ready, done = threading.Event(), threading.Event()
    engine = MediaEngine(CANVAS, on_preview_ready=ready.set)
    output = FragmentOutput()

    def take_previews() -> None:
        while not done.is_set():
            ready.wait(0.1)
            ready.clear()
            shown = engine.preview.take()
            if shown is not None and shown.captured_ns is not None and not shown.repeated:
                latencies.append((time.monotonic_ns() - shown.captured_ns) / 1e6)

    def take_fragments() -> None:
        while not output.ended:
            fragment = output.get(0.1)
            if fragment is not None and fragment.captured_ns is not None:
                to_fragment.append((time.monotonic_ns() - fragment.captured_ns) / 1e6)

    takers = [threading.Thread(target=take_previews), threading.Thread(target=take_fragments)]
    engine.start_preview(FileSource(CLIP))
    engine.go_on_air([output])
    for taker in takers:
        taker.start()
    time.sleep(WARM_UP_S)
    before, cpu, wall = engine.counters(), time.process_time(), time.perf_counter()
    time.sleep(LIVE_S)
    after, cpu, wall = engine.counters(), time.process_time() - cpu, time.perf_counter() - wall
    engine.stop()
    done.set()
    for taker in takers:
        taker.join()
    return {
        "cpu_s_per_media_s": cpu / wall,
        "capture_fps": after.capture_fps,
        "compose_ms": {"p50": after.compose_ms_p50, "p95": after.compose_ms_p95},
        "encode_ms": {"p50": after.encode_ms_p50, "p95": after.encode_ms_p95},
        "capture_to_preview_ms": {str(share): percentile(latencies, share) for share in (0.5, 0.95, 0.99)},
        "capture_to_fragment_ms": {str(share): percentile(to_fragment, share) for share in (0.5, 0.95, 0.99)},
        "composed": after.composed - before.composed,
        "encoded": after.encoded - before.encoded,
        "repeated": after.repeated - before.repeated,
        "lagged": after.lagged - before.lagged,
        "skipped": after.skipped - before.skipped,
        "dropped": after.outputs[0].dropped,
        "kbit_per_s": after.outputs[0].bytes * 8 / 1000 / (LIVE_S + WARM_UP_S),
    }


def encode_with(programs: list[Pixels], settings: EncoderSettings, *, quality: bool) -> dict[str, float]:
    encoder, output = H264Encoder(CANVAS, settings), FragmentOutput(capacity_ms=3_600_000)
    output.start(encoder.config, lambda: None)
    took, packets = [], []
    cpu = time.process_time()
    for number, program in enumerate(programs):
        began = time.perf_counter()
        packets += encoder.encode(ProgramFrame.of(program, number, 0, None, False))
        took.append((time.perf_counter() - began) * 1000)
    result = {
        "cpu_ms_per_frame": (time.process_time() - cpu) * 1000 / len(programs),
        "encode_ms_p50": percentile(took, 0.5),
        "encode_ms_p95": percentile(took, 0.95),
        "kbit_per_s": sum(len(packet.data) for packet in packets) * 8 * CANVAS.fps / 1000 / len(programs),
    }
    if quality:
        for packet in packets:
            output.push(packet)
        data = (output.init_segment or b"") + b"".join(f.data for f in iter(lambda: output.get(0), None))
        with av.open(io.BytesIO(data)) as container:
            decoded = [frame.to_ndarray()[: CANVAS.height] for frame in container.decode(video=0)]
        luma = [cv2.cvtColor(program, cv2.COLOR_BGR2YUV_I420)[: CANVAS.height] for program in programs]
        result["psnr_db"] = statistics.mean(cv2.PSNR(a, b) for a, b in zip(luma, decoded, strict=True))
    return result


def main() -> dict[str, Any]:
    pictures = clip_pictures()
    programs = [np.ascontiguousarray(fit(picture, CANVAS.width, CANVAS.height)) for picture in pictures]
    floor_figures, live_figures = floor(programs), live()
    return {
        "floor": floor_figures,
        "stages_cpu": stages(pictures),
        "live": live_figures,
        "live_cpu_over_floor": live_figures["cpu_s_per_media_s"] / floor_figures["cpu_s_per_media_s"],
        "presets": {p: encode_with(programs, EncoderSettings(preset=p), quality=True) for p in PRESETS},
        "threads": {
            str(threads): encode_with(programs, EncoderSettings(threads=threads), quality=False)
            for threads in (1, 2)
        },
    }


if __name__ == "__main__":
    print(json.dumps(main()))
