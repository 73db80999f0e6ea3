"""Fitting a picture to the canvas: crop to fill, then scale.

Purpose: pure functions on arrays. Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels


def crop_to_aspect(array: Pixels, width: int, height: int) -> Pixels:
    """The largest centred part of `array` shaped width:height, as a view. At least one pixel a side."""
    have_height, have_width = array.shape[:2]
    if have_width * height > have_height * width:
        keep = max(1, round(have_height * width / height))
        left = (have_width - keep) // 2
        return array[:, left : left + keep]
    keep = max(1, round(have_width * height / width))
    top = (have_height - keep) // 2
    return array[top : top + keep]


def fit(array: Pixels, width: int, height: int) -> Pixels:
    """`array` (any size, x3) cropped and scaled to height x width x 3, C-contiguous.

    Shares memory with `array` when that already fits; else a new array. Linear both ways: cubic costs more
    than it shows on a moving face. Shrinking halves first, so that every pixel counts and nothing flickers.
    """
    crop = crop_to_aspect(array, width, height)
    if crop.shape[:2] == (height, width):
        return np.ascontiguousarray(crop)
    into: Pixels = np.empty((height, width, 3), np.uint8)
    fit_into(crop, into)
    return into


def fit_into(array: Pixels, into: Pixels) -> None:
    """The same, written to `into`, whose rows may lie apart."""
    height, width = into.shape[:2]
    crop = halved(crop_to_aspect(array, width, height), width, height)
    if crop.shape[:2] == (height, width):
        np.copyto(into, crop)
    else:
        cv2.resize(crop, (width, height), dst=into, interpolation=cv2.INTER_LINEAR)


def halved(array: Pixels, width: int, height: int) -> Pixels:
    """`array` halved as long as it stays at least width x height; each pixel then is the mean of a square.

    OpenCV does exact halves several times as fast as areas of other sizes (6 ms a 720p picture).
    """
    while array.shape[1] >= 2 * width and array.shape[0] >= 2 * height:
        even = array[: array.shape[0] // 2 * 2, : array.shape[1] // 2 * 2]
        half = (even.shape[1] // 2, even.shape[0] // 2)
        array = cv2.resize(even, half, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return array


def mirror(array: Pixels, into: Pixels) -> Pixels:
    """`array` with left and right exchanged, written into `into`, which is as large; returns that."""
    cv2.flip(array, 1, dst=into)
    return into
