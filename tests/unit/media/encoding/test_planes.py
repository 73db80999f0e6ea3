"""Program pictures as planes: what is encoded is what the picture shows, overlays and all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.cv2_import import cv2
from studio.media.encoding.kinds import X264
from studio.media.encoding.plane_overlay import PlaneOverlays
from studio.media.encoding.planes import PlanesFor, planes_of
from studio.media.frame import Pixels
from studio.media.program import ProgramPicture
from studio.media.settings import CanvasSettings
from tests.fakes.encoders import STAND_IN
from tests.unit.media.test_program import SIZE, apart, scenery, sign

CANVAS = CanvasSettings(*SIZE, 30)


def as_shown(picture: ProgramPicture, planes: PlanesFor | None = None) -> Pixels:
    """What a player makes of it."""
    frame = (planes or PlanesFor(X264, CANVAS)).of(picture)
    assert frame.format.name == "yuv420p"
    packed = np.concatenate([plane.reshape(-1, CANVAS.width) for plane in planes_of(frame)])
    return cv2.cvtColor(packed, cv2.COLOR_YUV2BGR_I420)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "source", [(640, 480), (72, 128), (144, 256), (1920, 1080), (30, 40), (1, 1), (301, 777)]
)
def test_it_shows_what_the_picture_shows(source: tuple[int, int]) -> None:
    picture = ProgramPicture(scenery(*source), SIZE, mirrored=True, overlays=(sign(),))
    assert apart(as_shown(picture), picture.array) < 4
    plain = ProgramPicture(scenery(*source), SIZE, overlays=(sign(),), for_viewers=False)
    assert apart(as_shown(plain), plain.array) < 2.5
    assert not (as_shown(plain)[30, 20] > 240).all()


@given(st.integers(-60, 90), st.integers(-60, 150))
def test_an_overlay_is_drawn_where_it_is_and_nowhere_else(x: int, y: int) -> None:
    picture = ProgramPicture(scenery(*SIZE), SIZE)
    before, frame = as_shown(picture), PlanesFor(X264, CANVAS).of(picture)
    overlay = sign(255, x, y)
    PlaneOverlays().blend((overlay,), planes_of(frame))
    packed = np.concatenate([plane.reshape(-1, CANVAS.width) for plane in planes_of(frame)])
    after = cv2.cvtColor(packed, cv2.COLOR_YUV2BGR_I420)
    wanted = before.copy()
    overlay.blend_into(wanted)
    inside = np.zeros(before.shape[:2], bool)
    inside[max(0, y - 1) : max(0, y + 25), max(0, x - 1) : max(0, x + 41)] = True
    assert (after[~inside] == before[~inside]).all()
    solid = (wanted == 255).all(axis=2)
    assert (np.abs(after.astype(int) - 255).max(axis=2)[solid] < 90).all(), "colour bleeds by a pixel at most"
    assert apart(after, wanted) < 3  # type: ignore[arg-type]


def test_overlays_over_most_of_the_picture_show_too() -> None:
    many = tuple(sign(200, 0, y) for y in range(0, 128, 10))
    picture = ProgramPicture(scenery(640, 480), SIZE, overlays=many)
    assert apart(as_shown(picture), picture.array) < 4


def test_a_picture_shown_again_is_made_once_and_the_next_one_anew() -> None:
    planes = PlanesFor(X264, CANVAS)
    one, other = ProgramPicture(scenery(640, 480), SIZE), ProgramPicture(scenery(30, 40), SIZE)
    first = planes.of(one)
    assert planes.of(one) is first
    shown = as_shown(other, planes)
    assert apart(shown, other.array) < 2.5
    assert planes.of(one) is not first


def test_graphics_cards_get_their_own_layout() -> None:
    frame = PlanesFor(STAND_IN, CANVAS).of(ProgramPicture(scenery(640, 480), SIZE, overlays=(sign(),)))
    assert frame.format.name == "nv12"
    there = frame.to_ndarray(format="bgr24")
    assert (there[24:38, 16:44] > 225).all()


def test_a_picture_of_another_canvas_is_refused() -> None:
    with pytest.raises(ValueError, match="on a canvas of 72 x 128"):
        PlanesFor(X264, CANVAS).of(ProgramPicture(scenery(8, 8), (128, 72)))
