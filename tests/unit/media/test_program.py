"""The program picture in each of its forms: all show the same, and none writes on what it was made of."""

from __future__ import annotations

import numpy as np
import pytest

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.media.overlay import Overlay
from studio.media.program import ProgramPicture, SmallOverlays

SIZE = (72, 128)


def scenery(width: int, height: int) -> Pixels:
    """Soft, so that scaling in another order changes little; darker to the left, bluer to the bottom."""
    down, across = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)]
    channels = (40 + 180 * down, 90 + 60 * across * down, 30 + 200 * across)
    return np.stack(channels, axis=2).round().astype(np.uint8)


def sign(shade: int = 255, x: int = 10, y: int = 20) -> Overlay:
    ink = np.zeros((24, 40, 4), np.uint8)
    ink[4:20, 4:36] = (shade, shade, shade, 255)
    return Overlay(ink, x, y)


def for_host(picture: ProgramPicture, width: int, height: int, small: SmallOverlays | None = None) -> Pixels:
    drawn: Pixels = np.zeros((height, width, 3), np.uint8)
    picture.draw_for_host(drawn, small or SmallOverlays())
    return drawn


def apart(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("source", [(640, 480), (72, 128), (30, 40), (1, 1), (301, 777)])
def test_the_small_picture_of_the_host_shows_what_the_large_one_does(
    source: tuple[int, int], mirrored: bool
) -> None:
    picture = ProgramPicture(scenery(*source), SIZE, mirrored=mirrored, overlays=(sign(),))
    large = cv2.resize(picture.host, (36, 64), interpolation=cv2.INTER_AREA)
    assert apart(for_host(picture, 36, 64), large) < 4
    assert apart(for_host(picture, *SIZE), picture.host) < 1.5


def test_the_sign_is_where_it_belongs_and_not_mirrored() -> None:
    picture = ProgramPicture(scenery(640, 480), SIZE, mirrored=True, overlays=(sign(),))
    assert for_host(picture, *SIZE)[30, 20].tolist() == [255] * 3
    assert for_host(picture, 36, 64)[15, 15].tolist() == [255] * 3
    assert picture.host[64, 0, 2] > picture.host[64, 71, 2], "mirrored: brighter to the left"
    assert picture.array[64, 0, 2] < picture.array[64, 71, 2]


def test_a_ground_of_the_hosts_own_is_shown_as_it_is() -> None:
    own = scenery(*SIZE)[:, ::-1].copy()
    picture = ProgramPicture(scenery(*SIZE), SIZE, host_ground=own, overlays=(sign(),), for_viewers=False)
    assert (for_host(picture, *SIZE)[100:] == own[100:]).all()
    assert (picture.host[30, 20] == 255).all() and not (picture.array[30, 20] == 255).all()


def test_making_one_form_spoils_no_other() -> None:
    ground = scenery(*SIZE)
    kept = ground.copy()
    picture = ProgramPicture(ground, SIZE, overlays=(sign(),))
    before = for_host(picture, 36, 64)
    assert (picture.array[30, 20] == 255).all()
    assert (ground == kept).all() and not ground.flags.writeable
    assert (for_host(picture, 36, 64) == before).all()
    assert picture.host is picture.array


def test_overlays_that_stand_still_are_scaled_once() -> None:
    small, still, moving = SmallOverlays(), sign(), sign(100)
    first = small.of((still, moving), 0.5)
    second = small.of((still, sign(101)), 0.5)
    assert second[0] is first[0] and second[1] is not first[1]
    assert (first[0].x, first[0].y, first[0].size) == (5, 10, (20, 12))
    assert small.of((still,), 0.25)[0].size == (10, 6)
    assert small.of((still,), 1.0) == (still,)
    assert small.of((sign(1, -3, 500),), 0.01)[0].size == (1, 1), "never smaller than a pixel"
