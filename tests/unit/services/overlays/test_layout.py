"""Overlays stay in the picture, keep off its margins and never lie over one another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.services.overlays.kinds import Place
from studio.services.overlays.layout import BOTTOM, GAP, SIDE, TOP, Box, arrange, scale_of

CANVAS = (720, 1280)


def test_the_first_lies_at_the_edge_and_the_next_above_it() -> None:
    goal, alert = arrange(CANVAS, [(Place.BOTTOM, (656, 86)), (Place.BOTTOM, (656, 112))])
    assert goal == Box(SIDE, 1280 - BOTTOM - 86, 656, 86)
    assert alert == Box(SIDE, goal.y - GAP - 112, 656, 112)


def test_six_places() -> None:
    boxes = arrange(CANVAS, [(place, (100, 50)) for place in Place])
    left, middle, right = SIDE, (720 - 100) // 2, 720 - SIDE - 100
    assert [(box.x, box.y) for box in boxes] == [
        *((x, TOP) for x in (left, middle, right)),
        *((x, 1280 - BOTTOM - 50) for x in (left, middle, right)),
    ]


def test_only_what_is_in_the_way_is_gone_round() -> None:
    wanted = [(Place.TOP_LEFT, (200, 56)), (Place.TOP_RIGHT, (200, 56)), (Place.TOP, (656, 112))]
    left, right, wide = arrange(CANVAS, wanted)
    assert left.y == right.y == TOP
    assert wide.y == TOP + 56 + GAP


def test_a_larger_canvas_has_larger_margins() -> None:
    (box,) = arrange((1080, 1920), [(Place.BOTTOM_RIGHT, (150, 75))])
    assert scale_of((1080, 1920)) == 1.5
    assert scale_of((1280, 720)) == 1.0
    assert box == Box(1080 - 48 - 150, 1920 - 60 - 75, 150, 75)


@given(
    st.lists(
        st.tuples(st.sampled_from(Place), st.tuples(st.integers(40, 656), st.integers(40, 140))), max_size=6
    )
)
def test_nothing_overlaps_and_nothing_leaves_the_safe_area(
    wanted: list[tuple[Place, tuple[int, int]]],
) -> None:
    boxes = arrange(CANVAS, wanted)
    for place, (_, box) in enumerate(zip(wanted, boxes, strict=True)):
        assert SIDE <= box.x <= box.x + box.width <= 720 - SIDE
        assert 0 <= box.y <= box.y + box.height <= 1280
        for (other_place, _), other in zip(wanted[:place], boxes[:place], strict=True):
            apart_x = box.x + box.width <= other.x or other.x + other.width <= box.x
            apart_y = box.y + box.height <= other.y or other.y + other.height <= box.y
            same_edge = other_place.at_top is wanted[place][0].at_top
            assert apart_x or apart_y or not same_edge
