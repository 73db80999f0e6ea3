"""Overlays drawn straight on planes of brightness and colour, without going through BGR.

Thread: one owner, whichever drives the encoder. Must not import: Qt, net.

Colour is an affine function of BGR, so blending is the same there: what is opaque replaces, the rest mixes.
One of colour belongs to four of brightness, whose ink is averaged.
"""

from __future__ import annotations

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels
from studio.media.overlay import Ink, Overlay

Planes = tuple[Pixels, Pixels, Pixels]
_Inks = tuple[Ink, Ink, Ink]

#: Rows Y, Cb, Cr of BT.601 in studio range; columns B, G, R (multiplied by alpha) and alpha itself, which
#: carries the offsets of 16 and 128 (ITU-R BT.601-7, 2.5.1 to 2.5.3).
_BT601 = np.array(
    [
        [0.098, 0.504, 0.257, 16 / 255],
        [0.439, -0.291, -0.148, 128 / 255],
        [-0.071, -0.368, 0.439, 128 / 255],
    ]
)


class PlaneOverlays:
    """Draws overlays on planes; the ink of those of the last picture is kept as planes."""

    def __init__(self) -> None:
        self._made: dict[tuple[Ink, int, int], _Inks] = {}

    def blend(self, overlays: tuple[Overlay, ...], planes: Planes) -> None:
        """Draws `overlays` in place, the first lowest."""
        made: dict[tuple[Ink, int, int], _Inks] = {}
        for overlay in overlays:
            # Colour lies on even pixels: the same ink on odd ones mixes differently there.
            key = overlay.ink, overlay.x % 2, overlay.y % 2
            inks = made[key] = self._made.get(key) or inks_of(*key)
            for ink, plane, step in zip(inks, planes, (1, 2, 2), strict=True):
                ink.blend_into(plane, overlay.x // 2 * 2 // step, overlay.y // 2 * 2 // step)
        self._made = made


def inks_of(ink: Ink, right: int, down: int) -> _Inks:
    """Of brightness, blue and red of `ink`, moved by `right` and `down` (0 or 1 each) to even pixels."""
    bgra = cv2.merge([ink.colour, cv2.bitwise_not(ink.keep[:, :, 0])])
    height, width = bgra.shape[:2]
    bgra = cv2.copyMakeBorder(
        bgra, down, (height + down) % 2, right, (width + right) % 2, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    half = bgra.shape[1] // 2, bgra.shape[0] // 2
    keep = cv2.bitwise_not(bgra[:, :, 3])
    rough = cv2.resize(keep, half, interpolation=cv2.INTER_AREA)
    y, u, v = cv2.split(cv2.transform(bgra, _BT601))
    colours = (y, *(cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (u, v)))
    inks = [Ink.of(colour, kept) for colour, kept in zip(colours, (keep, rough, rough), strict=True)]  # type: ignore[arg-type]
    return inks[0], inks[1], inks[2]
