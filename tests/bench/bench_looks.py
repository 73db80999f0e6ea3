"""What a look costs, part by part, on pictures of 1280x720 and 720x1280. Prints one line of JSON.

Run it by `dev.py bench looks` or directly. Nothing here passes or fails. Milliseconds a picture, p50: of
the thread's own time (`cpu`) and by the wall's clock; of the background the mean, since it works harder on
every second picture.

    floor      one table for three channels in OpenCV, which is the least that any colour correction could be;
               and FFmpeg's lut3d on the same table, the way not taken
    parts      each part of a look alone
    together   colours with a LUT; all of a look at once
    ready_ms   reading a LUT of 33 a side, and making it ready, once a file
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph

from studio.media.cv2_import import cv2
from studio.media.frame import Frame, Pixels
from studio.media.look.cube import read_cube
from studio.media.look.lut import ReadyLut
from studio.media.look.process import LookProcess
from studio.model.look import ChromaKey, Look

CLIP = Path(__file__).parents[2] / "resources" / "demo" / "host.mp4"
SIZES = ((1280, 720), (720, 1280))
ROUNDS = 40
COLOURS = Look(brightness=0.1, contrast=0.2, saturation=0.2, temperature=0.2)


def ms(act: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    act()
    cpu, wall = [], []
    for _ in range(rounds):
        began, began_cpu = time.perf_counter(), time.thread_time()
        act()
        cpu.append((time.thread_time() - began_cpu) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {"cpu": round(statistics.median(cpu), 2), "wall": round(statistics.median(wall), 2)}


def mean_ms(process: LookProcess, frame: Frame) -> dict[str, float]:
    """Of passes that do more work on some pictures than on others."""
    process(frame)
    began, began_cpu = time.perf_counter(), time.thread_time()
    for _ in range(ROUNDS):
        process(frame)
    cpu, wall = time.thread_time() - began_cpu, time.perf_counter() - began
    return {"cpu": round(cpu * 1000 / ROUNDS, 2), "wall": round(wall * 1000 / ROUNDS, 2)}


def cube_file(folder: Path) -> Path:
    size, path = 33, folder / "warm.cube"
    axis = np.linspace(0, 1, size)
    rows = [f"{r**0.9:.6f} {g:.6f} {b**1.1:.6f}" for b in axis for g in axis for r in axis]
    path.write_text("\n".join([f"LUT_3D_SIZE {size}", *rows]))
    return path


def picture(width: int, height: int) -> Pixels:
    with av.open(str(CLIP)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="bgr24")
    return np.ascontiguousarray(cv2.resize(first, (width, height), interpolation=cv2.INTER_AREA))


def ffmpeg_lut3d(array: Pixels, path: Path) -> Callable[[], object]:
    graph = Graph()
    height, width = array.shape[:2]
    source = graph.add_buffer(width=width, height=height, format="bgr24", time_base=Fraction(1, 1000))
    table = graph.add("lut3d", file=str(path), interp="trilinear", threads="1")
    sink = graph.add("buffersink")
    source.link_to(table)
    table.link_to(sink)
    graph.configure()

    def one() -> object:
        graph.push(av.VideoFrame.from_ndarray(array, format="bgr24"))
        return graph.pull()

    return one


def measure(width: int, height: int, path: Path, lut: ReadyLut) -> dict[str, Any]:
    array = picture(width, height)
    frame = Frame(array, 0)
    curves = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)

    def look(wanted: Look, table: ReadyLut | None = None) -> dict[str, float]:
        process = LookProcess(wanted, table)
        return ms(lambda: process(frame))

    everything = Look(
        brightness=0.1, contrast=0.2, saturation=0.2, temperature=0.2, smoothing=0.6, chroma=ChromaKey()
    )
    return {
        "floor": {
            "cv2.LUT": ms(lambda: cv2.LUT(array, curves)),
            "ffmpeg lut3d": ms(ffmpeg_lut3d(array, path), 10),
        },
        "parts": {
            "neutral": look(Look()),
            "colours": look(COLOURS),
            "lut": look(Look(), lut),
            "smoothing": look(Look(smoothing=0.6)),
            "chroma key": look(Look(chroma=ChromaKey())),
            "background": mean_ms(LookProcess(Look(background_blur=0.6)), frame),
        },
        "together": {"colours+lut": look(COLOURS, lut), "everything": look(everything, lut)},
    }


def main() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = cube_file(Path(folder))
        began = time.perf_counter()
        cube = read_cube(path)
        read = time.perf_counter()
        lut = ReadyLut(cube)
        ready = time.perf_counter()
        sizes = {f"{width}x{height}": measure(width, height, path, lut) for width, height in SIZES}
    return {
        **sizes,
        "ready_ms": {"read": round((read - began) * 1000), "make ready": round((ready - read) * 1000)},
    }


if __name__ == "__main__":
    print(json.dumps(main()))
