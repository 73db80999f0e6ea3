"""Paints a stage: every layer that shows, the lowest first.

Thread: one owner, the compose thread. Must not import: Qt, net.

What costs nothing: layers wholly under an opaque one, and the one camera over all the canvas, which is given
on as it is. What stands still (a picture, a text) is cut out once and kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from studio.media.fit import crop_to_aspect, fit
from studio.media.frame import Frame, Pixels
from studio.media.overlay import Overlay
from studio.media.scene.laying import covers, cut_out, is_upright, lay_upright
from studio.media.scene.stage import Stage, StagePart
from studio.model.placing import Placed, placed
from studio.model.scene import Fit, Placement

#: Drawn so often with one and the same picture, a layer is taken to stand still. A slow camera (10 fps
#: against a tick of 30) is not: cutting each of its pictures out would cost more than it saves.
STILL_AFTER = 5

log = logging.getLogger(__name__)

_placed = lru_cache(maxsize=256)(placed)


class _Shown(NamedTuple):
    """A layer with a picture, and where it goes."""

    part: StagePart
    frame: Frame
    placed: Placed


@dataclass(frozen=True, slots=True)
class _Kept:
    """How a layer was drawn last, to know whether it stands still, and its drawing once it does."""

    array: Pixels
    alpha: Pixels | None
    placement: Placement
    times: int
    drawing: Overlay | None


class Painted(NamedTuple):
    """A picture of the canvas's shape, maybe read-only: of one source all over in the size it has, else
    canvas-sized. ``main_alone``: it is the main input all over and no more.
    """

    picture: Pixels
    main_alone: bool


class StagePainter:
    """Invariant: draws on arrays of its own; a picture that came from outside is never written to.

    A layer that cannot be drawn is left out and told in the log, once a stage: the LIVE must go on.
    """

    def __init__(self, width: int, height: int, ground: Pixels) -> None:
        self._size = (width, height)
        self._ground = ground
        self._kept: dict[str, _Kept] = {}
        self._failed: tuple[Stage | None, frozenset[str]] = (None, frozenset())

    def paint(self, stage: Stage, frames: Sequence[Frame | None]) -> Painted:
        """The stage with these pictures, one for each of its parts; a part without one draws nothing."""
        shown = self._showing(stage, frames)
        alone = len(shown) == 1 and shown[0].part.is_main and shown[0].part.placement.whole_canvas
        if not shown:
            picture = self._ground
        elif len(shown) == 1 and self._is_plain(shown[0]):
            picture = crop_to_aspect(shown[0].frame.array, *self._size)
        else:
            picture = self._paint_all(stage, shown)
        if len(self._kept) > len(stage.parts):
            ids = {part.id for part in stage.parts}
            self._kept = {id_: kept for id_, kept in self._kept.items() if id_ in ids}
        return Painted(picture, alone)

    def successor(self) -> StagePainter:
        """One for the next stage, which knows what this one has kept."""
        other = StagePainter(*self._size, self._ground)
        other._kept = dict(self._kept)
        return other

    def _showing(self, stage: Stage, frames: Sequence[Frame | None]) -> list[_Shown]:
        """From the highest layer that hides all below it, or the lowest, upwards."""
        found: list[_Shown] = []
        for part, frame in zip(reversed(stage.parts), reversed(frames), strict=True):
            opacity = part.placement.opacity
            if frame is None or opacity == 0.0:
                continue
            height, width = frame.array.shape[:2]
            shown = _Shown(part, frame, _placed(part.placement, (width, height), self._size))
            found.append(shown)
            if opacity == 1.0 and frame.alpha is None and covers(shown.placed, self._size):
                break
        found.reverse()
        return found

    def _is_plain(self, shown: _Shown) -> bool:
        """Whether `fit` alone makes this layer."""
        placement = shown.part.placement
        return shown.frame.alpha is None and _untouched(placement)

    def _paint_all(self, stage: Stage, shown: list[_Shown]) -> Pixels:
        lowest = shown[0]
        opaque = lowest.part.placement.opacity == 1.0 and lowest.frame.alpha is None
        if self._is_plain(lowest) and not self._is_kept(lowest):
            canvas = fit(lowest.frame.array, *self._size)
            canvas = canvas if canvas.flags.writeable else canvas.copy()
            self._note(lowest, None)
            shown = shown[1:]
        elif opaque and covers(lowest.placed, self._size):
            canvas = np.empty_like(self._ground)
        else:
            canvas = self._ground.copy()
        for layer in shown:
            try:
                self._lay(layer, canvas)
            except Exception:  # whatever is wrong with one layer, the picture must go on
                if self._fails_first(stage, layer.part.id):
                    log.exception("layer %r cannot be drawn and is left out", layer.part.id)
        return canvas

    def _fails_first(self, stage: Stage, id_: str) -> bool:
        known = self._failed[1] if self._failed[0] is stage else frozenset()
        self._failed = (stage, known | {id_})
        return id_ not in known

    def _lay(self, shown: _Shown, canvas: Pixels) -> None:
        frame, opacity = shown.frame, shown.part.placement.opacity
        kept = self._kept_of(shown)
        drawing = kept.drawing if kept is not None else None
        direct = frame.alpha is None and is_upright(shown.placed)
        if drawing is None and (not direct or self._is_kept(shown)):
            drawing = cut_out(frame.array, frame.alpha, shown.placed, opacity, self._size)
        if drawing is not None:
            drawing.blend_into(canvas)
        elif direct:
            lay_upright(frame.array, shown.placed, opacity, canvas)
        self._note(shown, drawing)

    def _kept_of(self, shown: _Shown) -> _Kept | None:
        """What is kept of this layer, if it still looks the same."""
        kept, frame = self._kept.get(shown.part.id), shown.frame
        if kept is None or kept.array is not frame.array or kept.alpha is not frame.alpha:
            return None
        return kept if kept.placement == shown.part.placement else None

    def _is_kept(self, shown: _Shown) -> bool:
        """Whether it has stood still for so long that it is cut out and kept."""
        kept = self._kept_of(shown)
        return kept is not None and kept.times + 1 >= STILL_AFTER

    def _note(self, shown: _Shown, drawing: Overlay | None) -> None:
        kept, frame = self._kept_of(shown), shown.frame
        times = kept.times + 1 if kept is not None else 1
        self._kept[shown.part.id] = _Kept(frame.array, frame.alpha, shown.part.placement, times, drawing)


def _untouched(placement: Placement) -> bool:
    """Whether the source covers the canvas as it is, uncut and unmirrored."""
    uncut = placement.crop_left == placement.crop_top == placement.crop_right == placement.crop_bottom == 0.0
    return (
        placement.whole_canvas
        and uncut
        and placement.zoom == 1.0
        and not placement.mirror
        and placement.fit is Fit.COVER
    )
