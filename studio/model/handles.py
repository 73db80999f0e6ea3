"""Editing a `Placement` by hand: which handle is under the pointer, and what a drag of it makes of it.

Pure values; points and lengths in canvas pixels, x to the right and y downwards. Every result is a placement
that the rules of `model/scene.py` take: what would break them stops at their limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from studio.model.placing import Point, Rect, Size, box, box_contains, placed
from studio.model.scene import Fit, Layer, Placement
from studio.model.snapping import NO_CATCH, Catch, Guide, bounds, guides, lines, nearest

_LEAST_BOX, _LARGEST_BOX = 0.01, 4.0
_LEAST_PLACE, _LARGEST_PLACE = -2.0, 3.0
#: What a crop leaves of a source at least, as a share; a little more than the rule, for rounding.
_LEAST_PART = 0.0201
#: Angles that a turn falls into, and how near it must come, in degrees.
_CATCH_EVERY, _CATCH_WITHIN = 45.0, 3.0


class Grip(Enum):
    """What of a layer is held. Values: on which side of its middle (-1 left or top, 1 right or bottom)."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    RIGHT = (1, 0)
    BOTTOM_RIGHT = (1, 1)
    BOTTOM = (0, 1)
    BOTTOM_LEFT = (-1, 1)
    LEFT = (-1, 0)
    ALL = (0, 0)
    TURN = (0, -2)

    @property
    def is_corner(self) -> bool:
        return abs(self.value[0]) == 1 and abs(self.value[1]) == 1

    @property
    def is_edge(self) -> bool:
        return abs(self.value[0]) + abs(self.value[1]) == 1


@dataclass(frozen=True, slots=True)
class Dragged:
    """What a drag has made, and the lines to show for it."""

    placement: Placement
    guides: tuple[Guide, ...] = ()


def grip_points(placement: Placement, canvas: Size, arm: float) -> dict[Grip, Point]:
    """Where the handles are; the one that turns stands `arm` from the top edge, inside where the outside is
    beyond the canvas.
    """
    area = box(placement, canvas)
    points: dict[Grip, Point] = {}
    for grip in Grip:
        across, down = grip.value
        if grip is Grip.TURN:
            outside = _on_canvas(placement, canvas, 0.0, -area.height / 2 - arm)
            inside = 0 <= outside[0] <= canvas[0] and 0 <= outside[1] <= canvas[1]
            points[grip] = outside if inside else _on_canvas(placement, canvas, 0.0, -area.height / 2 + arm)
        elif grip is not Grip.ALL:
            points[grip] = _on_canvas(placement, canvas, across * area.width / 2, down * area.height / 2)
    return points


def grip_at(placement: Placement, canvas: Size, at: Point, reach: float, arm: float) -> Grip | None:
    """The handle nearest to `at` within `reach`; `Grip.ALL` on the box itself; None beside it."""
    near = [
        (math.dist(point, at), order, grip)
        for order, (grip, point) in enumerate(grip_points(placement, canvas, arm).items())
    ]
    distance, _, grip = min(near)
    if distance <= reach:
        return grip
    return Grip.ALL if box_contains(placement, canvas, *at) else None


def layer_at(layers: Iterable[tuple[Layer, Size]], canvas: Size, at: Point) -> str:
    """The id of the topmost layer whose picture is under `at`; empty for none.

    `layers` from the lowest to the highest, each with its source's size, (0, 0) where that is not known yet.
    Locked layers are not there for the pointer, nor are hidden ones.
    """
    found = ""
    for layer, source in layers:
        if not layer.visible or layer.locked:
            continue
        if min(source) > 0:
            hit = placed(layer.placement, source, canvas).contains(*at)
        else:
            hit = box_contains(layer.placement, canvas, *at)
        found = layer.id if hit else found
    return found


def moved(placement: Placement, canvas: Size, by: Point, catch: Catch = NO_CATCH) -> Dragged:
    """The whole layer moved; its edges and its middle fall into lines near them."""
    free = _at(placement, placement.x + by[0] / canvas[0], placement.y + by[1] / canvas[1])
    lines_x, lines_y = lines(canvas, catch.others)
    left, top, right, bottom = bounds(free, canvas)
    to_x = nearest((left, (left + right) / 2, right), lines_x, catch.reach)
    to_y = nearest((top, (top + bottom) / 2, bottom), lines_y, catch.reach)
    caught = _at(
        free,
        free.x + (to_x[0] if to_x else 0.0) / canvas[0],
        free.y + (to_y[0] if to_y else 0.0) / canvas[1],
    )
    return Dragged(caught, guides(to_x, to_y))


