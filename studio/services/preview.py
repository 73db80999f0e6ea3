"""From program frames to pictures a window can paint.

GUI thread. The one place where an array becomes a ``QImage``: the image owns its bytes, because one
that shares them shows torn pictures, or worse, once the array is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from studio.media.clock import now_ns
from studio.media.fit import fit
from studio.media.frame import Pixels, ProgramFrame
from studio.media.mailbox import Mailbox
from studio.services.delays import Delays


def to_image(array: Pixels) -> QImage:
    """height x width x 3 BGR uint8 -> a QImage with its own copy of the bytes."""
    height, width = array.shape[:2]
    return QImage(array.data, width, height, array.strides[0], QImage.Format.Format_BGR888).copy()


class PreviewFeed:
    """Takes the newest frame, shrinks it to what is shown, and measures how old it was when painted."""

    def __init__(self, mailbox: Mailbox[ProgramFrame]) -> None:
        self._mailbox = mailbox
        self._size: tuple[int, int] | None = None
        self._captured_ns: int | None = None
        self._fresh = False
        self._instead: Callable[[], Pixels | None] | None = None
        self.delays = Delays()
        self.painted_count = 0

    def set_size(self, width: int, height: int) -> None:
        """Device pixels of the area the preview is painted in."""
        self._size = (max(16, width), max(16, height))

    def show_instead(self, picture: Callable[[], Pixels | None] | None) -> None:
        """Shows the host this picture (canvas-sized, BGR), asked for with every frame; None: the frames."""
        self._instead = picture

    def picture_instead(self) -> Pixels | None:
        """What `show_instead` asked for, now; None when the frames are shown."""
        return self._instead() if self._instead is not None else None

    def take(self) -> QImage | None:
        """The newest frame, at most as large as it is shown; None when nothing new came."""
        frame = self._mailbox.take()
        if frame is None:
            return None
        array = frame.array if frame.host is None else frame.host
        instead = self.picture_instead()
        if instead is not None:
            array = instead
        height, width = array.shape[:2]
        if self._size is not None:
            # Keep the shape: shrink by the smaller of the two ratios, never enlarge here.
            ratio = min(self._size[0] / width, self._size[1] / height, 1.0)
            if ratio < 1.0:
                array = fit(array, max(1, round(width * ratio)), max(1, round(height * ratio)))
        self._captured_ns = None if frame.repeated else frame.captured_ns
        self._fresh = True
        return to_image(array)

    def painted(self) -> None:
        """The image last taken is on the screen."""
        if not self._fresh:
            return
        self._fresh = False
        self.painted_count += 1
        if self._captured_ns is not None:
            self.delays.add((now_ns() - self._captured_ns) / 1e6)
