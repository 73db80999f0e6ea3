"""What overlays cost: drawing one, and blending 0 to 6 of them into every picture. Prints one line of JSON.

Run it by `dev.py bench overlays` or directly. Nothing here passes or fails.

    compose    milliseconds a new picture until the encoder can take it: a camera of 854x480 onto 720x1280;
               ``mirrored`` also makes the host's own picture of 375x667
    draw       milliseconds to draw each overlay again
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from studio.media.compositor import Compositor
from studio.media.encoding.kinds import X264
from studio.media.encoding.planes import PlanesFor
from studio.media.frame import Frame
from studio.media.mailbox import Mailbox
from studio.media.overlay import Overlay
from studio.media.program import SmallOverlays
from studio.media.settings import CanvasSettings
from studio.model.room import Goal, Person, Supporter
from studio.services.overlays import painters
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.overlays.chat_painter import paint_chat
from studio.services.overlays.facts import ChatLine
from studio.services.overlays.kinds import Place
from studio.services.overlays.layout import arrange
from studio.services.overlays.sheet import Lettering
from studio.ui.theme import fonts

CANVAS = CanvasSettings()
PICTURES = 300
MIKA = Person(id="m", handle="mika.draws")
Paint = Callable[[Lettering], Overlay]
PAINTED: dict[str, tuple[Place, Paint]] = {
    "goal": (
        Place.BOTTOM,
        lambda letters: painters.paint_goal(
            Goal(title="New tablet", target=50_000, reached=31_480), letters, 1.0
        ),
    ),
    "alert": (
        Place.BOTTOM,
        lambda letters: painters.paint_alert(
            GiftAlert("s", "mika.draws", "Lion", "lion.svg", 5, 1, 29_999), letters, 1.0
        ),
    ),
    "chat": (
        Place.BOTTOM_LEFT,
        lambda letters: paint_chat([ChatLine("c", MIKA, "first time here, wow")] * 3, letters, 1.0),
    ),
    "follower": (Place.TOP_LEFT, lambda letters: painters.paint_follower(MIKA, letters, 1.0)),
    "supporter": (
        Place.TOP_LEFT,
        lambda letters: painters.paint_supporter(
            Supporter(person=MIKA, diamonds=29_999, gifts=1), letters, 1.0
        ),
    ),
    "viewers": (Place.TOP_RIGHT, lambda letters: painters.paint_viewers(1_284, letters, 1.0)),
}


def compose_ms(overlays: tuple[Overlay, ...], *, mirrored: bool) -> dict[str, float]:
    compositor = Compositor(CANVAS, Mailbox())
    box: Mailbox[Frame] = Mailbox()
    compositor.set_input(box)
    compositor.set_overlays(overlays)
    compositor.set_mirrored(mirrored)
    planes, small = PlanesFor(X264, CANVAS), SmallOverlays()
    host = np.empty((667, 375, 3), np.uint8)
    # Two in turn: the same array again would not be drawn again.
    pictures = np.random.default_rng(1).integers(0, 255, (2, 480, 854, 3), np.uint8)
    took = []
    for number in range(PICTURES):
        box.put(Frame(pictures[number % 2], number))
        began = time.perf_counter()
        picture = compositor.compose(number, number).picture
        planes.of(picture)
        if mirrored:
            picture.draw_for_host(host, small)
        took.append((time.perf_counter() - began) * 1000)
    return {"p50": statistics.median(took), "p95": sorted(took)[int(PICTURES * 0.95)]}


def draw_ms(paint: Paint, lettering: Lettering) -> float:
    paint(lettering)  # fonts and drawings are loaded once
    took = []
    for _ in range(30):
        began = time.perf_counter()
        paint(lettering)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main() -> dict[str, Any]:
    app = QApplication.instance() or QApplication([])
    assert app is not None
    fonts.load()
    lettering = Lettering(fonts.families())
    drawn = [(place, paint(lettering)) for place, paint in PAINTED.values()]
    boxes = arrange((CANVAS.width, CANVAS.height), [(place, overlay.size) for place, overlay in drawn])
    placed = tuple(overlay.at(box.x, box.y) for (_, overlay), box in zip(drawn, boxes, strict=True))
    return {
        "compose": {
            f"{name}{' mirrored' if mirrored else ''}": compose_ms(overlays, mirrored=mirrored)
            for mirrored in (False, True)
            for name, overlays in (
                ("none", ()),
                ("goal", placed[:1]),
                ("goal+alert", placed[:2]),
                ("six", placed),
            )
        },
        "draw": {name: draw_ms(paint, lettering) for name, (_, paint) in PAINTED.items()},
    }


if __name__ == "__main__":
    print(json.dumps(main()))
