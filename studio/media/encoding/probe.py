"""Finds out what an encoder does here: encodes moving pictures, decodes them, compares, takes the time.

Thread: any but the GUI's (about half a second each). Must not import: Qt, net. In this process: a broken
driver takes it along, which is why `probe_process` runs it in another.
"""

from __future__ import annotations

import logging
import math
import statistics
from dataclasses import dataclass

import av
import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from studio.media.clock import now_ns
from studio.media.cv2_import import cv2
from studio.media.encoding.encoder import H264Encoder
from studio.media.encoding.kinds import X264, EncoderKind
from studio.media.errors import EncoderFailed
from studio.media.frame import Pixels
from studio.media.packet import Packet, StreamConfig
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource

log = logging.getLogger(__name__)

_FRAMES = 24
_WARM_UP = 6  # the first ones are the keyframe and cold caches
#: Of 256 steps: a webcam in a lit room.
_GRAIN = 3
#: Below it the picture is not the one that went in. x264 is above 40 dB here even at 1 Mb/s.
LEAST_PSNR_DB = 30.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of trying one encoder.

    Attributes:
        title: the encoder's, as in the table. failure: why it cannot be used, empty when it works.
        ms: median milliseconds a frame. psnr_db: likeness of what a viewer sees to what went in.
    """

    title: str
    ms: float = 0.0
    psnr_db: float = 0.0
    failure: str = ""

    @property
    def works(self) -> bool:
        return not self.failure


def is_built_in(kind: EncoderKind) -> bool:
    """Whether this program's FFmpeg knows the encoder at all; whether it works is another matter."""
    try:
        av.Codec(kind.name, "w")
    except ValueError:  # UnknownCodecError
        return False
    return True


def probe_encoder(kind: EncoderKind, canvas: CanvasSettings, settings: EncoderSettings) -> Probe:
    """Encodes `_FRAMES` pictures of that size. Raises nothing: what fails is in the result."""
    try:
        encoder = H264Encoder(canvas, settings, kind)
    except EncoderFailed as error:
        log.info("probe: %s", error)
        return Probe(kind.title, failure=kind.missing or "it does not start with these settings")
    pictures = _grainy_pictures(canvas)
    packets: list[Packet] = []
    took: list[float] = []
    try:
        for number, picture in enumerate(pictures):
            begin = now_ns()
            packets += encoder.encode(ProgramFrame.of(picture, number, begin, begin, False))
            took.append((now_ns() - begin) / 1e6)
        packets += encoder.flush()
        psnr_db = _likeness(pictures, _decode(encoder.config, packets))
    except (EncoderFailed, FFmpegError, ValueError) as error:
        log.info("probe of %s: %s", kind.title, error)
        return Probe(kind.title, failure="what it makes cannot be played")
    ms = statistics.median(took[_WARM_UP:])
    if psnr_db < LEAST_PSNR_DB:
        return Probe(kind.title, ms, psnr_db, f"its picture is damaged ({psnr_db:.0f} dB)")
    return Probe(kind.title, ms, psnr_db)


def measure_encode_ms(canvas: CanvasSettings, settings: EncoderSettings) -> float:
    """Median milliseconds x264 takes. Raises EncoderFailed when it does not start."""
    probe = probe_encoder(X264, canvas, settings)
    if not probe.works:
        raise EncoderFailed(f"The video encoder x264 cannot be used: {probe.failure}.")
    return probe.ms


def _grainy_pictures(canvas: CanvasSettings) -> list[Pixels]:
    """A moving pattern with a sensor's grain: without it an encoder has next to nothing to do."""
    source = TestPatternSource(canvas.width, canvas.height, float(canvas.fps))
    shape = (canvas.height, canvas.width, 3)
    grain = np.random.default_rng(1).integers(0, _GRAIN, shape, dtype=np.uint8)
    rolled = (np.roll(grain, number * 37, axis=1) for number in range(_FRAMES))
    added = (cv2.add(source.picture(number), noise) for number, noise in enumerate(rolled))
    return [np.asarray(picture, np.uint8) for picture in added]


def _decode(config: StreamConfig, packets: list[Packet]) -> list[Pixels]:
    """The luma of what a viewer sees."""
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    frames: list[av.VideoFrame] = []
    for packet in packets:
        data = config.extradata + packet.data if packet.is_key else packet.data
        frames += decoder.decode(av.Packet(data))
    frames += decoder.decode(None)
    # The first rows of I420. Not `format="gray"`, which would stretch it to full range.
    return [np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)[: config.height] for frame in frames]


def _likeness(pictures: list[Pixels], shown: list[Pixels]) -> float:
    """Peak signal-to-noise ratio of luma, mean of all pictures. ValueError when some are missing."""
    if len(shown) != len(pictures):
        raise ValueError(f"{len(shown)} pictures of {len(pictures)} came out")
    ratios = []
    for picture, seen in zip(pictures, shown, strict=True):
        height = picture.shape[0]
        luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420))[:height].astype(np.float32)
        error = float(np.mean((luma - seen.astype(np.float32)) ** 2))
        ratios.append(99.0 if error == 0 else 10 * math.log10(255**2 / error))
    return statistics.fmean(ratios)
