"""The H.264 encoder: one program picture in, one packet out; and the seam it is used through.

Thread: whichever drives it, one at a time. Must not import: Qt, net.
"""

from __future__ import annotations

import logging
from fractions import Fraction
from typing import Protocol

import av
from av.codec.context import Flags
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from studio.media.cv2_import import cv2
from studio.media.errors import EncoderFailed
from studio.media.frame import Pixels, ProgramFrame
from studio.media.packet import Packet, StreamConfig
from studio.media.settings import CanvasSettings, EncoderSettings

log = logging.getLogger(__name__)

# ITU-T H.273 code points. OpenCV's BGR -> I420 is BT.601 in studio range; an untagged 720p picture would be
# shown as BT.709, with faces too green.
_BT709, _SMPTE170M, _STUDIO_RANGE = 1, 6, 1

#: As `EncoderSettings` takes: below it no picture of a person can be recognised.
_LOWEST_BIT_RATE = 100_000


class VideoEncoder(Protocol):
    """What a picture goes through on its way to the outputs. Belongs to one thread.

    Attributes:
        config: what a player needs before the first packet.
    """

    config: StreamConfig

    def encode(self, frame: ProgramFrame, *, keyframe: bool = False) -> list[Packet]:
        """The packet of `frame` (canvas-sized); decoding can begin at it if `keyframe`.
        Raises EncoderFailed."""
        ...

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` (bits a second) from the next picture on; `config` stays as it is."""
        ...

    def flush(self) -> list[Packet]:
        """What is still inside; the encoder cannot be used after it. Raises EncoderFailed."""
        ...


class H264Encoder:
    """x264 through PyAV, one picture in, one packet out, no delay. Belongs to one thread.

    Raises EncoderFailed from the constructor and from `encode`.
    """

    def __init__(self, canvas: CanvasSettings, settings: EncoderSettings) -> None:
        self._canvas = canvas
        self._first_number: int | None = None
        self._captured: dict[int, int | None] = {}
        try:
            self._context = open_x264(canvas, settings)
            extradata = bytes(self._context.extradata or b"")
            self.config = StreamConfig(extradata, canvas.width, canvas.height, canvas.fps, settings.bit_rate)
            log.info(
                "encoding %s, %dx%d at %d fps", self.config.codec, canvas.width, canvas.height, canvas.fps
            )
        except (FFmpegError, ValueError, OSError) as error:
            raise EncoderFailed(
                f"The video encoder does not start ({error}). Try other video settings."
            ) from error

    def encode(self, frame: ProgramFrame, *, keyframe: bool = False) -> list[Packet]:
        """The packet of `frame` (canvas-sized). Ticks missing in `frame.number` become gaps in time."""
        if self._first_number is None:
            self._first_number = frame.number
        try:
            picture = av.VideoFrame.from_numpy_buffer(self._to_i420(frame.array), format="yuv420p")
            picture.pts = frame.number - self._first_number
            picture.pict_type = PictureType.I if keyframe else PictureType.NONE
            self._captured[picture.pts] = frame.captured_ns
            return [self._to_packet(packet) for packet in self._context.encode(picture)]
        except (FFmpegError, ValueError, OSError, cv2.error) as error:
            raise EncoderFailed(
                f"The video encoder stopped ({error}). End the LIVE and start it again."
            ) from error

    def set_bit_rate(self, bit_rate: int) -> None:
        """Aims at `bit_rate` from the next picture on, at most the rate it was opened with.

        libx264.c reads `bit_rate` of the open context before every picture and reconfigures x264 without a
        keyframe. It reads `rc_max_rate` too, but PyAV (18.1) gives no way to write that: the decoder buffer
        keeps the first rate, which is why this cannot go above it. Going down, the new rate is met within
        half a second (measured, `test_encoder.py`); back up it takes about three.
        """
        self._context.bit_rate = max(_LOWEST_BIT_RATE, min(bit_rate, self.config.bit_rate))

    def flush(self) -> list[Packet]:
        """What is still inside; the encoder cannot be used after it."""
        try:
            return [self._to_packet(packet) for packet in self._context.encode(None)]
        except (FFmpegError, ValueError, OSError) as error:
            raise EncoderFailed(f"The video encoder did not finish ({error}).") from error

    def _to_i420(self, array: Pixels) -> Pixels:
        if array.shape != (self._canvas.height, self._canvas.width, 3):
            raise ValueError(f"a picture of {array.shape} on a canvas of {self._canvas}")
        return cv2.cvtColor(array, cv2.COLOR_BGR2YUV_I420)  # type: ignore[return-value]  # stub: any dtype

    def _to_packet(self, packet: av.Packet[av.VideoStream]) -> Packet:
        pts = packet.pts
        assert pts is not None and pts == packet.dts, "no B-frames were asked for"
        fps = self._canvas.fps
        pts_us = pts * 1_000_000 // fps
        return Packet(
            data=bytes(packet),
            pts_us=pts_us,
            dts_us=pts_us,
            duration_us=(pts + 1) * 1_000_000 // fps - pts_us,
            is_key=packet.is_keyframe,
            captured_ns=self._captured.pop(pts, None),
        )


def open_x264(canvas: CanvasSettings, settings: EncoderSettings) -> VideoCodecContext:
    """An opened x264. Raises what PyAV raises; public so that a bench can measure it bare."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = canvas.width, canvas.height, "yuv420p"
    context.time_base = Fraction(1, canvas.fps)
    context.framerate = Fraction(canvas.fps)
    context.bit_rate = settings.bit_rate
    context.gop_size = max(1, round(settings.keyframe_interval_s * canvas.fps))
    context.max_b_frames = 0
    context.thread_count = settings.threads
    context.color_primaries = context.color_trc = _BT709
    context.colorspace = _SMPTE170M
    context.color_range = _STUDIO_RANGE
    context.options = {
        "preset": settings.preset,
        "tune": "zerolatency",  # no look-ahead, no B-frames, threads within a picture instead of across
        "profile": settings.profile,
        "maxrate": str(settings.bit_rate),
        "bufsize": str(settings.bit_rate * settings.buffer_ms // 1000),
        "sc_threshold": "0",  # keyframes when they are due, not at every cut
        "forced-idr": "1",
    }
    context.flags |= Flags.global_header  # parameter sets beside the packets, where every muxer wants them
    context.open()
    return context
