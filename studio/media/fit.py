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

    Shares memory with `array` when that already fits; else a new array. Shrinking averages areas
    (no flicker in fine patterns), growing is linear: cubic costs more than it shows on a moving face.
    """
    crop = crop_to_aspect(array, width, height)
    have_height, have_width = crop.shape[:2]
    if (have_width, have_height) == (width, height):
        return np.ascontiguousarray(crop)
    shrinks = have_width >= width and have_height >= height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(crop, (width, height), interpolation=method)  # type: ignore[return-value]  # stub: any dtype


def mirror(array: Pixels, into: Pixels) -> Pixels:
    """`array` with left and right exchanged, written into `into`, which is as large; returns that."""
    cv2.flip(array, 1, dst=into)
    return into
