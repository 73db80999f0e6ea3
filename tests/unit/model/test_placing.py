"""Where layers lie: the arithmetic that compositor and editor share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.model.placing import Rect, box, box_contains, box_corners, placed, shown_part, turned
from studio.model.scene import Fit, Placement

CANVAS = (720, 1280)
placements = st.builds(
    Placement,
    x=st.floats(-1, 2),
    y=st.floats(-1, 2),
    width=st.floats(0.01, 4),
    height=st.floats(0.01, 4),
    crop_left=st.floats(0, 0.49),
    crop_top=st.floats(0, 0.49),
    crop_right=st.floats(0, 0.49),
    crop_bottom=st.floats(0, 0.49),
    zoom=st.floats(1, 10),
    zoom_x=st.floats(0, 1),
    zoom_y=st.floats(0, 1),
    rotation_deg=st.floats(-360, 360),
    fit=st.sampled_from(Fit),
)
sizes = st.tuples(st.integers(1, 7680), st.integers(1, 4320))


def test_a_layer_without_wishes_fills_the_canvas_with_the_middle_of_its_source() -> None:
    lies = placed(Placement(), (1920, 1080), CANVAS)
    assert lies.area == Rect(0, 0, 720, 1280)
    assert lies.part == Rect(960 - 607.5 / 2, 0, 607.5, 1080)
    assert (lies.turn_deg, lies.mirror) == (0, False)


def test_contain_shows_all_and_leaves_bars() -> None:
    lies = placed(Placement(fit=Fit.CONTAIN), (1920, 1080), CANVAS)
    assert lies.part == Rect(0, 0, 1920, 1080)
    assert lies.area == Rect(0, 640 - 202.5, 720, 405)


def test_stretch_takes_both_as_they_are() -> None:
    lies = placed(Placement(fit=Fit.STRETCH, x=0.25, y=0.75, width=0.5, height=0.1), (30, 500), CANVAS)
    assert lies.part == Rect(0, 0, 30, 500)
    assert lies.area == Rect(0, 896, 360, 128)


def test_the_point_zoomed_into_stays_where_it_is() -> None:
    placement = Placement(crop_left=0.5, zoom=4, zoom_x=0.25, zoom_y=1.0)
    part = shown_part(placement, (400, 100))
    assert part == Rect(200 + 37.5, 75, 50, 25)
    fixed = 200 + 0.25 * 200
    assert (fixed - part.left) / part.width == 0.25


def test_a_quarter_turn_moves_the_corners_by_one() -> None:
    rect = Rect(10, 20, 40, 60)
    top_left, top_right, _, _ = turned(rect, 90)
    assert top_left == (60, 30), "what was top left is top right of the lying rectangle"
    assert top_right == (60, 70)
    assert turned(rect, 360) == rect.corners
    assert turned(rect, -90) == turned(rect, 270)


def test_a_point_is_in_the_turned_box_or_beside_it() -> None:
    placement = Placement(x=0.5, y=0.5, width=1.0, height=0.1, rotation_deg=90)
    assert box_contains(placement, CANVAS, 360, 640 + 350)
    assert not box_contains(placement, CANVAS, 360 + 70, 640)
    diamond = Placement(x=0.5, y=0.5, width=100 / 720, height=100 / 1280, rotation_deg=45)
    assert box_contains(diamond, CANVAS, 360 + 70, 640)
    assert not box_contains(diamond, CANVAS, 360 + 49, 640 + 49)


def test_the_hit_is_on_the_picture_not_on_the_clear_rest_of_its_box() -> None:
    lies = placed(Placement(fit=Fit.CONTAIN), (1920, 1080), CANVAS)
    assert lies.contains(360, 640)
    assert not lies.contains(360, 100)


@given(placements, sizes)
def test_the_part_is_in_the_source_and_the_area_in_the_box(
    placement: Placement, source: tuple[int, int]
) -> None:
    lies = placed(placement, source, CANVAS)
    part, whole, around = lies.part, shown_part(placement, source), box(placement, CANVAS)
    assert part.left >= -1e-6 and part.top >= -1e-6
    assert part.left + part.width <= source[0] + 1e-6
    assert part.top + part.height <= source[1] + 1e-6
    assert 0 < part.width <= whole.width + 1e-6 and 0 < part.height <= whole.height + 1e-6
    assert 0 < lies.area.width <= around.width + 1e-6 and 0 < lies.area.height <= around.height + 1e-6
    assert lies.area.middle == pytest.approx(around.middle)
    if placement.fit is not Fit.STRETCH:
        assert lies.area.width / part.width == pytest.approx(lies.area.height / part.height)


@given(placements)
def test_handles_are_on_the_edge_of_the_box(placement: Placement) -> None:
    corners, around = box_corners(placement, CANVAS), box(placement, CANVAS)
    middle = around.middle
    for x, y in corners:
        assert math.hypot(x - middle[0], y - middle[1]) == pytest.approx(
            math.hypot(around.width, around.height) / 2
        )
        inner = (middle[0] + (x - middle[0]) * 0.99, middle[1] + (y - middle[1]) * 0.99)
        outer = (middle[0] + (x - middle[0]) * 1.01, middle[1] + (y - middle[1]) * 1.01)
        assert box_contains(placement, CANVAS, *inner)
        assert not box_contains(placement, CANVAS, *outer)
