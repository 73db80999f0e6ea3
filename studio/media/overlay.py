"""A still drawing over the program picture: alerts, titles, later whole scenes.

Purpose: an immutable drawing that can be swapped while the compositor runs, and blending it.
Thread: build it anywhere, blend on the compositor's. Must not import: Qt, net.
"""

from __future__ import annotations

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels


class Overlay:
    """A drawing at a place on the canvas; may reach over its borders.

    Args:
        bgra: height x width x 4, uint8, colour already multiplied by alpha (QImage's
            Format_ARGB32_Premultiplied on little-endian machines). It is copied.
        x, y: where its top left corner goes, in canvas pixels.
    """

    def __init__(self, bgra: Pixels, x: int = 0, y: int = 0) -> None:
        if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8 or 0 in bgra.shape:
            raise ValueError(f"an overlay is height x width x 4 of uint8, not {bgra.shape} of {bgra.dtype}")
        self.x, self.y = x, y
        # Split once here, so that each tick is one multiply and one add without any allocation for alpha.
        self._colour: Pixels = np.ascontiguousarray(bgra[:, :, :3])
        self._keep: Pixels = np.ascontiguousarray(np.repeat(255 - bgra[:, :, 3:], 3, axis=2))

    def blend_into(self, canvas: Pixels) -> None:
        """Draws itself on `canvas` (height x width x 3, writable) in place: colour + canvas * (1 - alpha)."""
        left, top = max(0, self.x), max(0, self.y)
        right = min(canvas.shape[1], self.x + self._colour.shape[1])
        bottom = min(canvas.shape[0], self.y + self._colour.shape[0])
        if left >= right or top >= bottom:
            return
        part = (slice(top - self.y, bottom - self.y), slice(left - self.x, right - self.x))
        target = canvas[top:bottom, left:right]
        under = cv2.multiply(target, self._keep[part], scale=1 / 255)
        cv2.add(under, self._colour[part], dst=under)
        target[:] = under
