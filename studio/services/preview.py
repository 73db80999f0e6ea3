"""From program frames to pictures a window can paint.

GUI thread. The one place where an array becomes a ``QImage``: the image owns the bytes and the picture is
written into them, because an image on an array's bytes shows torn pictures, or worse, once the array is gone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from studio.media.clock import now_ns
from studio.media.cv2_import import cv2
from studio.media.fit import fit_into
from studio.media.frame import Pixels
from studio.media.mailbox import Mailbox
from studio.media.program import ProgramFrame, SmallOverlays
from studio.services.delays import Delays


class TwoImages:
    """Two images in turn: who shows one shows it until the next one comes, and no longer.

    Somebody who keeps a copy loses nothing: Qt parts the two before one of them is written to. They have the
    layout of windows (four bytes a pixel): painting one is a copy, a tenth of what three bytes cost.
    """

    def __init__(self) -> None:
        self._shown, self._next = QImage(), QImage()
        self._canvas: Pixels = np.empty((0, 0, 3), np.uint8)

    def canvas(self, width: int, height: int) -> Pixels:
        """To draw the next picture on: height x width x 3, BGR, uint8, with anything in it."""
        if self._canvas.shape[:2] != (height, width):
            self._canvas = np.empty((height, width, 3), np.uint8)
        return self._canvas

    def turn(self) -> QImage:
        """What was drawn on the canvas."""
        height, width = self._canvas.shape[:2]
        self._shown, self._next = self._next, self._shown
        if self._shown.size() != QSize(width, height):
            self._shown = QImage(width, height, QImage.Format.Format_RGB32)
        pixels = np.frombuffer(self._shown.bits(), np.uint8).reshape(height, width, 4)
        cv2.cvtColor(self._canvas, cv2.COLOR_BGR2BGRA, dst=pixels)
        return self._shown


class PreviewFeed:
    """Takes the newest frame, shrinks it to what is shown, and measures how old it was when painted."""

    def __init__(self, mailbox: Mailbox[ProgramFrame]) -> None:
        self._mailbox = mailbox
        self._size: tuple[int, int] | None = None
        self._captured_ns: int | None = None
        self._fresh = False
        self._images, self._overlays = TwoImages(), SmallOverlays()
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
        """The newest frame, at most as large as it is shown; None when nothing new came.

        It is drawn on again two frames later: keep a copy of what must last.
        """
        frame = self._mailbox.take()
        if frame is None:
            return None
        instead = self.picture_instead()
        size = frame.picture.size if instead is None else (instead.shape[1], instead.shape[0])
        pixels = self._images.canvas(*self._shown(*size))
        if instead is None:
            frame.picture.draw_for_host(pixels, self._overlays)
        else:
            fit_into(instead, pixels)
        self._captured_ns = None if frame.repeated else frame.captured_ns
        self._fresh = True
        return self._images.turn()

    def _shown(self, width: int, height: int) -> tuple[int, int]:
        """Keeps the shape: the smaller of the two ratios, and never larger than it is."""
        if self._size is None:
            return width, height
        ratio = min(self._size[0] / width, self._size[1] / height, 1.0)
        return max(1, round(width * ratio)), max(1, round(height * ratio))

    def painted(self) -> None:
        """The image last taken is on the screen."""
        if not self._fresh:
            return
        self._fresh = False
        self.painted_count += 1
        if self._captured_ns is not None:
            self.delays.add((now_ns() - self._captured_ns) / 1e6)
