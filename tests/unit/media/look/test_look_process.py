"""What looks do to pictures: flat colours have exact answers, a face and a painted screen the rest."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.cv2_import import cv2
from studio.media.frame import Frame, Pixels
from studio.media.look import wide_table
from studio.media.look.background import PersonFinder
from studio.media.look.chroma_key import colour_at
from studio.media.look.process import LookProcess, prepare_look
from studio.media.look.shelf import CAPACITY, LutShelf
from studio.model.look import ChromaKey, Look
from tests.unit.media.look.cubes import write_cube

SKIN = (120, 150, 200)  # BGR
GREEN = (64, 177, 0)


def flat(bgr: tuple[int, int, int], height: int = 64, width: int = 96) -> Pixels:
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = bgr
    return picture


def noisy(picture: Pixels, sigma: float, seed: int = 1) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def look_at(look: Look, picture: Pixels) -> Pixels:
    return LookProcess(look)(Frame(picture, 7)).array


def grain(picture: Pixels) -> float:
    """How much the brightness varies, away from the borders."""
    height, width = picture.shape[:2]
    middle = picture[height // 4 : -height // 4, width // 4 : -width // 4]
    return float(cv2.cvtColor(np.ascontiguousarray(middle), cv2.COLOR_BGR2GRAY).std())


def brightness(picture: Pixels) -> float:
    return float(picture.astype(float).mean(axis=(0, 1)) @ [0.0722, 0.7152, 0.2126])


def test_a_neutral_look_hands_on_the_very_same_picture() -> None:
    frame = Frame(flat(SKIN), 7)
    process = LookProcess(Look())
    assert process(frame) is frame
    assert process.seen is frame


def test_the_time_stays_and_the_source_is_not_written_to() -> None:
    frame = Frame(flat(SKIN), 7)
    before = frame.array.copy()
    made = LookProcess(Look(brightness=0.5, smoothing=1.0, chroma=ChromaKey()))(frame)
    assert made.pts_ns == 7
    assert made is not frame
    assert (frame.array == before).all()


def test_brightness_and_contrast() -> None:
    assert look_at(Look(brightness=0.5), flat((100, 100, 100)))[0, 0].tolist() == [140] * 3
    assert look_at(Look(contrast=1.0), flat((100, 128, 156)))[0, 0].tolist() == [72, 128, 184]
    assert look_at(Look(contrast=-1.0), flat((0, 0, 0)))[0, 0].tolist() == [64] * 3
    assert look_at(Look(brightness=1.0), flat((250, 250, 250)))[0, 0].tolist() == [255] * 3


def test_saturation_keeps_brightness_and_ends_in_grey() -> None:
    grey = look_at(Look(saturation=-1.0), flat(SKIN))[0, 0]
    assert np.ptp(grey.astype(int)) == 0
    assert abs(int(grey[0]) - brightness(flat(SKIN))) <= 1
    vivid = look_at(Look(saturation=0.5), flat(SKIN))
    assert abs(brightness(vivid) - brightness(flat(SKIN))) <= 1
    assert int(vivid[0, 0, 2]) - int(vivid[0, 0, 0]) > 100  # 80 before


def test_temperature_warms_cools_and_keeps_how_bright_white_is() -> None:
    white = flat((180, 180, 180))
    warm, cool = look_at(Look(temperature=0.5), white), look_at(Look(temperature=-0.5), white)
    assert warm[0, 0, 2] > 180 > warm[0, 0, 0]
    assert cool[0, 0, 0] > 180 > cool[0, 0, 2]
    assert abs(brightness(warm) - 180) <= 1
    assert abs(brightness(cool) - 180) <= 1


def test_a_table_gives_its_colours_to_within_two_levels_and_black_and_white_exactly(tmp_path: Path) -> None:
    def graded(rgb: np.ndarray) -> np.ndarray:
        return rgb**1.3 * [1.0, 0.95, 0.85] + [0.0, 0.0, 0.08]

    look = Look(lut=str(write_cube(tmp_path, graded, size=33)))
    process, problem = prepare_look(look, LutShelf())
    assert problem == ""
    rng = np.random.default_rng(5)
    for colour in [(0, 0, 0), (255, 255, 255), *rng.integers(0, 240, (20, 3)).tolist()]:
        made = process(Frame(flat(tuple(colour)), 0)).array.reshape(-1, 3).mean(axis=0)
        wanted = graded(np.array(colour[::-1]) / 255)[::-1] * 255
        tolerance = 0.6 if colour in [(0, 0, 0), (255, 255, 255)] else 2.0
        assert np.abs(made - wanted).max() <= tolerance, (colour, made, wanted)


def test_a_gradient_through_a_table_has_no_bands(tmp_path: Path) -> None:
    look = Look(lut=str(write_cube(tmp_path, lambda rgb: rgb**2, size=33)))
    ramp = np.repeat(np.linspace(40, 120, 960).astype(np.uint8)[None, :, None], 64, axis=0)
    made = prepare_look(look, LutShelf())[0](Frame(np.repeat(ramp, 3, axis=2), 0)).array[..., 1]
    columns = cv2.blur(made.mean(axis=0)[None].astype(np.float32), (24, 1))[0][24:-24]
    ideal = ((np.linspace(40, 120, 960) / 255) ** 2 * 255)[24:-24]
    assert np.abs(columns - ideal).max() < 1.5
    assert np.diff(columns).min() > -0.05


def test_strength_and_far_moves(tmp_path: Path) -> None:
    path = str(write_cube(tmp_path, lambda rgb: 1 - rgb))
    shelf = LutShelf()
    half = prepare_look(Look(lut=path, lut_strength=0.5), shelf)[0](Frame(flat((0, 64, 255)), 0)).array
    assert np.abs(half.reshape(-1, 3).mean(axis=0) - 127.5).max() <= 1.5
    whole = prepare_look(Look(lut=path), shelf)[0](Frame(flat((0, 0, 255)), 0)).array
    assert np.abs(whole.reshape(-1, 3).mean(axis=0) - [255, 255, 0]).max() <= 1.5
    frame = Frame(flat(SKIN), 0)
    assert prepare_look(Look(lut=path, lut_strength=0.0), shelf)[0](frame) is frame


def test_a_bad_table_is_a_sentence_and_the_rest_of_the_look_stays(tmp_path: Path) -> None:
    empty = tmp_path / "empty.cube"
    empty.touch()
    for path, says in ((empty, "is empty"), (tmp_path / "gone.cube", "not where it was"), (tmp_path, "read")):
        process, problem = prepare_look(Look(lut=str(path), brightness=0.5), LutShelf())
        assert says in problem
        assert process(Frame(flat((100, 100, 100)), 0)).array[0, 0].tolist() == [140] * 3


def test_the_shelf_reads_a_file_once_until_it_changes_and_is_bounded(tmp_path: Path) -> None:
    shelf = LutShelf()
    path = write_cube(tmp_path, lambda rgb: rgb, size=2)
    first = shelf.get(str(path))
    assert shelf.get(str(path)) is first
    write_cube(tmp_path, lambda rgb: 1 - rgb, size=3)
    assert shelf.get(str(path)) is not first
    kept = shelf.get(str(path))
    for number in range(CAPACITY):
        shelf.get(str(write_cube(tmp_path, lambda rgb: rgb, size=2, name=f"{number}.cube")))
    assert shelf.get(str(path)) is not kept


def test_without_opencvs_wide_tables_numpy_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    pairs = rng.integers(0, 256, (9, 7, 2), np.uint8)
    entries = rng.integers(0, 256, (wide_table.SIZE, 4), np.uint8)
    for in_opencv in {wide_table._IN_OPENCV, False}:
        monkeypatch.setattr(wide_table, "_IN_OPENCV", in_opencv)
        found = np.zeros((9, 7, 4), np.uint8)
        wide_table.look_up(pairs, wide_table.table_of(entries), found)
        assert (found == entries[pairs @ np.array([1, 256])]).all()


def test_a_picture_that_someone_still_holds_is_never_drawn_over() -> None:
    process = LookProcess(Look(brightness=0.5, smoothing=0.5, chroma=ChromaKey()))
    held = [process(Frame(flat((shade,) * 3), shade)) for shade in range(0, 120, 10)]
    assert [frame.array[20, 20].tolist() for frame in held] == [[n + 40] * 3 for n in range(0, 120, 10)]
    assert all(frame.alpha is not None and frame.alpha.min() == 255 for frame in held)


def test_smoothing_halves_the_noise_of_skin_and_keeps_edges() -> None:
    skin = flat(SKIN, 240, 320)
    before = noisy(skin, 5)
    after = look_at(Look(smoothing=1.0), before)
    assert grain(after) < grain(before) / 2
    assert abs(brightness(after) - brightness(before)) < 1
    for step in (50, 90):
        edged = skin.copy()
        edged[:, 160:] = np.array(SKIN) - step
        made = look_at(Look(smoothing=1.0), noisy(edged, 3)).astype(float)
        assert (made[:, 156:160] - made[:, 160:164]).mean() > 0.9 * step


def test_smoothing_is_weaker_with_less_and_leaves_what_is_no_skin() -> None:
    before = noisy(flat(SKIN, 240, 320), 5)
    whole, half = look_at(Look(smoothing=1.0), before), look_at(Look(smoothing=0.4), before)
    assert grain(whole) < grain(half) < grain(before)
    sky = noisy(flat((200, 120, 60), 240, 320), 5)
    assert (look_at(Look(smoothing=1.0), sky) == sky).all()


def test_smoothing_follows_a_face_that_comes_and_another_size() -> None:
    process = LookProcess(Look(smoothing=1.0))
    sky, skin = flat((200, 120, 60), 240, 320), noisy(flat(SKIN, 240, 320), 5)
    pictures = [process(Frame(picture.copy(), 0)).array for picture in (sky, skin, skin, skin)]
    assert grain(pictures[-1]) < grain(skin) / 2
    small = noisy(flat(SKIN, 120, 160), 5)
    assert grain(process(Frame(small, 0)).array) < grain(small) / 2


def screen_with_disc() -> tuple[Pixels, Pixels]:
    """A screen lit unevenly, with noise, before it a disc of skin; and where the disc is, 0 to 255."""
    height, width = 240, 320
    light = np.linspace(0.75, 1.1, width)[None, :, None]
    screen = np.clip(np.array(GREEN) * light * np.ones((height, 1, 1)), 0, 255)
    inside = np.zeros((height, width), np.uint8)
    cv2.circle(inside, (160, 120), 70, 255, -1, cv2.LINE_AA)
    share = inside[..., None] / 255
    return noisy((screen * (1 - share) + np.array(SKIN) * share).astype(np.uint8), 3), inside


def test_the_screen_goes_and_the_person_stays() -> None:
    picture, inside = screen_with_disc()
    made = LookProcess(Look(chroma=ChromaKey()))(Frame(picture, 0))
    assert made.alpha is not None
    core, beyond = cv2.erode(inside, np.ones((7, 7))), cv2.dilate(inside, np.ones((7, 7)))
    assert made.alpha[core == 255].min() == 255
    assert made.alpha[beyond == 0].max() <= 2
    edge = made.alpha[(inside > 0) & (inside < 255)]
    assert len(np.unique(edge)) > 10  # soft, not cut with scissors


def test_spill_takes_the_shine_out_and_keeps_the_brightness() -> None:
    shine = flat(tuple(round(0.55 * s + 0.45 * g) for s, g in zip(SKIN, GREEN, strict=True)))
    with_spill = LookProcess(Look(chroma=ChromaKey(similarity=0.1, spill=1.0)))(Frame(shine, 0)).array
    without = LookProcess(Look(chroma=ChromaKey(similarity=0.1, spill=0.0)))(Frame(shine.copy(), 0)).array
    before = shine[0, 0].astype(int)
    assert np.abs(without[0, 0].astype(int) - before).max() <= 2
    assert np.ptp(with_spill[0, 0].astype(int)) < np.ptp(before) * 0.8
    gray = [cv2.cvtColor(p, cv2.COLOR_BGR2GRAY)[0, 0] for p in (shine, with_spill)]
    assert abs(int(gray[0]) - int(gray[1])) <= 2


def test_white_grey_and_black_never_go_and_a_grey_screen_takes_no_skin() -> None:
    for shade in (0, 128, 255):
        made = LookProcess(Look(chroma=ChromaKey(similarity=0.6)))(Frame(flat((shade,) * 3), 0))
        assert made.alpha is not None
        assert made.alpha.min() == 255
    grey = LookProcess(Look(chroma=ChromaKey(colour="#808080")))(Frame(flat(SKIN), 0))
    assert grey.alpha is not None
    assert grey.alpha.min() == 255


def test_the_eyedropper_takes_a_small_mean_and_stays_inside() -> None:
    picture = flat(GREEN)
    picture[10, 10] = (255, 0, 255)  # one bad pixel
    frame = Frame(picture, 0)
    assert colour_at(frame, 50, 50) == "#00b140"
    assert colour_at(frame, -5, 10_000) == "#00b140"
    assert colour_at(frame, 11, 10) != "#ff00ff"


def sharpness(picture: Pixels, where: Pixels) -> float:
    edges = cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_32F)
    return float(np.abs(edges)[where].mean())


def test_the_room_is_blurred_and_the_person_is_not(webcam_clip: Path) -> None:
    with av.open(str(webcam_clip)) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)][:5]
    process = LookProcess(Look(background_blur=0.7))
    made = [process(Frame(picture, 0)).array for picture in pictures][-1]
    mask = cv2.resize(PersonFinder().find(pictures[-1]), (640, 480))
    person, room = mask > 250, mask < 5
    assert 0.05 < person.mean() < 0.6, "the clip shows one person"
    assert np.abs(made.astype(int) - pictures[-1])[cv2.erode(mask, np.ones((25, 25))) > 250].max() <= 12
    assert sharpness(made, room) < sharpness(pictures[-1], room) / 3
    assert sharpness(made, person) > sharpness(pictures[-1], person) * 0.8


def test_more_blur_is_blurrier_and_a_tall_picture_keeps_its_person(webcam_clip: Path) -> None:
    with av.open(str(webcam_clip)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="bgr24")
    tall = np.ascontiguousarray(picture[:, 185:455])
    room = cv2.resize(PersonFinder().find(tall), (270, 480)) < 5
    little, much = (look_at(Look(background_blur=blur), tall) for blur in (0.1, 1.0))
    assert little.shape == much.shape == tall.shape
    assert sharpness(much, room) < sharpness(little, room) < sharpness(tall, room)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**31))
def test_pictures_of_any_size_pass(height: int, width: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    look = Look(brightness=0.2, smoothing=0.7, background_blur=0.5, chroma=ChromaKey())
    made = LookProcess(look)(Frame(picture, 0))
    assert made.array.shape == picture.shape
    assert made.alpha is not None
    assert made.alpha.shape == picture.shape[:2]
