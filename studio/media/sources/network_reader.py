"""Reads a network camera ahead, so that a stalled line holds up nobody: packets wait here to be decoded.

Thread: `network`, one per opened camera, alone touches FFmpeg's container; `take` and `stop` from any.
Must not import: Qt, net, cv2.

Two ways of reading. A camera sends as it sees: only the newest counts, what waits is given out together and
the oldest is dropped at a keyframe. A playlist or file comes in gulps: it is paced, and the reader waits.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import TypeAlias

import av
from av.container import InputContainer
from av.error import FFmpegError, HTTPBadRequestError, HTTPOtherClientError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from studio.media.errors import SourceError
from studio.media.sources.network_address import NetworkAddress
from studio.media.sources.network_errors import NoPicture

log = logging.getLogger(__name__)

VideoPacket: TypeAlias = "Packet[VideoStream]"

OPEN_S = 8.0
READ_S = 4.0
#: 4 s at 30 fps, or 10 s of a playlist; one more packet drops (newest) or waits (paced).
_MOST_LIVE, _MOST_PACED = 120, 300
_MOST_BYTES = 48_000_000
#: No camera sees more; a picture that claims to be larger is an attack or a broken stream.
_MOST_PIXELS = 1 << 26
#: Formats that come in gulps or as fast as the line goes.
_PACED = ("hls", "mov", "matroska", "avi", "dash")


class NetworkReader:
    """Invariant: at most `_MOST_*` packets and 48 MB wait. `paced`, `decoder`, `fps` are set once open."""

    def __init__(self, address: Callable[[], NetworkAddress]) -> None:
        self._address = address
        self._changed = threading.Condition()
        self._packets: list[VideoPacket] = []
        self._bytes = 0
        self._stopped = False
        self._skipping = False  # until the next keyframe
        self.error: BaseException | None = None
        self.ended = False
        self.decoder: VideoCodecContext | None = None
        self.paced = False
        self.intra_only = False
        self.fps = 0.0
        self.skipped = 0
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends it; returns at once. A read that stalls ends with its time limit, on a daemon thread."""
        with self._changed:
            self._stopped = True
            self._packets.clear()
            self._changed.notify_all()

    def wake(self) -> None:
        """Lets `take` look again."""
        with self._changed:
            self._changed.notify_all()

    def take(self, interrupted: Callable[[], bool], most: int) -> list[VideoPacket]:
        """The oldest `most` packets that wait; blocks for one. Empty: interrupted, ended or failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._packets or self.ended or interrupted())
            taken, self._packets = self._packets[:most], self._packets[most:]
            self._bytes -= sum(packet.size for packet in taken)
            self._changed.notify_all()
            return taken

    def _run(self) -> None:
        try:
            self._read()
        except (FFmpegError, OSError, ValueError, NoPicture, SourceError) as error:
            # Not the error's text: FFmpeg puts the address into it.
            log.info("network camera: %s", type(error).__name__)
            self.error = error
        finally:
            with self._changed:
                self.ended = True
                self._changed.notify_all()

    def _read(self) -> None:
        address = self._address()
        socket.getaddrinfo(address.host, None)  # FFmpeg has one number for every failure, this has its own
        with _opened(address) as container:
            if not container.streams.video:
                raise NoPicture
            stream = container.streams.video[0]
            decoder = stream.codec_context
            decoder.options = {"max_pixels": str(_MOST_PIXELS)}
            decoder.thread_count = 1  # threads would each hold a picture back
            self.paced = any(name in _PACED for name in container.format.name.split(","))
            self.intra_only = bool(stream.codec.intra_only)
            self.fps = float(stream.average_rate or 0)
            self.decoder = decoder
            for packet in container.demux(stream):
                if packet.size and not self._put(packet):
                    return

    def _put(self, packet: VideoPacket) -> bool:
        """Adds a packet. False when stopped."""
        with self._changed:
            if self.paced:
                self._changed.wait_for(lambda: self._stopped or not self._full(_MOST_PACED))
            elif self._full(_MOST_LIVE):
                self.skipped += len(self._packets)
                self._packets.clear()
                self._bytes = 0
                self._skipping = True
            if self._skipping and not packet.is_keyframe:
                self.skipped += 1
                return not self._stopped
            self._skipping = False
            self._packets.append(packet)
            self._bytes += packet.size
            self._changed.notify_all()
            return not self._stopped

    def _full(self, most: int) -> bool:
        return len(self._packets) >= most or self._bytes >= _MOST_BYTES


def _opened(address: NetworkAddress) -> InputContainer:
    limits = (OPEN_S, READ_S)
    if not address.scheme.startswith("rtsp"):
        return av.open(address.reveal(), options=_options(address), timeout=limits)
    # UDP loses pictures in every flat, and the pictures of a camera fit through TCP: but not all offer it.
    options = _options(address) | {"allowed_media_types": "video"}
    try:
        return av.open(address.reveal(), options=options | {"rtsp_transport": "tcp"}, timeout=limits)
    except (HTTPBadRequestError, HTTPOtherClientError):
        return av.open(address.reveal(), options=options | {"rtsp_transport": "udp"}, timeout=limits)


def _options(address: NetworkAddress) -> dict[str, str]:
    return {
        "protocol_whitelist": address.protocols,
        "fflags": "nobuffer",
        "analyzeduration": "1000000",
        "fpsprobesize": "0",
    }
