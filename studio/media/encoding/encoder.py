"""The H.264 encoder: one program picture in, one packet out; and the seam it is used through.

Thread: whichever drives it, one at a time. Must not import: Qt, net.
"""

from __future__ import annotations

import dataclasses
import logging
from typing import Protocol

import av
from av.error import FFmpegError
from av.video.frame import PictureType

from studio.media.cv2_import import cv2
from studio.media.encoding.context import access_unit, open_context, parameter_sets
from studio.media.encoding.kinds import X264, EncoderKind
from studio.media.encoding.planes import PlanesFor
from studio.media.errors import EncoderFailed
from studio.media.packet import Packet, StreamConfig
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings

log = logging.getLogger(__name__)

#: As `EncoderSettings` takes: below it no picture of a person can be recognised.
_LOWEST_BIT_RATE = 100_000
_BROKEN = (FFmpegError, ValueError, OSError, cv2.error)


class VideoEncoder(Protocol):
    """What a picture goes through on its way to the outputs. Belongs to one thread.

    Attributes:
        config: what a player needs before the next packet; another value after some changes of rate.
    """

    config: StreamConfig

    def encode(self, frame: ProgramFrame, *, keyframe: bool = False) -> list[Packet]:
        """The packet of `frame` (canvas-sized), or of one before it; decoding can begin at it if `keyframe`.
        Raises EncoderFailed."""
        ...

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` (bits a second) from the next picture on, at most that of the settings."""
        ...

    def flush(self) -> list[Packet]:
        """What is still inside; the encoder cannot be used after it. Raises EncoderFailed."""
        ...


class H264Encoder:
    """An encoder of FFmpeg through PyAV, without delay where it can. Belongs to one thread.

    Packets are Annex B whatever the encoder gives. Time begins at the picture `first_number`, without one at
    the first picture. Raises EncoderFailed from the constructor and from `encode`.
    """

    def __init__(
        self,
        canvas: CanvasSettings,
        settings: EncoderSettings,
        kind: EncoderKind = X264,
        *,
        first_number: int | None = None,
    ) -> None:
        self._canvas, self._settings, self._kind = canvas, settings, kind
        self._first_number = first_number
        self._planes = PlanesFor(kind, canvas)
        self._captured: dict[int, int | None] = {}
        self._last_pts = -1
        self._open_with: int | None = None
        try:
            self._open(settings)
        except _BROKEN as error:
            raise EncoderFailed(
                f"The video encoder {kind.title} does not start ({_said(error)}). Try other video settings."
            ) from error
        log.info(
            "encoding %s by %s, %dx%d at %d fps",
            self.config.codec,
            kind.title,
            canvas.width,
            canvas.height,
            canvas.fps,
        )

    def encode(self, frame: ProgramFrame, *, keyframe: bool = False) -> list[Packet]:
        """The packet of `frame` (canvas-sized). Ticks missing in `frame.number` become gaps in time."""
        if self._first_number is None:
            self._first_number = frame.number
        try:
            before = self._reopen() if self._open_with is not None else []
            picture = self._planes.of(frame.picture)
            picture.pts = frame.number - self._first_number
            picture.pict_type = PictureType.I if keyframe else PictureType.NONE
            self._captured[picture.pts] = frame.captured_ns
            return before + [self._to_packet(packet) for packet in self._context.encode(picture)]
        except _BROKEN as error:
            raise EncoderFailed(
                f"The video encoder {self._kind.title} stopped ({_said(error)}). "
                "End the LIVE and start it again."
            ) from error

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` from the next picture on, at most the rate of the settings.

        libx264.c reads `bit_rate` of the open context before every picture and reconfigures x264 without a
        keyframe; NVENC and QuickSync do so too. x264 reads `rc_max_rate` as well, but PyAV (18.1) gives no
        way to write that: the decoder buffer keeps the first rate, which is why this cannot go above it.
        Going down, the new rate is met within half a second (measured, `test_encoder.py`); back up it takes
        about three. Encoders that do not look again are opened anew, which costs a keyframe.
        """
        wanted = max(_LOWEST_BIT_RATE, min(bit_rate, self._settings.bit_rate))
        if self._kind.live_rate:
            self._context.bit_rate = wanted
        elif wanted != (self._open_with or self._context.bit_rate):
            self._open_with = wanted

    def flush(self) -> list[Packet]:
        """What is still inside; the encoder cannot be used after it."""
        try:
            return [self._to_packet(packet) for packet in self._context.encode(None)]
        except _BROKEN as error:
            raise EncoderFailed(f"The video encoder did not finish ({_said(error)}).") from error

    def _open(self, settings: EncoderSettings) -> None:
        canvas = self._canvas
        self._context = open_context(self._kind, canvas, settings)
        extradata = parameter_sets(self._context, self._kind, canvas, settings)
        self.config = StreamConfig(
            extradata, canvas.width, canvas.height, canvas.fps, self._settings.bit_rate
        )

    def _reopen(self) -> list[Packet]:
        """Goes on with the rate that was asked for; gives what the encoder of before still held."""
        assert self._open_with is not None
        rate, self._open_with = self._open_with, None
        held = [self._to_packet(packet) for packet in self._context.encode(None)]
        self._open(dataclasses.replace(self._settings, bit_rate=rate))
        return held

    def _to_packet(self, packet: av.Packet[av.VideoStream]) -> Packet:
        pts = packet.pts
        if pts is None or pts <= self._last_pts:
            raise ValueError("pictures out of order, though no B-frames were asked for")
        self._last_pts = pts
        captured_ns = self._captured.get(pts)
        for earlier in [
            known for known in self._captured if known <= pts
        ]:  # some encoders leave pictures out
            del self._captured[earlier]
        fps = self._canvas.fps
        pts_us = pts * 1_000_000 // fps
        return Packet(
            data=access_unit(bytes(packet)) if self._kind.hardware else bytes(packet),
            pts_us=pts_us,
            dts_us=pts_us,
            duration_us=(pts + 1) * 1_000_000 // fps - pts_us,
            is_key=packet.is_keyframe,
            captured_ns=captured_ns,
        )


def _said(error: Exception) -> str:
    """Without the whole call, which FFmpeg's errors name: it goes into a sentence for the host."""
    return str(error.strerror) if isinstance(error, FFmpegError) else str(error)
