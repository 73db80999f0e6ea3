"""Editing a layer by its handles: what every drag must keep, whatever is dragged where."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.model.handles import (
    Grip,
    cropped,
    first_place,
    fitted,
    grip_at,
    grip_points,
    layer_at,
    moved,
    resized,
    scaled,
    turned_by,
    turned_to,
)
from studio.model.placing import Point, Size, box, placed
from studio.model.scene import Fit, Layer, Placement
from studio.model.snapping import Catch, bounds

CANVAS = (720, 1280)
ARM = 30.0
OPPOSITE = {
    Grip.TOP_LEFT: Grip.BOTTOM_RIGHT,
    Grip.TOP: Grip.BOTTOM,
    Grip.TOP_RIGHT: Grip.BOTTOM_LEFT,
    Grip.RIGHT: Grip.LEFT,
    Grip.BOTTOM_RIGHT: Grip.TOP_LEFT,
    Grip.BOTTOM: Grip.TOP,
    Grip.BOTTOM_LEFT: Grip.TOP_RIGHT,
    Grip.LEFT: Grip.RIGHT,
}
placements = st.builds(
    Placement,
    x=st.floats(-0.5, 1.5),
    y=st.floats(-0.5, 1.5),
    width=st.floats(0.05, 2),
    height=st.floats(0.05, 2),
    crop_left=st.floats(0, 0.4),
    crop_top=st.floats(0, 0.4),
    crop_right=st.floats(0, 0.4),
    crop_bottom=st.floats(0, 0.4),
    zoom=st.floats(1, 4),
    zoom_x=st.floats(0, 1),
    zoom_y=st.floats(0, 1),
    rotation_deg=st.floats(-360, 360),
    mirror=st.booleans(),
    fit=st.sampled_from(Fit),
)
sides = st.sampled_from(list(OPPOSITE))
corners = st.sampled_from([grip for grip in OPPOSITE if grip.is_corner])
ways = st.tuples(st.floats(-300, 300), st.floats(-300, 300))
far_ways = st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
sizes = st.tuples(st.integers(2, 4000), st.integers(2, 4000))


def near(one: Point, other: Point) -> bool:
    return math.dist(one, other) < 0.01


@given(placements, st.sampled_from(Grip), far_ways, sizes, st.booleans())
def test_no_drag_makes_what_the_rules_refuse(
    placement: Placement, grip: Grip, by: Point, source: Size, shape: bool
) -> None:
    catch = Catch((Placement(), Placement(x=0.2, width=0.1)), 12.0)
    moved(placement, CANVAS, by, catch)
    resized(placement, grip, CANVAS, by, catch, keep_shape=shape)
    cropped(placement, grip, CANVAS, source, by)
    turned_to(placement, CANVAS, by)
    scaled(placement, abs(by[0]))


@given(placements, sides, ways, st.booleans())
def test_what_lies_opposite_stays(placement: Placement, grip: Grip, by: Point, shape: bool) -> None:
    made = resized(placement, grip, CANVAS, by, keep_shape=shape).placement
    before = grip_points(placement, CANVAS, ARM)[OPPOSITE[grip]]
    assert near(before, grip_points(made, CANVAS, ARM)[OPPOSITE[grip]])


@given(placements, corners, ways)
def test_a_corner_follows_the_pointer_when_the_shape_is_free(
    placement: Placement, grip: Grip, by: Point
) -> None:
    made = resized(placement, grip, CANVAS, by, keep_shape=False).placement
    assume(0.011 < made.width < 3.9 and 0.011 < made.height < 3.9)
    before = grip_points(placement, CANVAS, ARM)[grip]
    assert near((before[0] + by[0], before[1] + by[1]), grip_points(made, CANVAS, ARM)[grip])


@given(placements, corners, far_ways)
def test_a_corner_keeps_the_shape(placement: Placement, grip: Grip, by: Point) -> None:
    made = resized(placement, grip, CANVAS, by, Catch((), 15.0)).placement
    assert made.width / made.height == pytest.approx(placement.width / placement.height, rel=1e-6)


@given(placements, st.sampled_from(Grip), st.booleans())
def test_a_drag_that_goes_nowhere_changes_nothing(placement: Placement, grip: Grip, shape: bool) -> None:
    made = resized(placement, grip, CANVAS, (0, 0), keep_shape=shape).placement
    for what in ("x", "y", "width", "height", "rotation_deg"):
        assert getattr(made, what) == pytest.approx(getattr(placement, what), abs=1e-9)


@given(placements, ways, st.lists(placements, max_size=4), st.floats(1, 20))
def test_a_move_falls_into_a_line_within_reach_and_says_which(
    placement: Placement, by: Point, others: list[Placement], reach: float
) -> None:
    made = moved(placement, CANVAS, by, Catch(tuple(others), reach))
    free = moved(placement, CANVAS, by).placement
    assert abs(made.placement.x - free.x) * CANVAS[0] <= reach + 1e-6
    assert abs(made.placement.y - free.y) * CANVAS[1] <= reach + 1e-6
    left, top, right, bottom = bounds(made.placement, CANVAS)
    for guide in made.guides:
        edges = (left, (left + right) / 2, right) if guide.upright else (top, (top + bottom) / 2, bottom)
        assert min(abs(edge - guide.at) for edge in edges) < 0.01


def test_edges_and_middle_of_canvas_and_layers_catch() -> None:
    small = Placement(x=0.5, y=0.5, width=0.2, height=0.1)
    made = moved(small, CANVAS, (-283, 5), Catch((), 8))
    assert bounds(made.placement, CANVAS)[0] == pytest.approx(0), "its left edge at the canvas's"
    assert made.placement.y == 0.5, "its middle at the canvas's"
    other = Placement(x=0.3, y=0.2, width=0.2, height=0.1)
    beside = moved(small, CANVAS, (3, -350), Catch((other,), 8)).placement
    assert bounds(beside, CANVAS)[1] == pytest.approx(bounds(other, CANVAS)[1], abs=40)
    assert not moved(small, CANVAS, (-283, 5), Catch((), 0)).guides, "without reach nothing catches"


def test_a_dragged_edge_falls_into_the_canvas_edge() -> None:
    small = Placement(x=0.5, y=0.5, width=0.5, height=0.5)
    made = resized(small, Grip.RIGHT, CANVAS, (176, 0), Catch((), 8))
    assert bounds(made.placement, CANVAS)[2] == pytest.approx(720)
    assert [guide.upright for guide in made.guides] == [True]
    corner = resized(small, Grip.BOTTOM_RIGHT, CANVAS, (176, 300), Catch((), 12))
    assert bounds(corner.placement, CANVAS)[2:] == pytest.approx((720, 1280))


@given(placements, sides, ways, sizes)
def test_what_is_cropped_does_not_move_the_picture(
    placement: Placement, grip: Grip, by: Point, source: Size
) -> None:
    made = cropped(placement, grip, CANVAS, source, by).placement
    assume(0.011 < made.width < 3.9 and 0.011 < made.height < 3.9)
    one, other = placed(placement, source, CANVAS), placed(made, source, CANVAS)
    assume(one.area.width / CANVAS[0] > 0.011 and one.area.height / CANVAS[1] > 0.011)
    assume(-1.9 < made.x < 2.9 and -1.9 < made.y < 2.9)
    at = grip_points(made, CANVAS, ARM)[OPPOSITE[grip]]
    assert math.dist(_source_point(one, at), _source_point(other, at)) < 0.5
    middle = box(made, CANVAS).middle
    assert math.dist(_source_point(one, middle), _source_point(other, middle)) < 0.5


def _source_point(lies: object, at: Point) -> Point:
    """Which pixel of the source shows at this point of the canvas."""
    part, area = lies.part, lies.area  # type: ignore[attr-defined]
    radians = math.radians(lies.turn_deg)  # type: ignore[attr-defined]
    x, y = at[0] - area.middle[0], at[1] - area.middle[1]
    x, y = x * math.cos(radians) + y * math.sin(radians), y * math.cos(radians) - x * math.sin(radians)
    x = -x if lies.mirror else x  # type: ignore[attr-defined]
    return (
        part.middle[0] + x * part.width / area.width,
        part.middle[1] + y * part.height / area.height,
    )


def test_a_crop_cuts_off_and_gives_back() -> None:
    whole = Placement(width=0.5, height=0.25, fit=Fit.STRETCH)
    cut = cropped(whole, Grip.LEFT, CANVAS, (400, 100), (90, 0)).placement
    assert (cut.crop_left, cut.width) == (pytest.approx(0.25), pytest.approx(0.375))
    back = cropped(cut, Grip.LEFT, CANVAS, (400, 100), (-900, 0)).placement
    assert (back.crop_left, back.width) == (0.0, pytest.approx(0.5))
    mirrored = cropped(replace(whole, mirror=True), Grip.LEFT, CANVAS, (400, 100), (90, 0)).placement
    assert (mirrored.crop_left, mirrored.crop_right) == (0.0, pytest.approx(0.25))
    assert cropped(whole, Grip.LEFT, CANVAS, (0, 0), (90, 0)).placement == whole, "no picture yet"


@given(placements, st.floats(-180, 180))
def test_the_top_points_at_the_pointer(placement: Placement, degrees: float) -> None:
    middle = box(placement, CANVAS).middle
    radians = math.radians(degrees - 90)
    at = (middle[0] + 200 * math.cos(radians), middle[1] + 200 * math.sin(radians))
    made = turned_to(placement, CANVAS, at, free=True).placement
    assert abs(math.remainder(made.rotation_deg - degrees, 360)) < 1e-6
    caught = turned_to(placement, CANVAS, at).placement
    assert abs(math.remainder(caught.rotation_deg - degrees, 360)) <= 3.0 + 1e-6


def test_a_turn_falls_into_eighths_and_counts_on() -> None:
    assert turned_by(Placement(), 43, free=False).rotation_deg == 45
    assert turned_by(Placement(), 41, free=False).rotation_deg == 41
    assert turned_by(Placement(rotation_deg=179), 3).rotation_deg == -178
    middle = turned_to(Placement(rotation_deg=12), CANVAS, (360, 640)).placement
    assert middle.rotation_deg == 12, "on the middle there is no direction"


@given(placements)
def test_each_handle_is_found_where_it_is(placement: Placement) -> None:
    points = grip_points(placement, CANVAS, ARM)
    for grip, at in points.items():
        found = grip_at(placement, CANVAS, at, 4.0, ARM)
        assert found is not None and found is not Grip.ALL
        assert found is grip or near(points[found], at)


def test_the_turning_handle_is_never_beyond_the_canvas_for_a_layer_all_over_it() -> None:
    x, y = grip_points(Placement(), CANVAS, ARM)[Grip.TURN]
    assert (x, y) == (360, ARM)
    assert grip_points(Placement(height=0.5), CANVAS, ARM)[Grip.TURN] == (360, 320 - ARM)


def test_beside_and_on_the_layer() -> None:
    small = Placement(width=0.5, height=0.5)
    assert grip_at(small, CANVAS, (360, 700), 10, ARM) is Grip.ALL
    assert grip_at(small, CANVAS, (20, 20), 10, ARM) is None
    assert grip_at(small, CANVAS, (184, 316), 10, ARM) is Grip.TOP_LEFT


def test_a_press_finds_the_topmost_picture_that_may_be_moved() -> None:
    back = Layer(id="back", name="Back")
    logo = Layer(id="logo", name="Logo", placement=Placement(width=0.4, height=0.4, fit=Fit.CONTAIN))
    layers = [(back, (1280, 720)), (logo, (400, 100))]
    assert layer_at(layers, CANVAS, (360, 640)) == "logo"
    assert layer_at(layers, CANVAS, (360, 640 - 200)) == "back", "the clear rest of its box is not the logo"
    assert layer_at([(back, (0, 0)), (logo, (0, 0))], CANVAS, (360, 440)) == "logo", "no picture yet: the box"
    assert layer_at([layers[0], (replace(logo, visible=False), (9, 9))], CANVAS, (360, 640)) == "back"
    assert layer_at([(replace(back, locked=True), (9, 9))], CANVAS, (360, 640)) == ""


@given(sizes, st.floats(0.1, 1))
def test_a_new_layer_has_the_shape_of_its_source(shape: Size, share: float) -> None:
    placement = first_place(CANVAS, shape, share)
    assume(min(placement.width, placement.height) > 0.0101)
    area = box(placement, CANVAS)
    assert area.width / area.height == pytest.approx(shape[0] / shape[1])
    assert max(placement.width, placement.height) == pytest.approx(share)


def test_all_over_the_canvas_keeps_what_the_picture_is_like() -> None:
    made = fitted(Placement(x=0.1, width=0.2, rotation_deg=30, mirror=True, opacity=0.5, zoom=2))
    assert (made.x, made.width, made.rotation_deg) == (0.5, 1.0, 0.0)
    assert (made.mirror, made.opacity, made.zoom) == (True, 0.5, 2)
