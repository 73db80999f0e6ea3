"""Brightness, contrast, saturation and temperature as one matrix.

Purpose: all four are linear, so together they are one 3x4 matrix and one pass of `cv2.transform` (0.7 ms for
1280x720; three tables in `cv2.LUT` take three times as long and cannot mix channels). Thread: any.
Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.model.look import Look

#: Share of each channel in how bright a colour looks, blue first (ITU-R BT.709).
_LUMA = np.array([0.0722, 0.7152, 0.2126])
#: Levels that full brightness adds, of 255.
_BRIGHTEST = 80.0
#: How far full temperature pushes red and pulls blue.
_WARMEST = 0.25
_GREY = 127.5

Matrix = npt.NDArray[np.float32]


def colour_matrix(look: Look) -> Matrix | None:
    """3x4, for BGR columns with a 1 below; None when the look leaves colours alone.

    Contrast turns about middle grey, at most by half and double. Temperature keeps the brightness of white,
    saturation that of every colour (as far as 0 and 255 let it).
    """
    if (look.brightness, look.contrast, look.saturation, look.temperature) == (0.0, 0.0, 0.0, 0.0):
        return None
    warmth = np.array([1 - _WARMEST * look.temperature, 1.0, 1 + _WARMEST * look.temperature])
    warmth /= warmth @ _LUMA
    grey = np.tile(_LUMA, (3, 1))
    colours = (grey + (np.eye(3) - grey) * (1 + look.saturation)) * warmth
    gain = 2.0**look.contrast
    offset = _GREY - _GREY * gain + _BRIGHTEST * look.brightness
    return np.column_stack([colours * gain, np.full(3, offset)]).astype(np.float32)


class ColourPass:
    """Immutable; a matrix for pictures."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def __call__(self, array: Pixels, into: Pixels) -> None:
        """`array` (height x width x 3, BGR), cut off at 0 and 255, into another as large."""
        cv2.transform(array, self._matrix, dst=into)
