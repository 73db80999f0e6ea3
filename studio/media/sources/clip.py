"""A video file with its sound as a source: loops, paced by its own time stamps, the sound in step.

Thread: belongs to its capture thread; `interrupt` from any, `sound` to the mixer. Must not import: Qt, net.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame

from studio.media.clock import Clock, MonotonicClock
from studio.media.cv2_import import cv2
from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.frame import Frame, Pixels
from studio.media.sources.clip_clock import UNKNOWN_NS, ClipClock
from studio.media.sources.clip_sound import ClipSound
from studio.media.sources.disk import check_chosen
from studio.media.sources.file_source import LATE_NS, LONGEST_FRAME_NS, believable_fps
from studio.media.sources.source import NamedSource

#: A file that ends so long before it says so has lost its end: it begins anew at once.
_SHORT_NS = 2_000_000_000
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


class ClipSource(NamedSource):
    """Plays a video file in a loop, in real time. Variable rates are kept, phone videos are turned upright.

    Attributes: `sound`, to be read by the mixer while the clip is open; silent where the file is. It is
    started by whoever mixes it: unread, a clip costs no sound.
    """

    def __init__(self, path: Path, *, name: str | None = None, clock: Clock | None = None) -> None:
        self._path = path
        super().__init__(name or path.name, f"clip:{path}")
        self._clock: Clock = clock or MonotonicClock()
        self._wake = threading.Event()
        self._clip = ClipClock()
        self.sound = ClipSound(path, self._clip, clock=self._clock)
        self._container: InputContainer | None = None
        self._pictures: Iterator[VideoFrame] = iter(())
        self._pending: tuple[VideoFrame, int] | None = None
        self._pass_ns = 0  # media time at which the current pass began
        self._last_ns = -1  # media time of the newest decoded picture
        self._decoded = 0  # of the current pass

    def open(self) -> None:
        """Raises SourceUnreadable with the reason: missing, not allowed, not a video."""
        self.close()
        check_chosen(self._path)
        self._wake.clear()
        self._pass_ns, self._last_ns = 0, -1
        unreadable = SourceUnreadable(
            f"“{self._path.name}” holds no picture this app can read. Try an MP4 or MKV."
        )
        try:
            self._container = container = av.open(str(self._path))
        except (FFmpegError, OSError, ValueError) as error:
            raise unreadable from error
        if not container.streams.video:
            self.close()
            raise unreadable
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # the cores belong to the encoder
        self._fps = believable_fps(float(stream.average_rate or 0))
        self._begin_pass()
        self._pending = self._decode()
        if self._pending is None:
            self.close()
            raise unreadable
        self._clip.start(self._clock.now_ns(), _length_ns(container))
        try:
            array = _upright(self._pending[0])
        except (FFmpegError, ValueError) as error:  # a pixel format that cannot be converted
            self.close()
            raise unreadable from error
        self._size = (array.shape[1], array.shape[0])

    def read(self) -> Frame | None:
        picture, media_ns = self._pending or self._next()
        self._pending = picture, media_ns
        late_ns = self._clock.now_ns() - self._clip.due_ns(media_ns)
        if late_ns > LATE_NS:
            self._clip.shift(late_ns)
        array = _upright(picture)
        if self._clock.wait_until(self._clip.due_ns(media_ns), self._wake):
            self._wake.clear()
            return None
        self._pending = None
        return Frame(array, self._clock.now_ns())

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None:
        container, self._container = self._container, None
        self._clip.stop()
        self._pending = None
        self._pictures = iter(())
        if container is not None:
            container.close()

    def _begin_pass(self) -> None:
        assert self._container is not None, "only while open"
        self._decoded = 0
        self._pictures = _pictures_of(self._container)

    def _next(self) -> tuple[VideoFrame, int]:
        decoded = self._decode()
        if decoded is None and self._container is not None and self._decoded:
            length_ns = self._clip.length_ns
            ended_ns = self._last_ns + round(1e9 / self._fps)
            promised_ns = self._pass_ns + length_ns
            lost_end = not ended_ns <= promised_ns <= ended_ns + _SHORT_NS
            self._pass_ns = ended_ns if lost_end else promised_ns
            self._clip.begin_pass(self._pass_ns)
            self._rewind()
            decoded = self._decode()
        if decoded is None:
            raise SourceLost(f"“{self._path.name}” cannot be read any more. Check the disk it is on.")
        return decoded

    def _rewind(self) -> None:
        """Opens anew: that works where seeking does not, and sees that a file has gone."""
        assert self._container is not None, "only while open"
        self._container.close()
        try:
            self._container = av.open(str(self._path))
            self._container.streams.video[0].codec_context.thread_count = 1
        except (FFmpegError, OSError, ValueError, IndexError):
            self._container = None
            self._pictures = iter(())
            return
        self._begin_pass()

    def _decode(self) -> tuple[VideoFrame, int] | None:
        """The next picture and its media time; None at the end or at a place that does not decode."""
        if self._container is None:
            return None
        try:
            picture = next(self._pictures, None)
        except (FFmpegError, ValueError):
            return None
        if picture is None:
            return None
        step_ns = round(1e9 / self._fps)
        media_ns = self._last_ns + step_ns
        if picture.pts is not None:
            began_us = self._container.start_time or 0
            media_ns = self._pass_ns + round(picture.time * 1e9) - began_us * 1000
        first_ever = self._last_ns < 0
        if not first_ever and not self._last_ns < media_ns <= self._last_ns + LONGEST_FRAME_NS:
            media_ns = self._last_ns + step_ns
        self._last_ns = max(0, media_ns)
        self._decoded += 1
        return picture, self._last_ns


def _length_ns(container: InputContainer) -> int:
    length_us = container.duration or 0
    if "matroska" in container.format.name:  # it counts from 0, wherever the first picture is
        length_us -= max(0, container.start_time or 0)
    return length_us * 1000 if length_us > 0 else UNKNOWN_NS


def _pictures_of(container: InputContainer) -> Iterator[VideoFrame]:
    for packet in container.demux(container.streams.video[0]):
        try:
            yield from packet.decode()
        except FFmpegError:  # a hole in the file: what comes after it may be whole
            continue


def _upright(picture: VideoFrame) -> Pixels:
    array: Pixels = picture.to_ndarray(format="bgr24")  # type: ignore[assignment]  # 8 bits by its name
    turn = _TURNS.get(picture.rotation % 360)
    return array if turn is None else cv2.rotate(array, turn)  # type: ignore[return-value]  # uint8 stays
