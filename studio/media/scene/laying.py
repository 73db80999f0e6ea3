"""Laying one picture on the canvas: scaled, mirrored, turned, cut out.

Purpose: pure functions on arrays; where things go is `model/placing.py`'s. Thread: any.
Must not import: Qt, net.

Upright pictures (turned by quarters, too) are scaled straight into the canvas. All others, and those with an
alpha plane, become an `Overlay` first.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from studio.media.cv2_import import cv2
from studio.media.fit import halved
from studio.media.frame import Pixels
from studio.media.overlay import Overlay
from studio.model.placing import Placed, Rect
from studio.model.scene import MAX_LAYERS

#: By quarters clockwise.
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
#: Of less than this, the whole pixels around it are taken: a cut of so few would enlarge them to no end.
_LEAST_TO_CUT = 2.0
#: Up to this enlargement half a pixel of the source is no more than one and a half of the canvas.
_ROUNDED_UP_TO = 3.0


class Spot(NamedTuple):
    """A rectangle of whole canvas pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.bottom - self.top


def is_upright(placed: Placed) -> bool:
    """Whether its edges are parallel to the canvas's."""
    return placed.turn_deg % 90 == 0


def upright_spot(placed: Placed) -> Spot:
    """Where an upright picture goes; at least one pixel, and maybe partly or wholly off the canvas."""
    (middle_x, middle_y), width, height = placed.area.middle, placed.area.width, placed.area.height
    if placed.turn_deg % 180:
        width, height = height, width
    left, top = round(middle_x - width / 2), round(middle_y - height / 2)
    right, bottom = round(middle_x + width / 2), round(middle_y + height / 2)
    return Spot(left, top, max(left + 1, right), max(top + 1, bottom))


def on_canvas(spot: Spot, canvas: tuple[int, int]) -> Spot | None:
    """The part of `spot` that shows; None when nothing does."""
    left, top = max(0, spot.left), max(0, spot.top)
    right, bottom = min(canvas[0], spot.right), min(canvas[1], spot.bottom)
    return Spot(left, top, right, bottom) if left < right and top < bottom else None


def covers(placed: Placed, canvas: tuple[int, int]) -> bool:
    """Whether nothing of the canvas shows beside it."""
    return is_upright(placed) and on_canvas(upright_spot(placed), canvas) == (0, 0, *canvas)


def lay_upright(picture: Pixels, placed: Placed, opacity: float, canvas: Pixels) -> None:
    """Draws an opaque, upright picture on `canvas` (height x width x 3, writable) in place."""
    spot = upright_spot(placed)
    shown = on_canvas(spot, (canvas.shape[1], canvas.shape[0]))
    if shown is None:
        return
    target = canvas[shown.top : shown.bottom, shown.left : shown.right]
    if opacity == 1.0:
        _upright(picture, placed, spot, shown, target)
        return
    over = _upright(picture, placed, spot, shown)
    cv2.addWeighted(over, opacity, target, 1 - opacity, 0, dst=target)


def cut_out(
    picture: Pixels, alpha: Pixels | None, placed: Placed, opacity: float, canvas: tuple[int, int]
) -> Overlay | None:
    """The picture as a drawing for a canvas of that size; None when nothing of it shows."""
    if alpha is not None:
        picture, alpha, placed = _seen_alone(picture, alpha, placed)
        # Before scaling: else the colour of what cannot be seen would shine in at the edges.
        picture = _times(picture, alpha)
    if is_upright(placed):
        spot = upright_spot(placed)
        shown = on_canvas(spot, canvas)
        if shown is None:
            return None
        colour = _upright(picture, placed, spot, shown)
        ink = None if alpha is None else _upright(alpha, placed, spot, shown)
    else:
        shown = _turned_spot(placed, canvas)
        if shown is None:
            return None
        coverage = _coverage(placed.area, placed.turn_deg, shown)
        colour = _times(_turned(picture, placed, shown), coverage)
        ink = coverage if alpha is None else _product(_turned(alpha, placed, shown), coverage)
    if ink is None:
        ink = np.full(colour.shape[:2], 255, dtype=np.uint8)
    overlay = Overlay.of_planes(colour, ink, shown.left, shown.top)
    return overlay if opacity == 1.0 else overlay.faded(opacity)