def resized(
    placement: Placement,
    grip: Grip,
    canvas: Size,
    by: Point,
    catch: Catch = NO_CATCH,
    *,
    keep_shape: bool = True,
) -> Dragged:
    """A corner or an edge dragged; what lies opposite stays. Corners keep the shape unless told otherwise.

    Only layers that are not turned fall into lines: of others no edge is upright.
    """
    across, down = grip.value
    area = box(placement, canvas)
    inward = _turned_back(placement, by)
    width, height = area.width + across * inward[0], area.height + down * inward[1]
    if grip.is_corner and keep_shape:
        grown = (area.width * across * inward[0] + area.height * down * inward[1]) / (
            area.width**2 + area.height**2
        )
        width, height = area.width * (1 + grown), area.height * (1 + grown)
    to_x, to_y = None, None
    if placement.rotation_deg % 360 == 0:
        lines_x, lines_y = lines(canvas, catch.others)
        fixed_x, fixed_y = area.middle[0] - across * area.width / 2, area.middle[1] - down * area.height / 2
        to_x = nearest((fixed_x + across * width,), lines_x, catch.reach) if across else None
        to_y = nearest((fixed_y + down * height,), lines_y, catch.reach) if down else None
        if grip.is_corner and keep_shape and to_x and to_y:
            to_x, to_y = (to_x, None) if abs(to_x[0]) <= abs(to_y[0]) else (None, to_y)
        width += across * to_x[0] if to_x else 0.0
        height += down * to_y[0] if to_y else 0.0
        if grip.is_corner and keep_shape and to_x:
            height = width * area.height / area.width
        elif grip.is_corner and keep_shape and to_y:
            width = height * area.width / area.height
    made = _sized(placement, grip, canvas, width, height, shaped=grip.is_corner and keep_shape)
    return Dragged(made, guides(to_x, to_y))


def cropped(placement: Placement, grip: Grip, canvas: Size, source: Size, by: Point) -> Dragged:
    """An edge or a corner dragged over the picture, which itself stays where it is: cut off or shown again.

    Zoom and fit become a crop of the same picture first. Without a size there is nothing to cut.
    """
    if min(source) <= 0 or grip in (Grip.ALL, Grip.TURN):
        return Dragged(placement)
    lies = placed(placement, source, canvas)
    across, down = grip.value
    inward = _turned_back(placement, by)
    scale_x, scale_y = lies.part.width / lies.area.width, lies.part.height / lies.area.height
    into = -across if placement.mirror else across
    left, top = lies.part.left, lies.part.top
    right, bottom = left + lies.part.width, top + lies.part.height
    least_x, least_y = _LEAST_PART * source[0], _LEAST_PART * source[1]
    if into < 0:
        left = _within(left - _outward(across, inward[0]) * scale_x, 0.0, right - least_x)
    elif into > 0:
        right = _within(right + _outward(across, inward[0]) * scale_x, left + least_x, float(source[0]))
    if down < 0:
        top = _within(top - _outward(down, inward[1]) * scale_y, 0.0, bottom - least_y)
    elif down > 0:
        bottom = _within(bottom + _outward(down, inward[1]) * scale_y, top + least_y, float(source[1]))
    base = _boxed(placement, canvas, lies.area)
    try:
        base = replace(
            base,
            crop_left=_share(left, source[0]),
            crop_right=_share(source[0] - right, source[0]),
            crop_top=_share(top, source[1]),
            crop_bottom=_share(source[1] - bottom, source[1]),
            zoom=1.0,
        )
    except ValueError:  # less of the source than may show is what it shows already
        return Dragged(placement)
    width, height = (right - left) / scale_x, (bottom - top) / scale_y
    return Dragged(_sized(base, grip, canvas, width, height, shaped=False))


def turned_to(placement: Placement, canvas: Size, at: Point, *, free: bool = False) -> Dragged:
    """Turned so that its top points at `at`; falls into every eighth of a turn unless `free`."""
    middle = box(placement, canvas).middle
    if math.dist(middle, at) < 1.0:
        return Dragged(placement)
    degrees = math.degrees(math.atan2(at[1] - middle[1], at[0] - middle[0])) + 90.0
    return Dragged(turned_by(replace(placement, rotation_deg=0.0), degrees, free=free))


