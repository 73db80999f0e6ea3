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


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What a drawing adds to a picture or plane: picture * keep / 255 + colour, rows without ink left out.

    Attributes:
        colour: height x width (x channels), uint8, already multiplied by alpha.
        keep: of the same shape, 255 less alpha: split off once, so that each tick is one multiply and one add
            without any allocation for alpha.
        bands: where there is ink.
    """

    colour: Pixels
    keep: Pixels
    bands: tuple[_Band, ...]

    @classmethod
    def of(cls, colour: Pixels, keep: Pixels) -> Ink:
        """Shares both, which must not be written to any more."""
        return cls(colour, keep, _bands(keep if keep.ndim == 2 else keep[:, :, 0]))

    def faded(self, opacity: float) -> Ink:
        colour: Pixels = cv2.convertScaleAbs(self.colour, alpha=opacity)  # type: ignore[assignment]
        keep: Pixels = cv2.convertScaleAbs(  # type: ignore[assignment]
            self.keep, alpha=opacity, beta=255 * (1 - opacity)
        )
        bands = tuple(_Band(band.top, band.bottom, band.solid and opacity == 1.0) for band in self.bands)
        return Ink(colour, keep, bands if opacity > 0.0 else ())

    def blend_into(self, canvas: Pixels, x: int, y: int) -> None:
        """Draws on `canvas` (with as many channels, writable) in place, its top left corner at `x`, `y`."""
        left, right = max(0, x), min(canvas.shape[1], x + self.colour.shape[1])
        if left >= right:
            return
        columns = slice(left - x, right - x)
        for band in self.bands:
            top, bottom = max(0, y + band.top), min(canvas.shape[0], y + band.bottom)
            if top >= bottom:
                continue
            rows = slice(top - y, bottom - y)
            target = canvas[top:bottom, left:right]
            if band.solid:
                target[:] = self.colour[rows, columns]
                continue
            cv2.multiply(target, self.keep[rows, columns], dst=target, scale=1 / 255)
            cv2.add(target, self.colour[rows, columns], dst=target)


class Overlay:
    """A drawing at a place on the canvas; may reach over its borders.

    Invariant: never changes; ``at`` and ``faded`` make others. Rows without ink cost nothing.

    Args:
        bgra: height x width x 4, uint8, colour already multiplied by alpha (QImage's
            Format_ARGB32_Premultiplied on little-endian machines). It is copied.
        x, y: where its top left corner goes, in canvas pixels.

    Attributes:
        ink: the drawing itself, BGR; shared by all that differ only in their place.
    """

    __slots__ = ("ink", "x", "y")

    def __init__(self, bgra: Pixels, x: int = 0, y: int = 0) -> None:
        if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8 or 0 in bgra.shape:
            raise ValueError(f"an overlay is height x width x 4 of uint8, not {bgra.shape} of {bgra.dtype}")
        colour = np.ascontiguousarray(bgra[:, :, :3])
        keep = np.ascontiguousarray(np.repeat(255 - bgra[:, :, 3:], 3, axis=2))
        self.ink, self.x, self.y = Ink.of(colour, keep), x, y

    @classmethod
    def of_planes(cls, colour: Pixels, alpha: Pixels, x: int = 0, y: int = 0) -> Overlay:
        """The same from colour (height x width x 3, multiplied by alpha) and alpha (height x width) apart.

        Shares `colour`, which must not be written to any more.
        """
        if alpha.shape != colour.shape[:2] or colour.shape[2:] != (3,) or 0 in alpha.shape:
            raise ValueError(f"colour of {colour.shape} and alpha of {alpha.shape} do not fit together")
        keep: Pixels = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2BGR)  # type: ignore[assignment]
        return cls._of(Ink.of(colour, keep), x, y)

    @classmethod
    def _of(cls, ink: Ink, x: int, y: int) -> Overlay:
        made = cls.__new__(cls)
        made.ink, made.x, made.y = ink, x, y
        return made

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in canvas pixels."""
        height, width = self.ink.colour.shape[:2]
        return width, height

    def at(self, x: int, y: int) -> Overlay:
        """The same drawing at another place; shares its pixels."""
        return self._of(self.ink, x, y)

    def faded(self, opacity: float) -> Overlay:
        """The same drawing with all of it at `opacity` (0.0 to 1.0): a fade needs no new drawing."""
        if not 0.0 <= opacity <= 1.0:
            raise ValueError(f"an opacity is 0.0 to 1.0, not {opacity}")
        return self._of(self.ink.faded(opacity), self.x, self.y)

    def scaled(self, ratio: float) -> Overlay:
        """The same drawing for a canvas `ratio` times as large, at least one pixel a side."""
        if ratio == 1.0:
            return self
        width, height = (max(1, round(side * ratio)) for side in self.size)
        how = cv2.INTER_AREA if ratio < 1.0 else cv2.INTER_LINEAR
        colour, keep = (
            cv2.resize(part, (width, height), interpolation=how) for part in (self.ink.colour, self.ink.keep)
        )
        ink = Ink.of(colour, keep)  # type: ignore[arg-type]
        return self._of(ink, round(self.x * ratio), round(self.y * ratio))

    def blend_into(self, canvas: Pixels) -> None:
        """Draws itself on `canvas` (height x width x 3, writable) in place: colour + canvas * (1 - alpha)."""
        self.ink.blend_into(canvas, self.x, self.y)


def checked(overlays: tuple[Overlay, ...]) -> tuple[Overlay, ...]:
    """`overlays` as they are; ValueError for more than `MAX_OVERLAYS`."""
    if len(overlays) > MAX_OVERLAYS:
        raise ValueError(f"at most {MAX_OVERLAYS} overlays at once, not {len(overlays)}")
    return overlays


def _bands(keep: Pixels) -> tuple[_Band, ...]:
    """Runs of rows with ink: 0 for rows without any, 2 for rows opaque from end to end, 1 for the others."""
    kind = (keep != 255).any(axis=1).astype(np.int8) + (keep == 0).all(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    return tuple(_Band(top, bottom, bool(kind[top] == 2)) for top, bottom in pairwise(edges) if kind[top])
