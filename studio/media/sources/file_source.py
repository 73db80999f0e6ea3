"""A video file as a source: loops, paced by its own time stamps.

Thread: belongs to its capture thread; `interrupt` from any. Must not import: Qt, net.
"""

from __future__ import annotations

import threading
from pathlib import Path

from studio.media.clock import Clock, MonotonicClock
from studio.media.cv2_import import cv2
from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.frame import Frame, Pixels
from studio.media.sources.disk import check_chosen
from studio.media.sources.source import NamedSource

#: A decoder that is this late will not catch up by hurrying: the time line moves instead.
LATE_NS = 250_000_000
#: A jump beyond this between two pictures is a broken time stamp, not a slow video.
LONGEST_FRAME_NS = 10_000_000_000
_DECODER_THREADS = 1  # a 480p H.264 picture decodes in 1 ms; the cores belong to the encoder
_FALLBACK_FPS = 30.0


class FileSource(NamedSource):
    """Plays a file (mp4, mkv, whatever OpenCV's FFmpeg reads) in a loop, in real time.

    Variable frame rates are kept: each picture is due at its own time stamp. Phone videos are turned upright.
    """

    def __init__(self, path: Path, *, name: str | None = None, clock: Clock | None = None) -> None:
        self._path = path
        super().__init__(name or path.name, f"file:{path}")
        self._clock: Clock = clock or MonotonicClock()
        self._wake = threading.Event()
        self._capture: cv2.VideoCapture | None = None
        self._pending: tuple[Pixels, int] | None = None
        self._anchor_ns = 0  # clock time of media time 0
        self._loop_ns = 0  # media time at which the current pass through the file began
        self._last_ns = 0  # media time of the newest decoded picture
        self._pass_frames = 0

    def open(self) -> None:
        """Raises SourceUnreadable with the reason: missing, not allowed, not a video."""
        self.close()
        check_chosen(self._path)
        self._wake.clear()
        self._loop_ns = self._last_ns = 0
        self._capture = self._open_capture()
        self._fps = believable_fps(float(self._capture.get(cv2.CAP_PROP_FPS)))
        self._pending = self._decode()
        if self._pending is None:
            self.close()
            raise SourceUnreadable(
                f"“{self._path.name}” holds no picture this app can read. Try an MP4 or MKV."
            )
        height, width = self._pending[0].shape[:2]
        self._size = (width, height)
        self._anchor_ns = self._clock.now_ns() - self._pending[1]

    def read(self) -> Frame | None:
        pending, self._pending = self._pending or self._next(), None
        array, media_ns = pending
        due_ns = self._anchor_ns + media_ns
        late_ns = self._clock.now_ns() - due_ns
        if late_ns > LATE_NS:
            self._anchor_ns += late_ns
        elif self._clock.wait_until(due_ns, self._wake):
            return None
        return Frame(array, self._clock.now_ns())

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None:
        capture, self._capture = self._capture, None
        self._pending = None
        if capture is not None:
            capture.release()

    def _open_capture(self) -> cv2.VideoCapture:
        self._pass_frames = 0
        options = [cv2.CAP_PROP_N_THREADS, _DECODER_THREADS]
        return cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, options)

    def _next(self) -> tuple[Pixels, int]:
        decoded = self._decode()
        if decoded is None and self._capture is not None and self._pass_frames:
            # The end: begin again, one frame after the last. Opening anew works where seeking does not.
            self._loop_ns = self._last_ns + round(1e9 / self._fps)
            self._capture.release()
            self._capture = self._open_capture()
            decoded = self._decode()
        if decoded is None:
            raise SourceLost(f"“{self._path.name}” cannot be read any more. Check the disk it is on.")
        return decoded

    def _decode(self) -> tuple[Pixels, int] | None:
        """The next picture and its media time; None at the end or at a place that does not decode."""
        if self._capture is None or not self._capture.isOpened():
            return None
        try:
            ok, array = self._capture.read()
        except cv2.error:
            return None
        if not ok or array is None or array.ndim != 3 or array.shape[2] != 3:
            return None
        media_ns = self._loop_ns + round(self._capture.get(cv2.CAP_PROP_POS_MSEC) * 1e6)
        first_ever = self._pass_frames == 0 and self._loop_ns == 0
        if not first_ever and not self._last_ns < media_ns <= self._last_ns + LONGEST_FRAME_NS:
            media_ns = self._last_ns + round(1e9 / self._fps)
        self._last_ns = media_ns
        self._pass_frames += 1
        return array, media_ns  # type: ignore[return-value]  # the stub's dtype is wider than uint8


def believable_fps(claimed: float) -> float:
    """The rate a file claims, or a usual one when the claim cannot be."""
    return claimed if 0 < claimed <= 240 else _FALLBACK_FPS
