"""Cube files: good ones give their colours, bad ones one sentence each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.look.cube import MAX_BYTES, Cube, CubeUnreadable, read_cube
from tests.unit.media.look.cubes import cube_text, write_cube


def test_a_3d_table_is_read_with_red_running_fastest(tmp_path: Path) -> None:
    path = write_cube(tmp_path, lambda rgb: rgb * [0.5, 0.25, 1.0], size=3)
    cube = read_cube(path)
    assert cube.title == "made for a test"
    assert cube.values.shape == (3, 3, 3, 3)
    assert cube.values[0, 0, 2].tolist() == [0.5, 0.0, 0.0]  # blue 0, green 0, red full
    assert cube.values[2, 1, 0].tolist() == [0.0, 0.125, 1.0]


def test_a_table_of_straight_lines_is_exact_between_its_entries(tmp_path: Path) -> None:
    cube = read_cube(write_cube(tmp_path, lambda rgb: 1 - rgb, size=5))
    colours = np.random.default_rng(3).random((200, 3), np.float32)
    assert np.abs(cube.colours(colours) - (1 - colours)).max() < 1e-5


def test_a_1d_table_has_a_curve_for_each_channel(tmp_path: Path) -> None:
    path = tmp_path / "curves.cube"
    path.write_text("LUT_1D_SIZE 2\n0 0.5 1\n1 0.5 0\n")
    found = read_cube(path).colours(np.array([[0.25, 0.9, 0.25]], np.float32))
    assert found[0].tolist() == pytest.approx([0.25, 0.5, 0.75])


def test_the_domain_says_where_the_table_lies(tmp_path: Path) -> None:
    path = tmp_path / "domain.cube"
    path.write_text("DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    assert read_cube(path).colours(np.ones((1, 3), np.float32))[0].tolist() == [0.5, 0.5, 0.5]
    path.write_text("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 2.0\n" + cube_text(lambda rgb: rgb, 2, bare=True))
    assert read_cube(path).colours(np.ones((1, 3), np.float32))[0].tolist() == [0.5, 0.5, 0.5]


def test_comments_blank_lines_and_other_line_ends_are_welcome(tmp_path: Path) -> None:
    path = tmp_path / "odd.cube"
    path.write_bytes(b"\xef\xbb\xbf# made by hand\r\n\r\nLUT_1D_SIZE 2\r\n 0\t0 0 \r\n# half\r\n1 1 1")
    assert read_cube(path).values.tolist() == [[0, 0, 0], [1, 1, 1]]


ROWS = "0 0 0\n1 1 1\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"\xff\xfe\x41\x42", "not text"),
        (b"LUT_3D_SIZE 2\n0 0 0\n", "1 colours where 8 belong"),
        (b"LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n1 1 1\n", "3 colours where 2 belong"),
        (b"LUT_1D_SIZE 2\n0 0 0\nnan nan nan\n", "line 3 is not three numbers"),
        (b"LUT_1D_SIZE 2\n0 0 0\n1 1 inf\n", "line 3 is not three numbers"),
        (b"LUT_1D_SIZE 2\n0 0 0\n1 1 1e99\n", "beyond all bounds"),
        (b"LUT_1D_SIZE 2\n0 0 0\n1 1 1-\n", "not three numbers"),
        (b"LUT_1D_SIZE 2\n0 0 0\n1 1\n", "line 3 is not three numbers"),
        (b"LUT_1D_SIZE 1\n0 0 0\n", "its LUT_1D_SIZE is 1, not 2 to"),
        (b"LUT_3D_SIZE 257\n", "its LUT_3D_SIZE is 257"),
        (b"LUT_3D_SIZE 99999999999999999999\n", "no number"),
        (b"LUT_3D_SIZE -2\n", "no number"),
        (b"LUT_3D_SIZE\n", "no number"),
        (b"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n" + ROWS.encode(), "its size twice"),
        (ROWS.encode(), "does not say LUT_3D_SIZE"),
        (b"LUT_1D_SIZE 2\nDOMAIN_MIN 0 0\n", "DOMAIN_MIN is not 3 numbers"),
        (b"LUT_1D_SIZE 2\nDOMAIN_MAX 0 0 0\n" + ROWS.encode(), "does not lie above"),
        (b"LUT_1D_SIZE 2\n" + ROWS.encode() + b"TITLE late\n", "after the colours began"),
        (b"<html><body>404</body></html>", "not three numbers"),
        (b"Not Found\n", "begins with 'Not'"),
    ],
)
def test_what_is_no_whole_table_is_refused_with_the_reason(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.cube"
    path.write_bytes(content)
    with pytest.raises(CubeUnreadable) as refused:
        read_cube(path)
    assert says in str(refused.value)
    assert "“bad.cube”" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.cube"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(CubeUnreadable, match="larger than"):
        read_cube(path)


def test_ten_megabytes_of_something_else_are_refused_at_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "noise.cube"
    path.write_bytes(b"0.1 0.2 0.3 0.4\n" * 625_000)
    with pytest.raises(CubeUnreadable, match="line 1 is not three numbers"):
        read_cube(path)


def test_a_folder_or_a_missing_file_is_a_sentence_too(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.cube", Path("a\0b")):
        with pytest.raises(CubeUnreadable, match="cannot be read"):
            read_cube(path)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('LUT_13DSIZE 2\n0.5-+e#\t"nan'), max_size=80) | st.binary(max_size=60))
def test_any_bytes_give_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.cube"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        cube = read_cube(path)
    except CubeUnreadable as error:
        assert str(error)
    else:
        assert isinstance(cube, Cube)
        assert np.isfinite(cube.values).all()