def _upright(picture: Pixels, placed: Placed, spot: Spot, shown: Spot, into: Pixels | None = None) -> Pixels:
    """What goes to `shown`, a part of `spot`; written to `into` if given."""
    quarters = round(placed.turn_deg / 90) % 4
    part = _seen_part(placed, quarters, spot, shown)
    width, height = shown.size if quarters % 2 == 0 else shown.size[::-1]
    turn = _TURNS[quarters]
    cut = shown != spot
    if turn is None and not placed.mirror:
        return scaled(picture, part, (width, height), into, cut=cut)
    small = scaled(picture, part, (width, height), cut=cut)
    if turn is None:
        return cv2.flip(small, 1, dst=into)  # type: ignore[return-value]
    if placed.mirror:
        small = cv2.flip(small, 1)  # type: ignore[assignment]
    return cv2.rotate(small, turn, dst=into)  # type: ignore[return-value]


def _seen_part(placed: Placed, quarters: int, spot: Spot, shown: Spot) -> Rect:
    """The part of the source behind `shown`, what of `spot` is on the canvas."""
    part = placed.part
    if shown == spot:
        return part
    width, height = spot.size
    across = ((shown.left - spot.left) / width, (shown.right - spot.left) / width)
    down = ((shown.top - spot.top) / height, (shown.bottom - spot.top) / height)
    for _ in range(quarters):  # turned back by one quarter: what goes down went across, from the other end
        across, down = down, (1 - across[1], 1 - across[0])
    if placed.mirror:
        across = (1 - across[1], 1 - across[0])
    return Rect(
        part.left + across[0] * part.width,
        part.top + down[0] * part.height,
        (across[1] - across[0]) * part.width,
        (down[1] - down[0]) * part.height,
    )


def scaled(
    picture: Pixels, part: Rect, size: tuple[int, int], into: Pixels | None = None, *, cut: bool = False
) -> Pixels:
    """`part` of the picture in that size (width, height), written to `into` if given.

    Its edges are rounded to whole pixels of the source; where those would show (much enlarged, or `cut`: part
    of a larger picture, that must not jump while it is moved) to pixels of the result: some more is enlarged,
    and cut off again. May share memory with `picture`.
    """
    left, right, want_left, have_width = _span(part.left, part.width, picture.shape[1], size[0], cut)
    top, bottom, want_top, have_height = _span(part.top, part.height, picture.shape[0], size[1], cut)
    view = picture[top:bottom, left:right]
    exact = (have_width, have_height) == size
    if view.shape[1::-1] == (have_width, have_height):
        result = view
    else:
        view = halved(view, have_width, have_height)
        whole = (have_width, have_height)
        result = cv2.resize(  # type: ignore[assignment]
            view, whole, dst=into if exact else None, interpolation=cv2.INTER_LINEAR
        )
        if exact and into is not None:
            return into
    if not exact:
        result = result[want_top : want_top + size[1], want_left : want_left + size[0]]
    if into is not None:
        np.copyto(into, result)
        return into
    return result


def _span(start: float, length: float, limit: int, wanted: int, cut: bool) -> tuple[int, int, int, int]:
    """How to get `wanted` pixels out of `start` to `start + length` of `limit` pixels.

    Returns the whole source pixels to scale (first, one after the last), and in what comes of them the first
    wanted pixel and how many there are.
    """
    scale = wanted / length
    if scale <= (1.0 if cut else _ROUNDED_UP_TO) or length < _LEAST_TO_CUT:
        first = min(limit - 1, max(0, round(start)))
        return first, min(limit, max(first + 1, round(start + length))), 0, wanted
    first, last = max(0, math.floor(start + 1e-6)), min(limit, math.ceil(start + length - 1e-6))
    made = max(wanted, round((last - first) * scale))
    return first, last, min(made - wanted, max(0, round((start - first) * scale))), made


