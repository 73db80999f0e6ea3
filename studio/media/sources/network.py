"""A network camera or phone as a source: MJPEG over HTTP, RTSP, HLS, any video FFmpeg reads by address.

Thread: belongs to its capture thread; `interrupt` from any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from av.error import FFmpegError
from av.video.frame import VideoFrame

from studio.media.clock import Clock, MonotonicClock
from studio.media.errors import SourceLost
from studio.media.frame import Frame, Pixels
from studio.media.sources.network_address import NetworkAddress
from studio.media.sources.network_errors import NoPicture, explained
from studio.media.sources.network_reader import NetworkReader, VideoPacket
from studio.media.sources.source import NamedSource

#: So many packets may fail to decode in a row: a line that dropped some mends with the next keyframe.
_MOST_BROKEN = 120
#: Later than this, or further ahead, the time line moves instead.
_LATE_NS = 250_000_000
_AHEAD_NS = 10_000_000_000


class NetworkSource(NamedSource):
    """A `VideoSource` by address. `address` is asked at each open, never kept: it may hold a password.

    It claims no rate: a phone changes its with the light.
    """

    def __init__(
        self, name: str, key: str, address: Callable[[], NetworkAddress], *, clock: Clock | None = None
    ) -> None:
        """`key`: what tells it from others, without anything secret."""
        super().__init__(name, f"network:{key}")
        self._address = address
        self._clock: Clock = clock or MonotonicClock()
        self._reader: NetworkReader | None = None
        self._wake = threading.Event()
        self._decoded: list[VideoFrame] = []
        self._first: Frame | None = None
        self._anchor_ns: int | None = None

    @property
    def skipped(self) -> int:
        """Packets left out because decoding could not keep up."""
        return self._reader.skipped if self._reader is not None else 0

    def open(self) -> None:
        """Raises CameraMissing or SourceUnreadable with the reason, SourceLost when interrupted."""
        self.close()
        self._reader = reader = NetworkReader(self._address)
        reader.start()
        try:
            self._first = self._next(reader)
        except SourceLost as lost:
            error = reader.error or (NoPicture() if reader.ended else None)
            self.close()
            raise (explained(self._name, error) if error is not None else lost) from None
        if self._first is None:
            self.close()
            raise SourceLost(f"Opening “{self._name}” was given up.")

    def read(self) -> Frame | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        if self._reader is None:
            raise SourceLost(f"“{self._name}” is not open.")
        return self._next(self._reader)

    def interrupt(self) -> None:
        self._wake.set()
        reader = self._reader
        if reader is not None:
            reader.wake()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        self._first = self._anchor_ns = None
        self._decoded.clear()
        if reader is not None:
            reader.stop()

    def _next(self, reader: NetworkReader) -> Frame | None:
        broken = 0
        while not self._decoded:
            packets = reader.take(self._wake.is_set, 1 if reader.paced else 1_000)
            if self._wake.is_set():
                self._wake.clear()
                return None
            if not packets:
                raise SourceLost(f"“{self._name}” stopped sending. It is connected again by itself.")
            self._decoded, failed = self._decode(reader, packets)
            broken = 0 if self._decoded else broken + failed
            if broken > _MOST_BROKEN:
                raise SourceLost(f"“{self._name}” sends pictures that cannot be read. It is opened again.")
        picture = self._decoded.pop(0) if reader.paced else self._decoded.pop()
        if not reader.paced:
            self._decoded.clear()
        elif self._wait_for(picture):
            self._wake.clear()
            return None
        array = self._pixels(picture)
        self._size = (array.shape[1], array.shape[0])
        return Frame(array, self._clock.now_ns())

    def _decode(self, reader: NetworkReader, packets: list[VideoPacket]) -> tuple[list[VideoFrame], int]:
        """What the packets hold, and how many of them are broken."""
        assert reader.decoder is not None, "packets come after the decoder"
        if reader.intra_only and not reader.paced:
            reader.skipped += len(packets) - 1
            packets = packets[-1:]
        pictures: list[VideoFrame] = []
        failed = 0
        for packet in packets:
            try:
                pictures += reader.decoder.decode(packet)
            except FFmpegError:
                failed += 1
        return pictures, failed

    def _pixels(self, picture: VideoFrame) -> Pixels:
        try:
            return picture.to_ndarray(format="bgr24")  # type: ignore[return-value]  # 8 bits by its name
        except (FFmpegError, ValueError) as error:  # a pixel format that cannot be converted
            raise SourceLost(
                f"“{self._name}” sends pictures that cannot be read. It is opened again."
            ) from error

    def _wait_for(self, picture: VideoFrame) -> bool:
        """Waits until a paced picture is due; True when interrupted."""
        if picture.pts is None:
            return False
        media_ns, now_ns = round(picture.time * 1e9), self._clock.now_ns()
        if self._anchor_ns is None or not -_LATE_NS < self._anchor_ns + media_ns - now_ns < _AHEAD_NS:
            self._anchor_ns = now_ns - media_ns
        return self._clock.wait_until(self._anchor_ns + media_ns, self._wake)
