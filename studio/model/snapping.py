"""Lines that a dragged layer falls into: the canvas's edges and middle, and those of other layers.

Pure values in canvas pixels; the editor shows a guide for each line that has caught something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.model.placing import Size, box_corners
from studio.model.scene import Placement

#: How far an edge is moved to fall into a line, and where that line is.
Fall = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Guide:
    """A line that a dragged layer has fallen into: upright at x = `at`, or level at y = `at`."""

    upright: bool
    at: float


@dataclass(frozen=True, slots=True)
class Catch:
    """What catches a dragged edge: the lines of the canvas and of `others`, within `reach` of them."""

    others: tuple[Placement, ...] = ()
    reach: float = 0.0


NO_CATCH = Catch()


def bounds(placement: Placement, canvas: Size) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright rectangle around the turned box."""
    corners = box_corners(placement, canvas)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def lines(canvas: Size, others: Sequence[Placement]) -> tuple[list[float], list[float]]:
    """What edges fall into: x of the upright lines, y of the level ones. The canvas's come first."""
    xs, ys = [0.0, canvas[0] / 2, float(canvas[0])], [0.0, canvas[1] / 2, float(canvas[1])]
    for other in others:
        left, top, right, bottom = bounds(other, canvas)
        xs += (left, (left + right) / 2, right)
        ys += (top, (top + bottom) / 2, bottom)
    return xs, ys


def nearest(edges: Sequence[float], lines: Sequence[float], reach: float) -> Fall | None:
    """How far the nearest pair is apart and the line of it; None when that is beyond `reach`."""
    if reach <= 0:
        return None
    apart, line = min(
        ((line - edge, line) for edge in edges for line in lines), key=lambda pair: abs(pair[0])
    )
    return (apart, line) if abs(apart) <= reach else None


def guides(to_x: Fall | None, to_y: Fall | None) -> tuple[Guide, ...]:
    """The lines to show for what has fallen into them."""
    upright = (Guide(True, to_x[1]),) if to_x else ()
    level = (Guide(False, to_y[1]),) if to_y else ()
    return upright + level
