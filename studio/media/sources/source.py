"""What every picture source is: camera, file, screen, image, test pattern.

Purpose: the seam between `CaptureThread` and where pictures come from.
Thread: a source belongs to the capture thread that opened it; only `interrupt` may come from elsewhere.
Must not import: Qt, cv2.
"""

from __future__ import annotations

from typing import Protocol

from studio.media.frame import Frame


class VideoSource(Protocol):
    """A source of pictures.

    Attributes:
        name: what the host calls it, for example the camera's name.
        key: stable identity; two sources with one key cannot be open at once (the same camera).
        size: (width, height) in pixels, known once open, else (0, 0).
        fps: what it claims to deliver. 0.0 promises nothing: its last picture then is shown as long as it is
            open; that of any other gives way after some seconds without a new one.
    """

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def fps(self) -> float: ...

    def open(self) -> None:
        """Opens it and proves that it gives pictures. Raises a `SourceError`. Again after `close`, too."""
        ...

    def read(self) -> Frame | None:
        """Blocks until the next picture is due. None when interrupted. Raises `SourceLost`."""
        ...

    def interrupt(self) -> None:
        """From any thread: lets a blocked `read` return None soon, where the source can."""
        ...

    def close(self) -> None:
        """Gives the device back. Harmless when not open."""
        ...


class NamedSource:
    """What every source answers alike: its name and key, and its size and rate as far as they are known.

    A rate of 0.0 stays for those that promise none; the others set `_fps`, and all set `_size`.
    """

    def __init__(self, name: str, key: str) -> None:
        self._name = name
        self._key = key
        self._size = (0, 0)
        self._fps = 0.0

    @property
    def name(self) -> str:
        return self._name

    @property
    def key(self) -> str:
        return self._key

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    @property
    def fps(self) -> float:
        return self._fps
