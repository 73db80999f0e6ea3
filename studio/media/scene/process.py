"""What is done to every picture of an input before it is shown: its look.

Thread: called on the capture thread, set from any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeAlias

from studio.media.frame import Frame

log = logging.getLogger(__name__)

#: Makes a picture of a picture, on the capture thread; must not write to the one it was given.
FrameProcess: TypeAlias = Callable[[Frame], Frame]


class ProcessSlot:
    """Holds the process of one input and runs it; without one, pictures go through untouched.

    Invariant: a process that raises is dropped for good, told in the log, and the picture goes on as it came:
    a wrong look never costs the LIVE its picture. One call at a time, though at a change of source the thread
    that ends and the one that begins may both bring a picture.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._process: FrameProcess | None = None
        self._exchange = threading.Lock()
        self._running = threading.Lock()
        self._failed = 0

    @property
    def failed(self) -> int:
        """How many processes were dropped because they raised."""
        return self._failed

    @property
    def is_set(self) -> bool:
        return self._process is not None

    def set(self, process: FrameProcess | None) -> None:
        """Uses `process` from the next picture on; never waits for one that is running."""
        with self._exchange:
            self._process = process

    def __call__(self, frame: Frame) -> Frame:
        process = self._process
        if process is None:
            return frame
        try:
            with self._running:
                return process(frame)
        except Exception:  # whatever a look does wrong, the picture must go on
            log.exception("the look of input %r failed and was taken off", self._name)
            with self._exchange:
                self._failed += 1
                if self._process is process:
                    self._process = None
            return frame
