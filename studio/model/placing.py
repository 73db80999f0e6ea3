"""Where a layer's picture lies on the canvas: the arithmetic of a `Placement`.

Pure values in pixels, x to the right and y downwards, (0, 0) the canvas's or the source's top left corner.
The compositor draws by it and the editor puts its handles by it, so that both always agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from studio.model.scene import Fit, Placement

Point = tuple[float, float]
#: Width and height in pixels.
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Top left, top right, bottom right, bottom left."""
        right, bottom = self.left + self.width, self.top + self.height
        return (self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture laid on the canvas.

    Attributes:
        part: what of the source shows, in its pixels; crop, zoom and fit taken into account.
        area: where that goes on the canvas before it is turned.
        turn_deg: 0 to below 360, clockwise about the middle of `area`.
        mirror: left and right of `part` are exchanged before it is turned.
    """

    part: Rect
    area: Rect
    turn_deg: float
    mirror: bool

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Of `area` once turned: what was top left, top right, bottom right, bottom left."""
        return turned(self.area, self.turn_deg)

    def contains(self, x: float, y: float) -> bool:
        """Whether this point of the canvas is on the picture."""
        return _inside(self.area, self.turn_deg, x, y)


def placed(placement: Placement, source: Size, canvas: Size) -> Placed:
    """Lays a source of `source` pixels on a canvas of `canvas` pixels."""
    part, area = shown_part(placement, source), box(placement, canvas)
    if placement.fit is Fit.COVER:
        part = _shaped(part, area.width / area.height)
    elif placement.fit is Fit.CONTAIN:
        area = _shaped(area, part.width / part.height)
    return Placed(part, area, placement.rotation_deg % 360.0, placement.mirror)


def box(placement: Placement, canvas: Size) -> Rect:
    """The layer's box on the canvas before it is turned, whatever its source looks like."""
    width, height = placement.width * canvas[0], placement.height * canvas[1]
    return Rect(placement.x * canvas[0] - width / 2, placement.y * canvas[1] - height / 2, width, height)


def box_corners(placement: Placement, canvas: Size) -> tuple[Point, Point, Point, Point]:
    """The box's corners on the canvas: where handles go, also before a picture has come."""
    return turned(box(placement, canvas), placement.rotation_deg)


def box_contains(placement: Placement, canvas: Size, x: float, y: float) -> bool:
    """Whether this point of the canvas is in the layer's box."""
    return _inside(box(placement, canvas), placement.rotation_deg, x, y)


def shown_part(placement: Placement, source: Size) -> Rect:
    """What crop and zoom leave of a source, in its pixels.

    The point (zoom_x, zoom_y) of what the crop leaves stays where it is, so that the part never reaches over.
    """
    width = source[0] * (1 - placement.crop_left - placement.crop_right)
    height = source[1] * (1 - placement.crop_top - placement.crop_bottom)
    zoomed_width, zoomed_height = width / placement.zoom, height / placement.zoom
    return Rect(
        source[0] * placement.crop_left + (width - zoomed_width) * placement.zoom_x,
        source[1] * placement.crop_top + (height - zoomed_height) * placement.zoom_y,
        zoomed_width,
        zoomed_height,
    )


def turned(rect: Rect, degrees: float) -> tuple[Point, Point, Point, Point]:
    """The corners of `rect` after turning it clockwise about its middle."""
    middle_x, middle_y = rect.middle
    cos, sin = _cos_sin(degrees)

    def turn(corner: Point) -> Point:
        x, y = corner[0] - middle_x, corner[1] - middle_y
        return middle_x + x * cos - y * sin, middle_y + x * sin + y * cos

    top_left, top_right, bottom_right, bottom_left = rect.corners
    return turn(top_left), turn(top_right), turn(bottom_right), turn(bottom_left)


def _inside(rect: Rect, degrees: float, x: float, y: float) -> bool:
    """Whether the point is in `rect` turned: it is turned back, which is simpler than four edges."""
    middle_x, middle_y = rect.middle
    cos, sin = _cos_sin(degrees)
    x, y = x - middle_x, y - middle_y
    return abs(x * cos + y * sin) <= rect.width / 2 and abs(y * cos - x * sin) <= rect.height / 2


def _shaped(rect: Rect, aspect: float) -> Rect:
    """The largest part of `rect`, about its middle, whose width is `aspect` times its height."""
    width = min(rect.width, rect.height * aspect)
    height = min(rect.height, rect.width / aspect)
    middle_x, middle_y = rect.middle
    return Rect(middle_x - width / 2, middle_y - height / 2, width, height)


def _cos_sin(degrees: float) -> Point:
    """Exact for quarter turns, where the library's are off by 1e-16."""
    quarters, rest = divmod(degrees % 360.0, 90.0)
    if rest == 0.0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
    radians = math.radians(degrees)
    return math.cos(radians), math.sin(radians)
