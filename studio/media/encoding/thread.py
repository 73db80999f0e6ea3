"""The encoder thread: encodes each program frame once and hands the packet to every output.

Thread: `encode`; its methods may be called from any thread. Must not import: Qt, net.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterable
from fractions import Fraction

import av
from av.codec.context import Flags
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from studio.media.clock import now_ns
from studio.media.cv2_import import cv2
from studio.media.errors import EncoderFailed
from studio.media.frame import Pixels, ProgramFrame
from studio.media.outputs.output import Output
from studio.media.packet import AudioConfig, Packet, StreamConfig
from studio.media.queues import DropOldestQueue
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.stats import RollingWindow

log = logging.getLogger(__name__)

# ITU-T H.273 code points. OpenCV's BGR -> I420 is BT.601 in studio range; an untagged 720p picture would be
# shown as BT.709, with faces too green.
_BT709, _SMPTE170M, _STUDIO_RANGE = 1, 6, 1


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


class EncoderThread:
    """Takes program frames from a queue, encodes, gives packets to the outputs in the order they came.

    Invariant: ends in exactly one of two ways: `stop` was called, or `on_error` got an `EncoderFailed`.
    `outputs` must not raise and not block (`Output`). `on_error` runs on the encode thread, as does
    `on_first_picture(pts_ns)`, called once the first picture was pushed: time 0 of the broadcast.
    `audio`: what the outputs are told of sound that someone else pushes.
    """

    def __init__(
        self,
        queue: DropOldestQueue[ProgramFrame],
        canvas: CanvasSettings,
        settings: EncoderSettings,
        outputs: Iterable[Output],
        *,
        audio: AudioConfig | None = None,
        on_error: Callable[[EncoderFailed], None] | None = None,
        on_first_picture: Callable[[int], None] | None = None,
    ) -> None:
        self._queue = queue
        self._audio = audio
        self._on_first_picture = on_first_picture
        self._canvas = canvas
        self._settings = settings
        self._outputs = tuple(outputs)
        self._on_error = on_error
        self._keyframe_wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="encode", daemon=True)
        self._encode_ms = RollingWindow()
        self._encoded = 0

    @property
    def encoded(self) -> int:
        return self._encoded

    @property
    def encode_ms(self) -> RollingWindow:
        """Milliseconds from taking a frame to its packet, colour conversion included."""
        return self._encode_ms

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self._outputs

    def request_keyframe(self) -> None:
        """Makes the next picture a keyframe, for someone who begins to watch."""
        self._keyframe_wanted.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Encodes what is queued, flushes, stops the outputs. False if that had not ended in time."""
        self._queue.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failure: EncoderFailed | None = EncoderFailed(
            "The video encoder broke. End the LIVE and start it again."
        )
        try:
            self._encode_until_closed()
            failure = None
        except EncoderFailed as error:
            failure = error
        finally:  # a bug goes on to the excepthook, but the outputs and the host still learn of the end
            self._queue.close()
            for output in self._outputs:
                output.stop()
            if failure is not None:
                log.error("encoder: %s", failure)
                if self._on_error is not None:
                    self._on_error(failure)

    def _encode_until_closed(self) -> None:
        encoder = H264Encoder(self._canvas, self._settings)
        config = dataclasses.replace(encoder.config, audio=self._audio)
        for output in self._outputs:
            output.start(config, self.request_keyframe)
        while True:
            frame = self._queue.get()
            if frame is None:
                break
            began_ns = now_ns()
            keyframe = self._keyframe_wanted.is_set()
            self._keyframe_wanted.clear()
            packets = encoder.encode(frame, keyframe=keyframe)
            self._encode_ms.add((now_ns() - began_ns) / 1e6)
            self._encoded += 1
            self._hand_out(packets)
            if self._encoded == 1 and self._on_first_picture is not None:
                self._on_first_picture(frame.pts_ns)
        self._hand_out(encoder.flush())

    def _hand_out(self, packets: list[Packet]) -> None:
        for packet in packets:
            for output in self._outputs:
                output.push(packet)
