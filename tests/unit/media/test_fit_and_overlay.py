"""Cropping, scaling and blending: any size survives, and pictures end where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.media.fit import crop_to_aspect, fit
from studio.media.frame import Frame
from studio.media.overlay import Overlay
from tests.fakes.sources import plain


@given(st.integers(1, 300), st.integers(1, 300))
@example(1, 1)
@example(7680, 4320)
@example(1, 4320)
@example(7680, 1)
@settings(deadline=None, max_examples=40)
def test_any_size_fits_the_canvas(width: int, height: int) -> None:
    result = fit(plain(width, height, 77), 72, 128)
    assert result.shape == (128, 72, 3)
    assert result.flags.c_contiguous
    assert (result == 77).all()


def test_landscape_loses_its_sides_and_keeps_its_middle() -> None:
    picture = plain(640, 480, 0)
    picture[:, 185:455] = 255  # the 9:16 middle: 270 of 640 columns
    assert crop_to_aspect(picture, 9, 16).shape == (480, 270, 3)
    assert (fit(picture, 720, 1280) == 255).all()


def test_tall_picture_loses_top_and_bottom() -> None:
    picture = plain(90, 200, 0)
    picture[20:180] = 255
    assert (fit(picture, 90, 160) == 255).all()


@pytest.mark.parametrize("shrink", [2, 4, 5, 8])
def test_stripes_of_one_pixel_shrink_to_grey_and_do_not_flicker(shrink: int) -> None:
    picture = plain(720, 1280, 0)
    picture[:, ::2] = 255
    result = fit(picture, 720 // shrink, 1280 // shrink)
    assert result.shape == (1280 // shrink, 720 // shrink, 3)
    assert abs(result.astype(int) - 128).max() <= 8


def test_a_fitting_picture_is_not_copied() -> None:
    picture = plain(720, 1280)
    assert np.shares_memory(fit(picture, 720, 1280), picture)


def test_a_crop_is_a_view() -> None:
    picture = plain(640, 480)
    assert np.shares_memory(crop_to_aspect(picture, 9, 16), picture)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_only_bgr_bytes_become_a_frame(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="height x width x 3"):
        Frame(array, 0)


def test_a_frame_cannot_be_written() -> None:
    frame = Frame(plain(2, 2), 0)
    with pytest.raises(ValueError, match="read-only"):
        frame.array[0, 0] = 1


def test_blending_is_colour_plus_what_shows_through() -> None:
    drawing = np.zeros((2, 3, 4), np.uint8)
    drawing[0, 0] = (10, 20, 30, 255)  # opaque
    drawing[0, 1] = (50, 0, 0, 128)  # half, premultiplied
    canvas = plain(8, 8, 200)
    Overlay(drawing, 2, 3).blend_into(canvas)
    assert canvas[3, 2].tolist() == [10, 20, 30]
    assert np.abs(canvas[3, 3].astype(int) - [50 + 100, 100, 100]).max() <= 1
    canvas[3, 2:4] = 200
    assert (canvas == 200).all(), "transparent and outside pixels stay"


@given(st.integers(-12, 12), st.integers(-12, 12))
def test_an_overlay_may_reach_over_the_border(x: int, y: int) -> None:
    drawing = np.full((6, 5, 4), 255, np.uint8)
    canvas = plain(8, 8, 0)
    Overlay(drawing, x, y).blend_into(canvas)
    columns = max(0, min(8, x + 5) - max(0, x))
    rows = max(0, min(8, y + 6) - max(0, y))
    assert int((canvas[:, :, 0] == 255).sum()) == columns * rows


def test_an_overlay_needs_alpha() -> None:
    with pytest.raises(ValueError, match="x 4"):
        Overlay(plain(3, 3))


def test_moving_shares_the_pixels_and_changes_nothing_else() -> None:
    drawing = Overlay(np.full((2, 3, 4), 255, np.uint8), 1, 1)
    moved = drawing.at(4, 5)
    canvas = plain(8, 8, 0)
    moved.blend_into(canvas)
    assert (canvas[5:7, 4:7] == 255).all() and int((canvas[:, :, 0] == 255).sum()) == 6
    assert (drawing.x, drawing.y, moved.size) == (1, 1, (3, 2))


@pytest.mark.parametrize("opacity", [0.0, 0.25, 0.5, 1.0])
def test_a_fade_is_the_same_drawing_with_less_ink(opacity: float) -> None:
    solid = np.zeros((2, 2, 4), np.uint8)
    solid[:] = (200, 100, 0, 255)
    canvas = plain(4, 4, 80)
    Overlay(solid).faded(opacity).blend_into(canvas)
    expected = np.array([200, 100, 0]) * opacity + 80 * (1 - opacity)
    assert np.abs(canvas[0, 0] - expected).max() <= 1
    with pytest.raises(ValueError, match="opacity"):
        Overlay(solid).faded(1.01)


@given(st.lists(st.sampled_from(["clear", "solid", "glass"]), min_size=1, max_size=12), st.integers(-4, 12))
def test_rows_without_ink_stay_and_solid_rows_replace(rows: list[str], y: int) -> None:
    values = {"clear": (0, 0, 0, 0), "solid": (9, 8, 7, 255), "glass": (0, 0, 0, 128)}
    drawing = np.array([[values[row]] * 5 for row in rows], np.uint8)
    canvas = plain(6, 10, 200)
    Overlay(drawing, 0, y).blend_into(canvas)
    for line in range(10):
        row = rows[line - y] if 0 <= line - y < len(rows) else "clear"
        expected = {"clear": [200] * 3, "solid": [9, 8, 7], "glass": [100] * 3}[row]
        assert np.abs(canvas[line, 0].astype(int) - expected).max() <= 1
        assert (canvas[line, 5] == 200).all()


def test_an_overlay_of_planes_is_the_one_of_both_together() -> None:
    alpha = np.zeros((6, 5), np.uint8)
    alpha[1:3], alpha[3] = 100, 255
    colour = np.minimum(np.full((6, 5, 3), 90, np.uint8), alpha[:, :, None])
    together = Overlay(np.dstack((colour, alpha)), 2, 1)
    canvases = [np.full((8, 8, 3), 200, np.uint8) for _ in range(2)]
    together.blend_into(canvases[0])
    Overlay.of_planes(colour, alpha, 2, 1).blend_into(canvases[1])
    assert (canvases[0] == canvases[1]).all()
    assert canvases[0][4, 2, 0] == 90 and canvases[0][0, 0, 0] == 200
    with pytest.raises(ValueError, match="do not fit"):
        Overlay.of_planes(colour, alpha[1:])


def test_a_frame_with_alpha_checks_its_plane() -> None:
    frame = Frame(plain(4, 2), 0, np.full((2, 4), 128, np.uint8))
    assert frame.alpha is not None and not frame.alpha.flags.writeable
    for wrong in (np.zeros((4, 2), np.uint8), np.zeros((2, 4), np.float32), np.zeros((2, 4, 1), np.uint8)):
        with pytest.raises(ValueError, match="alpha plane"):
            Frame(plain(4, 2), 0, wrong)  # type: ignore[arg-type]
