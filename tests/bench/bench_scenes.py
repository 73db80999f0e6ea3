"""What a scene costs: milliseconds a picture by number of layers, on one core, until the encoder can take it
(composed, and turned into planes). Prints one line of JSON.

Run it by `dev.py bench scenes` or directly. Nothing here passes or fails.

    layers     1: the camera (1280x720) over all of the canvas; then, one on the other: an inset of the screen
               (1920x1080), a turned image with alpha, a text, a half opaque box of video (640x360), a bar of
               colour. Camera, screen and video bring a new picture for every tick.
    fade       from the scene of six to the camera alone, both drawn and mixed
    turned     the camera, and the video turned by 20 degrees: nothing of it can be kept
    keyed      the camera with an alpha plane that changes with every picture, over a colour
    floor      a bare `cv2.resize` of the camera's crop to the canvas

`wall` is what a picture took, `cpu` what of it the thread computed: a busy machine lengthens the first most.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from studio.media.compositor import Compositor
from studio.media.cv2_import import cv2
from studio.media.encoding.kinds import X264
from studio.media.encoding.planes import PlanesFor
from studio.media.fit import crop_to_aspect
from studio.media.frame import Frame, Pixels
from studio.media.mailbox import Mailbox
from studio.media.scene.feed import Feed
from studio.media.scene.stage import Stage, StagePart
from studio.media.settings import CanvasSettings
from studio.model.scene import Fit, Placement

CANVASES = (CanvasSettings(720, 1280), CanvasSettings(1080, 1920))
PICTURES = 200
WARM = 20
TURN = 3  # pictures of a moving source, in turn
RANDOM = np.random.default_rng(1)


class Source:
    """Pictures in turn, or the same one once."""

    def __init__(self, width: int, height: int, *, moving: bool, alpha: bool = False) -> None:
        count = TURN if moving else 1
        self.feed = Feed()
        self._box: Mailbox[Frame] = Mailbox()
        self.feed.connect(self._box, lambda: True)
        self._arrays = [self._picture(width, height) for _ in range(count)]
        self._alphas = [self._plane(width, height) if alpha else None for _ in range(count)]
        self._given = 0

    def give(self) -> None:
        """Brings the next picture; a still one comes once."""
        if self._given and len(self._arrays) == 1:
            return
        which = self._given % len(self._arrays)
        self._box.put(Frame(self._arrays[which], self._given, self._alphas[which]))
        self._given += 1

    def _picture(self, width: int, height: int) -> Pixels:
        return RANDOM.integers(0, 255, (height, width, 3), np.uint8)

    def _plane(self, width: int, height: int) -> Pixels:
        """Clear outside of an ellipse, soft at its edge."""
        plane = np.zeros((height, width), np.uint8)
        cv2.ellipse(plane, (width // 2, height // 2), (width // 3, height // 2), 0, 0, 360, 255, -1)
        return cv2.blur(plane, (9, 9))  # type: ignore[return-value]


def text_source() -> Source:
    """Three lines of white letters on nothing."""
    source = Source(900, 240, moving=False, alpha=True)
    plane = np.zeros((240, 900), np.uint8)
    for line in range(3):
        place = (10, 70 * (line + 1))
        cv2.putText(plane, "Tonight: portraits", place, cv2.FONT_HERSHEY_DUPLEX, 2, 255, 3, cv2.LINE_AA)
    source._arrays, source._alphas = [np.full((240, 900, 3), 240, np.uint8)], [plane]
    return source


def layers() -> list[tuple[Source, Placement]]:
    return [
        (Source(1280, 720, moving=True), Placement()),
        (Source(1920, 1080, moving=True), Placement(x=0.5, y=0.2, width=0.9, height=0.3, fit=Fit.CONTAIN)),
        (
            Source(800, 600, moving=False, alpha=True),
            Placement(x=0.7, y=0.5, width=0.4, height=0.2, rotation_deg=12),
        ),
        (text_source(), Placement(x=0.5, y=0.7, width=0.8, height=0.12, fit=Fit.CONTAIN)),
        (Source(640, 360, moving=True), Placement(x=0.3, y=0.45, width=0.5, height=0.16, opacity=0.5)),
        (Source(16, 16, moving=False), Placement(x=0.5, y=0.97, width=1, height=0.06)),
    ]


def stage(chosen: list[tuple[Source, Placement]]) -> Stage:
    return Stage(
        tuple(
            StagePart(f"layer {number}", placement, source.feed, is_main=number == 0)
            for number, (source, placement) in enumerate(chosen)
        )
    )


def measured(work: Callable[[int], object]) -> dict[str, float]:
    """Of `PICTURES` calls with their number, in milliseconds."""
    wall, cpu = [], []
    for number in range(WARM + PICTURES):
        began, began_cpu = time.perf_counter(), time.thread_time()
        work(number)
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.thread_time() - began_cpu) * 1000)
    wall, cpu = sorted(wall[WARM:]), sorted(cpu[WARM:])
    return {
        "wall_p50": statistics.median(wall),
        "wall_p95": wall[int(PICTURES * 0.95)],
        "cpu_least": cpu[0],
        "cpu_p50": statistics.median(cpu),
        "cpu_p95": cpu[int(PICTURES * 0.95)],
    }


def compose_ms(
    canvas: CanvasSettings, chosen: list[tuple[Source, Placement]], then: Stage | None = None
) -> dict[str, float]:
    """Of the scene; with `then` while it fades to that one."""
    compositor, planes = Compositor(canvas, Mailbox()), PlanesFor(X264, canvas)
    compositor.show(stage(chosen))
    ticks = iter(range(10**6))

    def tick(_number: int) -> None:
        now = next(ticks)
        planes.of(compositor.compose(now, now * 1000).picture)

    for source, _ in chosen:
        source.give()
    tick(0)
    if then is not None:
        compositor.show(then, fade_ms=1_000_000)

    def bring_and_tick(number: int) -> None:
        for source, _ in chosen:
            source.give()
        tick(number)

    return measured(bring_and_tick)


def floor_ms(canvas: CanvasSettings) -> dict[str, float]:
    pictures = RANDOM.integers(0, 255, (TURN, 720, 1280, 3), np.uint8)
    crops = [crop_to_aspect(picture, canvas.width, canvas.height) for picture in pictures]
    return measured(lambda number: cv2.resize(crops[number % TURN], (canvas.width, canvas.height)))


def main() -> dict[str, Any]:
    cv2.setNumThreads(1)
    report: dict[str, Any] = {}
    for canvas in CANVASES:
        every = layers()
        camera, video = every[0], every[4][0]
        report[f"{canvas.width}x{canvas.height}"] = {
            "floor": floor_ms(canvas),
            "layers": {str(count): compose_ms(canvas, every[:count]) for count in range(1, len(every) + 1)},
            "fade": compose_ms(canvas, every, stage(every[:1])),
            "turned": compose_ms(
                canvas, [camera, (video, Placement(width=0.5, height=0.16, rotation_deg=20))]
            ),
            "keyed": compose_ms(
                canvas,
                [
                    (Source(16, 16, moving=False), Placement()),
                    (Source(1280, 720, moving=True, alpha=True), Placement()),
                ],
            ),
        }
    return report


if __name__ == "__main__":
    print(json.dumps(main()))
