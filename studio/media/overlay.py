"""A still drawing over the program picture: an alert, a goal, a box of comments.

Purpose: immutable drawings that can be swapped while the compositor runs, and blending them.
Thread: build them anywhere, blend on the compositor's. Must not import: Qt, net.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from studio.media.cv2_import import cv2
from studio.media.frame import Pixels

#: More than this at once would hide the host; it also bounds what a tick can cost.
MAX_OVERLAYS = 12


@dataclass(frozen=True, slots=True)
class _Band:
    """Neighbouring rows blended in one go. ``solid``: every pixel opaque, so that they are a plain copy."""

    top: int
    bottom: int
    solid: bool


class Overlay:
    """A drawing at a place on the canvas; may reach over its borders.

    Invariant: never changes; ``at`` and ``faded`` make others. Rows without ink cost nothing.

    Args:
        bgra: height x width x 4, uint8, colour already multiplied by alpha (QImage's
            Format_ARGB32_Premultiplied on little-endian machines). It is copied.
        x, y: where its top left corner goes, in canvas pixels.
    """

    __slots__ = ("_bands", "_colour", "_keep", "x", "y")

    def __init__(self, bgra: Pixels, x: int = 0, y: int = 0) -> None:
        if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8 or 0 in bgra.shape:
            raise ValueError(f"an overlay is height x width x 4 of uint8, not {bgra.shape} of {bgra.dtype}")
        # Split once here, so that each tick is one multiply and one add without any allocation for alpha.
        alpha = bgra[:, :, 3]
        self._fill(
            np.ascontiguousarray(bgra[:, :, :3]),
            np.ascontiguousarray(np.repeat(255 - alpha[:, :, None], 3, axis=2)),
            _bands(alpha),
            x,
            y,
        )

    @classmethod
    def of_planes(cls, colour: Pixels, alpha: Pixels, x: int = 0, y: int = 0) -> Overlay:
        """The same from colour (height x width x 3, multiplied by alpha) and alpha (height x width) apart.

        Shares `colour`, which must not be written to any more.
        """
        if alpha.shape != colour.shape[:2] or colour.shape[2:] != (3,) or 0 in alpha.shape:
            raise ValueError(f"colour of {colour.shape} and alpha of {alpha.shape} do not fit together")
        made = cls.__new__(cls)
        keep: Pixels = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2BGR)  # type: ignore[assignment]
        made._fill(colour, keep, _bands(alpha), x, y)
        return made

    def _fill(self, colour: Pixels, keep: Pixels, bands: tuple[_Band, ...], x: int, y: int) -> None:
        self._colour, self._keep, self._bands = colour, keep, bands
        self.x, self.y = x, y

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in canvas pixels."""
        height, width = self._colour.shape[:2]
        return width, height

    def at(self, x: int, y: int) -> Overlay:
        """The same drawing at another place; shares its pixels."""
        other = Overlay.__new__(Overlay)
        other._fill(self._colour, self._keep, self._bands, x, y)
        return other

    def faded(self, opacity: float) -> Overlay:
        """The same drawing with all of it at `opacity` (0.0 to 1.0): a fade needs no new drawing."""
        if not 0.0 <= opacity <= 1.0:
            raise ValueError(f"an opacity is 0.0 to 1.0, not {opacity}")
        other = Overlay.__new__(Overlay)
        colour: Pixels = cv2.convertScaleAbs(self._colour, alpha=opacity)  # type: ignore[assignment]
        keep: Pixels = cv2.convertScaleAbs(  # type: ignore[assignment]
            self._keep, alpha=opacity, beta=255 * (1 - opacity)
        )
        bands = tuple(_Band(band.top, band.bottom, band.solid and opacity == 1.0) for band in self._bands)
        other._fill(colour, keep, bands if opacity > 0.0 else (), self.x, self.y)
        return other

    def scaled(self, ratio: float) -> Overlay:
        """The same drawing for a canvas `ratio` times as large, at least one pixel a side."""
        if ratio == 1.0:
            return self
        width, height = (max(1, round(side * ratio)) for side in self.size)
        how = cv2.INTER_AREA if ratio < 1.0 else cv2.INTER_LINEAR
        other = Overlay.__new__(Overlay)
        colour: Pixels = cv2.resize(self._colour, (width, height), interpolation=how)  # type: ignore[assignment]
        keep: Pixels = cv2.resize(self._keep, (width, height), interpolation=how)  # type: ignore[assignment]
        bands = _bands(cv2.bitwise_not(keep[:, :, 0]))  # type: ignore[arg-type]
        other._fill(colour, keep, bands, round(self.x * ratio), round(self.y * ratio))
        return other

    def blend_into(self, canvas: Pixels) -> None:
        """Draws itself on `canvas` (height x width x 3, writable) in place: colour + canvas * (1 - alpha)."""
        left, right = max(0, self.x), min(canvas.shape[1], self.x + self._colour.shape[1])
        if left >= right:
            return
        columns = slice(left - self.x, right - self.x)
        for band in self._bands:
            top, bottom = max(0, self.y + band.top), min(canvas.shape[0], self.y + band.bottom)
            if top >= bottom:
                continue
            rows = slice(top - self.y, bottom - self.y)
            target = canvas[top:bottom, left:right]
            if band.solid:
                target[:] = self._colour[rows, columns]
                continue
            cv2.multiply(target, self._keep[rows, columns], dst=target, scale=1 / 255)
            cv2.add(target, self._colour[rows, columns], dst=target)


def checked(overlays: tuple[Overlay, ...]) -> tuple[Overlay, ...]:
    """`overlays` as they are; ValueError for more than `MAX_OVERLAYS`."""
    if len(overlays) > MAX_OVERLAYS:
        raise ValueError(f"at most {MAX_OVERLAYS} overlays at once, not {len(overlays)}")
    return overlays


def _bands(alpha: Pixels) -> tuple[_Band, ...]:
    """Runs of rows with ink: 0 for rows without any, 2 for rows opaque from end to end, 1 for the others."""
    kind = alpha.any(axis=1).astype(np.int8) + (alpha == 255).all(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    return tuple(_Band(top, bottom, bool(kind[top] == 2)) for top, bottom in pairwise(edges) if kind[top])
