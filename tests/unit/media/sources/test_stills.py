"""Stills: shown once, then nothing until they change; image files of every kind and damage."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.frame import Frame
from studio.media.sources.image_file import LONGEST_SIDE, ImageSource, read_image
from studio.media.sources.still import Still, StillSource, colour_source, still_from_bgra
from tests.fakes.media_clock import JumpingClock


def read_in_a_thread(source: StillSource | ImageSource) -> tuple[threading.Thread, list[Frame | None]]:
    got: list[Frame | None] = []
    thread = threading.Thread(target=lambda: got.append(source.read()))
    thread.start()
    return thread, got


def test_a_still_is_given_once_and_again_when_it_changes() -> None:
    source = StillSource("Title", "text:1", Still(np.full((2, 3, 3), 7, np.uint8)))
    with pytest.raises(SourceLost):
        source.read()
    source.open()
    assert source.size == (3, 2)
    first = source.read()
    assert first is not None
    assert first.array[0, 0, 0] == 7
    thread, got = read_in_a_thread(source)
    thread.join(0.05)
    assert thread.is_alive(), "nothing new, so it waits"
    source.show(Still(np.full((4, 4, 3), 9, np.uint8)))
    thread.join(5)
    assert got[0] is not None
    assert got[0].array.shape == (4, 4, 3)
    thread, got = read_in_a_thread(source)
    source.interrupt()
    thread.join(5)
    assert got == [None]
    source.close()
    source.open()
    assert source.read() is not None, "after an unplug-like close it shows itself again"


def test_a_colour() -> None:
    source = colour_source("#ff8000")
    source.open()
    frame = source.read()
    assert frame is not None
    assert frame.array[3, 5].tolist() == [0, 128, 255]


def test_premultiplied_pixels_become_straight() -> None:
    bgra = np.zeros((1, 3, 4), np.uint8)
    bgra[0, 0] = (64, 0, 128, 128)
    bgra[0, 1] = (1, 2, 3, 255)
    still = still_from_bgra(bgra, premultiplied=True)
    assert still.alpha is not None
    assert still.alpha.tolist() == [[128, 255, 0]]
    assert np.abs(still.array[0, 0].astype(int) - (128, 0, 255)).max() <= 1
    assert still.array[0, 1].tolist() == [1, 2, 3]
    assert still_from_bgra(np.full((2, 2, 4), 255, np.uint8)).alpha is None, "opaque needs none"


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_transparency_is_kept(tmp_path: Path, name: str) -> None:
    picture = Image.new("RGBA", (40, 20), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 20))
    picture.save(tmp_path / name, lossless=True)
    still = read_image(tmp_path / name)
    assert still.alpha is not None
    assert (still.alpha[10, 5], still.alpha[10, 35]) == (0, 255)
    assert still.array[10, 35].tolist() == [0, 0, 255]


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    picture = Image.new("RGB", (64, 32), (0, 0, 0))
    picture.paste((255, 255, 255), (0, 0, 16, 32))  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn by 90 degrees clockwise
    picture.save(tmp_path / "p.jpg", exif=exif, quality=95)
    array = read_image(tmp_path / "p.jpg").array
    assert array.shape == (64, 32, 3)
    assert array[4].mean() > 240, "what was left is on top now"
    assert array[60].mean() < 15


def test_sizes_from_one_pixel_to_8k(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (1, 2, 3)).save(tmp_path / "one.png")
    assert read_image(tmp_path / "one.png").array.tolist() == [[[3, 2, 1]]]
    Image.new("RGBA", (7680, 4320), (9, 8, 7, 100)).save(tmp_path / "8k.png", compress_level=1)
    still = read_image(tmp_path / "8k.png")
    assert still.array.shape == (2160, LONGEST_SIDE, 3)
    assert still.alpha is not None
    assert still.alpha.shape == (2160, LONGEST_SIDE)
    Image.new("L", (7, 5), 200).save(tmp_path / "grey.png")
    assert read_image(tmp_path / "grey.png").array.shape == (5, 7, 3)
    Image.new("P", (7, 5)).save(tmp_path / "palette.gif")
    assert read_image(tmp_path / "palette.gif").array.shape == (5, 7, 3)
    sixteen = np.full((4, 4), 0x80FF, np.uint16)
    Image.fromarray(sixteen).save(tmp_path / "deep.png")
    assert int(read_image(tmp_path / "deep.png").array[0, 0, 0]) in (127, 128)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "not there any more"),
        (b"", "empty"),
        (b"a letter\n" * 50, "not an image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not an image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "not an image"),
        (png_that_claims(60_000, 60_000), "not an image"),
    ],
)
def test_what_is_no_image_says_so(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "broken.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match=says) as caught:
        ImageSource(path).open()
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(SourceUnreadable, match="folder"):
        ImageSource(tmp_path).open()


def test_it_is_read_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Image.new("RGB", (8, 8), (10, 10, 10)).save(path)
    looks = 0

    def changing(_deadline: int) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            path.unlink()
        elif looks == 2:
            path.write_bytes(b"half a file")
        elif looks == 3:
            fresh = tmp_path / "fresh.png"
            Image.new("RGB", (9, 9), (20, 20, 20)).save(fresh)
            os.replace(fresh, path)

    source = ImageSource(path, clock=JumpingClock(changing))
    source.open()
    first, second = source.read(), source.read()
    assert first is not None
    assert second is not None
    assert (first.array.shape[0], second.array.shape[0]) == (8, 9)
    assert looks == 3, "a file that is away or half written changes nothing"
    assert source.size == (9, 9)
    source.close()


def test_an_image_that_stands_still_can_be_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Image.new("RGB", (8, 8)).save(path)
    source = ImageSource(path)
    source.open()
    assert source.read() is not None
    thread, got = read_in_a_thread(source)
    source.interrupt()
    thread.join(5)
    assert got == [None]
