"""A look as something to put pictures through: what a source gives, before the compositor takes it.

Purpose: `LookProcess(look)` is called for every picture of a source. Thread: that source's `capture`; made
on any. Must not import: Qt, net.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.media.clock import now_ns
from studio.media.frame import Frame, Pixels
from studio.media.look.background import BackgroundPass
from studio.media.look.chroma_key import ChromaKeyPass
from studio.media.look.colours import ColourPass, colour_matrix
from studio.media.look.cube import CubeUnreadable
from studio.media.look.lut import ReadyLut
from studio.media.look.shelf import LutShelf
from studio.media.look.smoothing import SmoothingPass
from studio.media.spare_pictures import SparePictures
from studio.media.stats import RollingWindow
from studio.model.look import Look

#: Two between passes; one each in the mailbox, with the compositor and with what it drew last; one to spare.
_SPARE = 6


class LookProcess:
    """One look; another look is another process. Invariant: an untouched picture is the very same object.

    Attributes:
        look: what it does.
        seen: the newest picture as it came, to take colours from and to compare with; None before the first.
        cost_ms: milliseconds each picture took; nothing in it while the look is neutral.

    The screen is keyed first, by the colours the camera saw; then the room is blurred, then come smoothing
    and colours, and last the table, which is made for finished pictures.
    """

    def __init__(self, look: Look, lut: ReadyLut | None = None) -> None:
        """`lut`: what is in `look.lut`; without it the look goes on without. Takes a few milliseconds."""
        self.look = look
        self.seen: Frame | None = None
        self.cost_ms = RollingWindow(60)
        self._key = ChromaKeyPass(look.chroma) if look.chroma is not None else None
        self._passes: list[Callable[[Pixels, Pixels], None]] = []
        if look.background_blur > 0:
            self._passes.append(BackgroundPass(look.background_blur))
        if look.smoothing > 0:
            self._passes.append(SmoothingPass(look.smoothing))
        matrix = colour_matrix(look)
        if matrix is not None:
            self._passes.append(ColourPass(matrix))
        if lut is not None and look.lut_strength > 0:
            self._passes.append(lut.at(look.lut_strength))
        self._size = (0, 0)
        self._pictures = self._planes = SparePictures(1, 1)

    def __call__(self, frame: Frame) -> Frame:
        self.seen = frame
        if self._key is None and not self._passes:
            return frame
        began_ns = now_ns()
        array, alpha = frame.array, frame.alpha
        if self._size != array.shape[:2]:
            height, width = self._size = array.shape[:2]
            self._pictures = SparePictures(width, height, capacity=_SPARE)
            self._planes = SparePictures(width, height, plane=True, capacity=_SPARE)
        if self._key is not None:
            keyed, alpha = self._pictures.take(), self._planes.take()
            self._key(array, keyed, alpha)
            array = keyed
        for one in self._passes:
            made = self._pictures.take()
            one(array, made)
            array = made
        self.cost_ms.add((now_ns() - began_ns) / 1e6)
        return Frame(array, frame.pts_ns, alpha)


def prepare_look(look: Look, shelf: LutShelf) -> tuple[LookProcess, str]:
    """The process, and a sentence when its LUT file is no good. Reads the file: not on the GUI thread."""
    if not look.lut:
        return LookProcess(look), ""
    try:
        return LookProcess(look, shelf.get(look.lut)), ""
    except CubeUnreadable as error:
        return LookProcess(look), str(error)