def _turned_spot(placed: Placed, canvas: tuple[int, int]) -> Spot | None:
    """The whole pixels that a turned picture touches, as far as they are on the canvas."""
    across, down = zip(*placed.corners, strict=True)
    left, top = math.floor(min(across) - 0.5), math.floor(min(down) - 0.5)
    return on_canvas(Spot(left, top, math.ceil(max(across) + 0.5), math.ceil(max(down) + 0.5)), canvas)


def _turned(picture: Pixels, placed: Placed, shown: Spot) -> Pixels:
    """The picture turned, as far as it goes to `shown`; beyond its edges they are repeated."""
    part, area = placed.part, placed.area
    # Where it shrinks: turning skips pixels, scaling does not. It never grows here, however large the box is.
    size = (
        max(1, min(round(area.width), math.ceil(part.width))),
        max(1, min(round(area.height), math.ceil(part.height))),
    )
    if size[0] < part.width or size[1] < part.height:
        picture = scaled(picture, part, size)
        part = Rect(0, 0, *size)
    matrix = _source_to_canvas(placed, part)
    matrix[:, 2] -= (shown.left, shown.top)
    # OpenCV counts from the middle of pixels, we count from their corners.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(  # type: ignore[return-value]
        picture, matrix, shown.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _source_to_canvas(placed: Placed, part: Rect) -> npt.NDArray[np.float64]:
    """The 2 x 3 matrix that takes points of `part` to where they go on the canvas."""
    (top_left, top_right, _, bottom_left) = placed.corners
    if placed.mirror:
        (top_right, top_left, bottom_left, _) = placed.corners
    origin, right, bottom = np.array(top_left), np.array(top_right), np.array(bottom_left)
    across, down = (right - origin) / part.width, (bottom - origin) / part.height
    return np.column_stack((across, down, origin - across * part.left - down * part.top))


@lru_cache(maxsize=MAX_LAYERS)
def _coverage(area: Rect, turn_deg: float, shown: Spot) -> Pixels:
    """How much of each pixel of `shown` a turned picture covers, 0 to 255: what makes its edges smooth.

    Kept, because a turned video needs the same for every picture.
    """
    middle_x, middle_y = area.middle
    x = np.arange(shown.left, shown.right, dtype=np.float32) + np.float32(0.5 - middle_x)
    y = np.arange(shown.top, shown.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - middle_y)
    cos, sin = np.cos(math.radians(turn_deg)), np.sin(math.radians(turn_deg))
    across = area.width / 2 + 0.5 - np.abs(x * np.float32(cos) + y * np.float32(sin))
    down = area.height / 2 + 0.5 - np.abs(y * np.float32(cos) - x * np.float32(sin))
    covered = np.clip(across, 0, 1) * np.clip(down, 0, 1)
    coverage = np.rint(covered * 255).astype(np.uint8)
    coverage.flags.writeable = False
    return coverage


def _seen_alone(picture: Pixels, alpha: Pixels, placed: Placed) -> tuple[Pixels, Pixels, Placed]:
    """The same without what lies outside of the part that shows: less to multiply."""
    part = placed.part
    left, top = math.floor(part.left), math.floor(part.top)
    columns = slice(left, max(left + 1, math.ceil(part.left + part.width)))
    rows = slice(top, max(top + 1, math.ceil(part.top + part.height)))
    moved = Rect(part.left - left, part.top - top, part.width, part.height)
    return picture[rows, columns], alpha[rows, columns], replace(placed, part=moved)


def _times(picture: Pixels, alpha: Pixels) -> Pixels:
    """The colour multiplied by alpha."""
    return cv2.multiply(picture, cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR), scale=1 / 255)  # type: ignore[return-value]


def _product(one: Pixels, other: Pixels) -> Pixels:
    return cv2.multiply(one, other, scale=1 / 255)  # type: ignore[return-value]