def turned_by(placement: Placement, degrees: float, *, free: bool = True) -> Placement:
    """Turned clockwise by so much more; the angle is kept between -180 and 180."""
    angle = math.remainder(placement.rotation_deg + degrees, 360.0)
    caught = round(angle / _CATCH_EVERY) * _CATCH_EVERY
    if not free and abs(angle - caught) <= _CATCH_WITHIN:
        angle = math.remainder(caught, 360.0)
    return replace(placement, rotation_deg=angle)


def scaled(placement: Placement, factor: float) -> Placement:
    """Larger or smaller about its middle, in its shape."""
    factor = _within(
        factor,
        max(_LEAST_BOX / placement.width, _LEAST_BOX / placement.height),
        min(_LARGEST_BOX / placement.width, _LARGEST_BOX / placement.height),
    )
    return replace(
        placement, width=_box_share(placement.width * factor), height=_box_share(placement.height * factor)
    )


def fitted(placement: Placement) -> Placement:
    """All over the canvas, unturned; how the picture itself is shown stays."""
    return replace(placement, x=0.5, y=0.5, width=1.0, height=1.0, rotation_deg=0.0)


def first_place(canvas: Size, shape: Size, share: float, at: Point = (0.5, 0.5)) -> Placement:
    """A box in the shape of a source, as large as `share` of the canvas takes, its middle at `at`."""
    if min(shape) <= 0:
        return Placement(x=at[0], y=at[1], width=share, height=share, fit=Fit.CONTAIN)
    scale = share * min(canvas[0] / shape[0], canvas[1] / shape[1])
    return Placement(
        x=at[0],
        y=at[1],
        width=_box_share(shape[0] * scale / canvas[0]),
        height=_box_share(shape[1] * scale / canvas[1]),
    )


def _sized(
    placement: Placement, grip: Grip, canvas: Size, width: float, height: float, *, shaped: bool
) -> Placement:
    """With that width and height; what lies opposite to `grip` stays where it is."""
    across, down = grip.value
    area = box(placement, canvas)
    if shaped:
        grown = scaled(placement, max(width / area.width, 1e-6))
        new_width, new_height = grown.width, grown.height
    else:
        new_width = _box_share(width / canvas[0]) if across else placement.width
        new_height = _box_share(height / canvas[1]) if down else placement.height
    shift_x = across * (new_width * canvas[0] - area.width) / 2
    shift_y = down * (new_height * canvas[1] - area.height) / 2
    x, y = _on_canvas(placement, canvas, shift_x, shift_y)
    return replace(_at(placement, x / canvas[0], y / canvas[1]), width=new_width, height=new_height)


def _boxed(placement: Placement, canvas: Size, area: Rect) -> Placement:
    """With `area` as its box; both have the same middle."""
    return replace(
        placement, width=_box_share(area.width / canvas[0]), height=_box_share(area.height / canvas[1])
    )


def _at(placement: Placement, x: float, y: float) -> Placement:
    return replace(
        placement,
        x=_within(x, _LEAST_PLACE, _LARGEST_PLACE),
        y=_within(y, _LEAST_PLACE, _LARGEST_PLACE),
    )


def _on_canvas(placement: Placement, canvas: Size, across: float, down: float) -> Point:
    """The canvas point so far from the middle of the box, in the box's own directions."""
    middle_x, middle_y = box(placement, canvas).middle
    radians = math.radians(placement.rotation_deg)
    cos, sin = math.cos(radians), math.sin(radians)
    return middle_x + across * cos - down * sin, middle_y + across * sin + down * cos


def _turned_back(placement: Placement, by: Point) -> Point:
    """A way on the canvas in the box's own directions."""
    radians = math.radians(placement.rotation_deg)
    cos, sin = math.cos(radians), math.sin(radians)
    return by[0] * cos + by[1] * sin, by[1] * cos - by[0] * sin


def _outward(side: int, way: float) -> float:
    """How far that way leads out of the box at this side."""
    return side * way


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))


def _box_share(value: float) -> float:
    return _within(value, _LEAST_BOX, _LARGEST_BOX)


def _share(pixels: float, of: int) -> float:
    return _within(pixels / of, 0.0, 1.0)
