"""Stages painted pixel by pixel: order, cut, zoom, mirror, turns, opacity, alpha, odd and huge sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.frame import Frame, Pixels
from studio.media.overlay import Overlay
from studio.media.program import ProgramPicture
from studio.media.scene import painter as painter_module
from studio.media.scene.painter import STILL_AFTER, StagePainter
from studio.media.scene.stage import MAIN, Stage
from studio.model.placing import placed
from studio.model.scene import Fit, Placement
from tests.fakes.sources import plain
from tests.unit.media.scene.stages import Layered

WIDTH, HEIGHT = 72, 128
GROUND = plain(WIDTH, HEIGHT, 7)
#: A 36 x 64 box in the upper left quarter.
QUARTER = Placement(x=0.25, y=0.25, width=0.5, height=0.5)


def painter() -> StagePainter:
    return StagePainter(WIDTH, HEIGHT, GROUND)


def frames(stage: Stage) -> list[Frame | None]:
    for part in stage.parts:
        part.feed.take(0)
    return [part.feed.frame for part in stage.parts]


def paint(layered: Layered) -> Pixels:
    stage = layered.stage
    picture = ProgramPicture(painter().paint(stage, frames(stage)).picture, (WIDTH, HEIGHT)).array
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.flags.c_contiguous
    return picture


def four(width: int, height: int) -> Pixels:
    """Top left 10, top right 60, bottom left 110, bottom right 160."""
    picture = plain(width, height, 10)
    picture[:, width // 2 :] += 50
    picture[height // 2 :] += 100
    return picture


def corners(picture: Pixels, inset: int = 3) -> list[int]:
    """Top left, top right, bottom left, bottom right, a little inside."""
    rows, columns = (inset, picture.shape[0] - 1 - inset), (inset, picture.shape[1] - 1 - inset)
    return [int(picture[row, column, 0]) for row in rows for column in columns]


def sized(width: int, height: int, **more: float | bool) -> Placement:
    """In the middle of the canvas, with that size in pixels."""
    return Placement(width=width / WIDTH, height=height / HEIGHT, **more)  # type: ignore[arg-type]


def test_no_layer_and_no_picture_are_the_ground() -> None:
    assert (paint(Layered()) == 7).all()
    assert (paint(Layered().add(None)) == 7).all()


def test_the_camera_alone_is_given_on_without_a_copy() -> None:
    source = plain(WIDTH, HEIGHT, 50)
    assert np.shares_memory(paint(Layered().add(source, id_=MAIN)), source)


def test_higher_layers_lie_over_lower_ones() -> None:
    right = Placement(x=0.5, y=0.25, width=0.5, height=0.5)
    picture = paint(
        Layered().add(plain(30, 40, 50)).add(plain(9, 9, 100), QUARTER).add(plain(9, 9, 200), right)
    )
    assert picture[32, :, 0].tolist() == [100] * 18 + [200] * 36 + [50] * 18
    assert picture[63, 0, 0] == 100 and picture[64, 0, 0] == 50, "the box ends at its edge"


def test_layers_under_an_opaque_one_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    lay = painter_module.lay_upright

    def noting(picture: Pixels, *rest: object) -> None:
        drawn.append(int(picture[0, 0, 0]))
        lay(picture, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(painter_module, "lay_upright", noting)
    layered = Layered().add(plain(8, 8, 1), QUARTER).add(plain(8, 8, 2), Placement(rotation_deg=180))
    assert paint(layered.add(plain(8, 8, 3), QUARTER))[100, 50, 0] == 2
    assert drawn == [2, 3]
    for see_through in (Placement(opacity=0.5), Placement(rotation_deg=1), Placement(x=0.51)):
        drawn.clear()
        paint(Layered().add(plain(8, 8, 1), QUARTER).add(plain(8, 8, 2), see_through))
        assert drawn[0] == 1


def test_contain_hides_the_ground_only_where_the_picture_is() -> None:
    same_shape = Layered().add(plain(9, 9, 1)).add(plain(36, 64, 90), Placement(fit=Fit.CONTAIN))
    assert (paint(same_shape) == 90).all()
    square = Layered().add(plain(8, 8, 50)).add(plain(10, 10, 200), Placement(fit=Fit.CONTAIN))
    assert paint(square)[:, 10, 0].tolist() == [50] * 28 + [200] * 72 + [50] * 28


def test_crop_takes_the_rest_of_the_source() -> None:
    rest = Placement(crop_left=0.5, crop_top=0.5, fit=Fit.STRETCH)
    assert (paint(Layered().add(four(72, 128), rest)) == 160).all()


@pytest.mark.parametrize("size", [(72, 128), (36, 64), (720, 1280)])
def test_zoom_goes_to_its_corner(size: tuple[int, int]) -> None:
    for zoom_x, zoom_y, shade in ((0, 0, 10), (1, 0, 60), (0, 1, 110), (1, 1, 160)):
        into = Placement(zoom=2.5, zoom_x=zoom_x, zoom_y=zoom_y)
        assert (paint(Layered().add(four(*size), into)) == shade).all()


@pytest.mark.parametrize(
    ("degrees", "mirror", "want"),
    [
        (0, False, [10, 60, 110, 160]),
        (0, True, [60, 10, 160, 110]),
        (90, False, [110, 10, 160, 60]),
        (-90, False, [60, 160, 10, 110]),
        (180, False, [160, 110, 60, 10]),
        (90, True, [160, 60, 110, 10]),
    ],
)
def test_mirrored_then_turned_by_quarters(degrees: int, mirror: bool, want: list[int]) -> None:
    placement = Placement(rotation_deg=degrees, mirror=mirror, fit=Fit.STRETCH, width=0.5, height=0.5)
    picture = paint(Layered().add(four(20, 20), placement))
    width, height = (36, 64) if degrees % 180 == 0 else (64, 36)
    part = picture[64 - height // 2 : 64 + height // 2, 36 - width // 2 : 36 + width // 2]
    assert corners(part) == want
    assert (part != 7).all(), "it reaches to its edges"
    assert np.count_nonzero(picture != 7) == part.size, "and no further"


def test_a_turn_by_90_is_exact() -> None:
    source = np.random.default_rng(1).integers(8, 255, (20, 30, 3), np.uint8)
    picture = paint(Layered().add(source, sized(30, 20, rotation_deg=90)))
    assert (picture[64 - 15 : 64 + 15, 36 - 10 : 36 + 10] == np.rot90(source, -1)).all()


def test_a_free_turn_goes_clockwise_and_has_smooth_edges() -> None:
    bar = sized(60, 10, rotation_deg=45)
    picture = paint(Layered().add(plain(5, 5, 207), bar))[..., 0]
    for distance in (-20, 0, 20):  # along the bar: down on the right
        assert picture[64 + distance, 36 + distance] == 207
    assert picture[64 - 20, 36 + 20] == picture[64 + 20, 36 - 20] == 7
    levels = np.unique(picture)
    assert levels[0] == 7 and levels[-1] == 207 and len(levels) > 2, "levels between inside and outside"
    assert (picture.astype(float) - 7).sum() / 200 == pytest.approx(600, rel=0.01), "as large as upright"


@pytest.mark.parametrize("mirror", [False, True])
def test_turned_by_a_hair_is_nearly_upright(mirror: bool) -> None:
    source = np.random.default_rng(1).integers(0, 255, (6, 5, 3), np.uint8)
    pictures = [
        paint(Layered().add(source, sized(50, 52, mirror=mirror, rotation_deg=degrees)))
        for degrees in (0, 1e-5)
    ]
    inside = [picture[45:83, 14:58].astype(int) for picture in pictures]
    assert np.abs(inside[0] - inside[1]).max() <= 8


def test_half_opaque_is_half_way() -> None:
    picture = paint(Layered().add(plain(8, 8, 100)).add(plain(8, 8, 200), Placement(opacity=0.5)))
    assert (picture == 150).all()
    nothing = paint(Layered().add(plain(8, 8, 100)).add(plain(8, 8, 200), Placement(opacity=0.0)))
    assert (nothing == 100).all()


def test_alpha_is_straight_and_its_hidden_colour_never_shines_in() -> None:
    colour, alpha = plain(36, 64, 255), np.zeros((64, 36), np.uint8)
    colour[:, 18:] = 200
    alpha[:, 18:] = 128
    row = paint(Layered().add(plain(8, 8, 100)).add(colour, QUARTER, alpha=alpha))[10, :, 0].astype(int)
    assert (row[:18] == 100).all()
    assert np.abs(row[18:36] - 150).max() <= 1
    assert (row[36:] == 100).all()
    enlarged = paint(Layered().add(plain(8, 8, 100)).add(colour, alpha=alpha))
    assert enlarged.max() <= 151, "the white that cannot be seen"


@pytest.mark.parametrize(
    ("degrees", "mirror", "x", "y"),
    [(0, False, -10, -10), (90, False, 10, -10), (0, True, 10, -10), (45, False, 0, -14), (45, True, 14, 0)],
)
def test_alpha_goes_with_its_picture(degrees: int, mirror: bool, x: int, y: int) -> None:
    colour, alpha = plain(40, 40, 200), np.zeros((40, 40), np.uint8)
    alpha[:20, :20] = 255  # the upper left quarter
    placement = sized(40, 40, rotation_deg=degrees, mirror=mirror, opacity=0.5)
    picture = paint(Layered().add(plain(8, 8, 100)).add(colour, placement, alpha=alpha))
    assert abs(int(picture[64 + y, 36 + x, 0]) - 150) <= 1
    assert picture[64 - y, 36 - x, 0] == 100


def test_boxes_over_the_edge_show_what_is_on_the_canvas() -> None:
    picture = paint(Layered().add(four(72, 128), Placement(x=0, y=0)))
    assert (picture[:64, :36] == 160).all()
    assert (picture[64:] == 7).all() and (picture[:, 36:] == 7).all()
    other = paint(Layered().add(four(72, 128), Placement(x=0, y=0, mirror=True, rotation_deg=180)))
    assert (other[:64, :36] == 60).all()
    for away in (Placement(x=-1.5), Placement(x=3, y=3, rotation_deg=30)):
        assert (paint(Layered().add(plain(8, 8), away)) == 7).all()


def test_an_enlarged_picture_stays_in_its_place_when_its_box_is_cut() -> None:
    source = np.random.default_rng(2).integers(0, 255, (16, 9, 3), np.uint8)
    whole = paint(Layered().add(source, Placement(width=0.8, height=0.8)))
    moved = paint(Layered().add(source, Placement(x=0, width=0.8, height=0.8)))
    apart = np.abs(whole[20:108, 36:60].astype(int) - moved[20:108, 0:24].astype(int))
    assert np.median(apart) <= 4 and apart.max() <= 40, "within a pixel"


def test_one_pixel_and_a_wall_of_them() -> None:
    one = plain(1, 1, 90)
    assert (paint(Layered().add(one)) == 90).all()
    speck = Placement(zoom=10, width=0.05, height=0.05, rotation_deg=33)
    assert paint(Layered().add(one, speck))[64, 36, 0] == 90
    wall = plain(7680, 4320, 90)
    assert (paint(Layered().add(wall)) == 90).all()
    for degrees in (0, 90, 20):
        assert paint(Layered().add(wall, Placement(width=0.1, height=0.1, rotation_deg=degrees))).max() == 90
    tall = Placement(width=4, height=4, rotation_deg=3, fit=Fit.STRETCH)
    assert (paint(Layered().add(plain(3, 9000, 90), tall)) == 90).all()
    assert (paint(Layered().add(wall, Placement(zoom=10, zoom_x=1, zoom_y=1, mirror=True))) == 90).all()


@settings(max_examples=150, deadline=None)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    box=st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5), st.floats(0.01, 4), st.floats(0.01, 4)),
    crop=st.tuples(*[st.floats(0, 0.49)] * 4),
    zoom=st.floats(1, 10),
    degrees=st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(-360, 360)),
    mirror=st.booleans(),
    opacity=st.floats(0, 1),
    fit=st.sampled_from(Fit),
    alpha=st.booleans(),
)
def test_any_size_at_any_place_gives_colours_between_ground_and_layer(
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    crop: tuple[float, float, float, float],
    zoom: float,
    degrees: float,
    mirror: bool,
    opacity: float,
    fit: Fit,
    alpha: bool,
) -> None:
    placement = Placement(
        x=box[0], y=box[1], width=box[2], height=box[3],
        crop_left=crop[0], crop_top=crop[1], crop_right=crop[2], crop_bottom=crop[3],
        zoom=zoom, rotation_deg=degrees, mirror=mirror, opacity=opacity, fit=fit,
    )  # fmt: skip
    plane = np.full(size[::-1], 255, np.uint8) if alpha else None
    picture = paint(Layered().add(plain(*size, 207), placement, alpha=plane))
    assert picture.min() >= 6 and picture.max() <= 208
    lies = placed(placement, size, (WIDTH, HEIGHT))
    if opacity == 1 and min(lies.area.width, lies.area.height) > 4:
        for x, y in ((36, 64), (1, 1), (71, 127)):
            if all(lies.contains(x + dx, y + dy) for dx in (-2, 2) for dy in (-2, 2)):
                assert abs(int(picture[y, x, 0]) - 207) <= 1


def test_what_stands_still_is_cut_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = painter_module.cut_out
    times: list[int] = []

    def counting(*args: object) -> Overlay | None:
        times.append(1)
        return cut(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(painter_module, "cut_out", counting)
    still = plain(30, 30, 200)
    layered = Layered().add(plain(8, 8, 1)).add(still, Placement(width=0.4, height=0.3, rotation_deg=20))
    layered.add(plain(9, 9, 90), QUARTER)
    stage, one = layered.stage, painter()
    first = one.paint(stage, frames(stage)).picture
    for number in range(STILL_AFTER + 3):
        layered.boxes["layer 1"].put(Frame(still, number))  # the same again, as a still source gives it
        layered.boxes["layer 0"].put(Frame(plain(8, 8, 1), number))
        assert (one.paint(stage, frames(stage)).picture == first).all()
    assert len(times) == 2, "the turned one at once, the upright one when it proved to stand still"
    layered.boxes["layer 1"].put(Frame(plain(30, 30, 100), 99))
    assert one.paint(stage, frames(stage)).picture[64, 36, 0] == 100, "a new picture is drawn anew"
    smaller = Stage(stage.parts[:1])
    one.paint(smaller, frames(smaller))
    assert set(one._kept) <= {"layer 0"}, "what has gone is not kept"


def test_a_layer_that_cannot_be_drawn_is_left_out_and_told_once(
    monkeypatch: pytest.MonkeyPatch, expected_errors: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    expected_errors("layer 'layer 1' cannot be drawn")

    def no_memory(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(painter_module, "cut_out", no_memory)
    layered = Layered().add(plain(8, 8, 50)).add(plain(8, 8, 90), Placement(rotation_deg=5))
    stage, one = layered.add(plain(8, 8, 200), QUARTER).stage, painter()
    for _ in range(3):
        picture = one.paint(stage, frames(stage)).picture
        assert picture[100, 60, 0] == 50 and picture[32, 18, 0] == 200
    assert len([record for record in caplog.records if "cannot be drawn" in record.message]) == 1


def test_main_alone_is_known() -> None:
    def alone(layered: Layered) -> bool:
        return painter().paint(layered.stage, frames(layered.stage)).main_alone

    assert alone(Layered().add(plain(8, 8), id_=MAIN))
    assert alone(Layered().add(plain(8, 8)).add(plain(8, 8), id_=MAIN)), "all below is hidden"
    assert alone(Layered().add(plain(8, 8), id_=MAIN).add(None, QUARTER)), "nothing has come yet"
    assert not alone(Layered().add(plain(8, 8), id_=MAIN).add(plain(8, 8), QUARTER))
    assert not alone(Layered().add(plain(8, 8), QUARTER, id_=MAIN))
    assert not alone(Layered().add(plain(8, 8)))
