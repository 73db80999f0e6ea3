"""A picture that stands still: an image, a text, a colour. Given once, then it costs nothing.

Thread: belongs to its capture thread; `show` and `interrupt` from any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from studio.media.clock import now_ns
from studio.media.errors import SourceLost
from studio.media.frame import Frame, Pixels
from studio.media.sources.source import NamedSource

#: Any size would do for a colour; a small one is scaled in no time.
_COLOUR_SIDE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """`array`: height x width x 3, BGR. `alpha`: height x width, straight (255 is opaque); None: opaque."""

    array: Pixels
    alpha: Pixels | None = None

    def __post_init__(self) -> None:
        if self.alpha is not None and self.alpha.shape != self.array.shape[:2]:
            raise ValueError("alpha is as large as its picture")

    def frame(self) -> Frame:
        """The picture, shown from now on."""
        return Frame(self.array, now_ns(), self.alpha)


def still_from_bgra(bgra: Pixels, *, premultiplied: bool = False) -> Still:
    """A still of a height x width x 4 picture; `premultiplied` as QImage paints it."""
    alpha = np.ascontiguousarray(bgra[:, :, 3])
    colour = np.ascontiguousarray(bgra[:, :, :3])
    if premultiplied:
        divisor = np.maximum(alpha, 1).astype(np.uint16)[:, :, None]
        colour = np.minimum((colour.astype(np.uint16) * 255 + divisor // 2) // divisor, 255).astype(np.uint8)
    return Still(colour, None if bool((alpha == 255).all()) else alpha)


class StillSource(NamedSource):
    """Shows one still until `show` gives it another. Never lost: there is nothing to lose."""

    def __init__(self, name: str, key: str, still: Still) -> None:
        super().__init__(name, key)
        self._still = still
        self._changed = threading.Condition()
        self._pending = False
        self._interrupted = False
        self._is_open = False

    @property
    def size(self) -> tuple[int, int]:
        height, width = self._still.array.shape[:2]
        return (width, height) if self._is_open else (0, 0)

    def show(self, still: Still) -> None:
        """Shows another picture from the next read on."""
        with self._changed:
            self._still = still
            self._pending = True
            self._changed.notify_all()

    def open(self) -> None:
        with self._changed:
            self._is_open = self._pending = True
            self._interrupted = False

    def read(self) -> Frame | None:
        """The still, once; then waits for another one."""
        with self._changed:
            if not self._is_open:
                raise SourceLost(f"“{self._name}” is not open.")
            self._changed.wait_for(lambda: self._pending or self._interrupted)
            interrupted, self._interrupted = self._interrupted, False
            if interrupted:
                return None
            self._pending = False
            return self._still.frame()

    def interrupt(self) -> None:
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def close(self) -> None:
        self._is_open = False


def colour_source(colour: str) -> StillSource:
    """A source of one colour, `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    array: Pixels = np.empty((_COLOUR_SIDE, _COLOUR_SIDE, 3), dtype=np.uint8)
    array[:] = (blue, green, red)
    return StillSource("Colour", f"colour:{colour}", Still(array))
