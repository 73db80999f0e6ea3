"""Where overlays go: anchored to an edge, stacked away from it, never over one another. Pure, any thread.

All figures are in the grid of the design: 720 wide (the shorter side of any canvas), scaled to the canvas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.services.overlays.kinds import Place

GRID = 720
SIDE = 32
#: Platforms lay the host's name and the number of viewers over the top of the picture.
TOP = 88
BOTTOM = 40
GAP = 20


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height in canvas pixels."""

    x: int
    y: int
    width: int
    height: int


def scale_of(canvas: tuple[int, int]) -> float:
    """Canvas pixels a grid unit."""
    return min(canvas) / GRID


def arrange(canvas: tuple[int, int], wanted: Iterable[tuple[Place, tuple[int, int]]]) -> list[Box]:
    """Places of drawings given as (place, (width, height) in canvas pixels), in the order given.

    The first of those in each other's way lies nearest to the edge, so put what comes and goes last.
    """
    scale = scale_of(canvas)
    width, height = canvas
    side, gap = round(SIDE * scale), round(GAP * scale)
    done: list[tuple[bool, Box]] = []
    for place, (wide, tall) in wanted:
        x = side + round((width - 2 * side - wide) * place.along)
        reach = round((TOP if place.at_top else BOTTOM) * scale)
        for at_top, box in done:
            if at_top is place.at_top and x < box.x + box.width and box.x < x + wide:
                far = box.y + box.height if at_top else height - box.y
                reach = max(reach, far + gap)
        done.append((place.at_top, Box(x, reach if place.at_top else height - reach - tall, wide, tall)))
    return [box for _, box in done]
