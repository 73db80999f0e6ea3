"""Gentle smoothing of skin: noise and fine texture go, edges stay.

Purpose: one pass over the brightness of a picture. A bilateral filter at half size (1.3 ms; at full size 7)
gives the smooth brightness; what differs from it a little is texture and taken out, what differs much is an
edge and stays. Only where the colour is one of skin. Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.media.look.scratch import Scratch

#: Levels of brightness: neighbours that differ by more do not mix, differences beyond twice `_TEXTURE` stay.
_SIGMA_LEVELS, _SIGMA_PIXELS, _TEXTURE = 14.0, 2.0, 10
#: Full smoothing leaves this much of the texture: skin without any looks like wax.
_LEFT = 0.25
#: The colours of skin of all shades in Cr and Cb (Chai and Ngan, "Face segmentation using skin-color map in
#: videophone applications", 1999): they differ in brightness, hardly in these.
_SKIN_LOW, _SKIN_HIGH = (0, 133, 77), (255, 173, 127)
#: The mask needs no detail: a quarter of the size, then softened over this many of its pixels.
_MASK_SHRINK, _MASK_SOFT = 4, 7
#: It is made anew for one picture of these: in 100 ms a face moves less than the mask is soft.
_MASK_EVERY = 3
_LEAST_SIDE = 16


class SmoothingPass:
    """For one thread: it keeps the mask and arrays to work in. `strength`: 0 to 1."""

    def __init__(self, strength: float) -> None:
        self._strength = strength * (1 - _LEFT)
        self._twice: Pixels = np.zeros((0, 0), np.uint8)
        self._skin: Pixels = np.zeros((0, 0), np.uint8)
        self._pictures = 0
        self._scratch = Scratch()

    def __call__(self, array: Pixels, into: Pixels) -> None:
        """`array` (height x width x 3, BGR) smoothed, into another as large; a tiny one as it is."""
        height, width = array.shape[:2]
        if min(height, width) < _LEAST_SIDE:
            np.copyto(into, array)
            return
        bright, smooth, difference = (
            self._scratch.array(name, height, width) for name in ("bright", "smooth", "difference")
        )
        half = self._scratch.array("half", height // 2, width // 2)
        even = self._scratch.array("even", height // 2, width // 2)
        change = self._scratch.array("change", height, width, 3)
        cv2.cvtColor(array, cv2.COLOR_BGR2GRAY, dst=bright)
        cv2.resize(bright, (width // 2, height // 2), dst=half, interpolation=cv2.INTER_AREA)
        cv2.bilateralFilter(half, 5, _SIGMA_LEVELS, _SIGMA_PIXELS, dst=even)
        cv2.resize(even, (width, height), dst=smooth, interpolation=cv2.INTER_LINEAR)
        skin = self._find_skin(array)
        # Bytes have no sign: what is to become brighter and what darker go separate ways.
        cv2.subtract(smooth, bright, dst=difference)
        self._texture(difference, skin, change)
        cv2.add(array, change, dst=into)
        cv2.subtract(bright, smooth, dst=difference)
        self._texture(difference, skin, change)
        cv2.subtract(into, change, dst=into)

    def _find_skin(self, array: Pixels) -> Pixels:
        """Where skin is: height x width, 0 to 255."""
        height, width = array.shape[:2]
        if self._skin.shape != (height, width):
            self._skin, self._pictures = np.empty((height, width), np.uint8), 0
        self._pictures += 1
        if self._pictures % _MASK_EVERY != 1:
            return self._skin
        size = width // _MASK_SHRINK, height // _MASK_SHRINK
        small = cv2.cvtColor(cv2.resize(array, size, interpolation=cv2.INTER_NEAREST), cv2.COLOR_BGR2YCrCb)
        mask = cv2.blur(cv2.inRange(small, _SKIN_LOW, _SKIN_HIGH), (_MASK_SOFT, _MASK_SOFT))
        cv2.resize(mask, (width, height), dst=self._skin, interpolation=cv2.INTER_LINEAR)
        return self._skin

    def _texture(self, difference: Pixels, skin: Pixels, into: Pixels) -> None:
        """What of a difference is texture: all up to `_TEXTURE`, then less, nothing beyond twice that."""
        if self._twice.shape != difference.shape:
            self._twice = np.full(difference.shape, 2 * _TEXTURE, np.uint8)
        little = self._scratch.array("little", *difference.shape)
        cv2.subtract(self._twice, difference, dst=little)
        cv2.min(difference, little, dst=little)
        cv2.multiply(little, skin, dst=little, scale=self._strength / 255)
        cv2.cvtColor(little, cv2.COLOR_GRAY2BGR, dst=into)
