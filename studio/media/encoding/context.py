"""Opens an encoder of FFmpeg, and makes what it gives alike whichever it is.

Thread: any, one at a time for one context. Must not import: Qt, net.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext

from studio.media.encoding.kinds import EncoderKind
from studio.media.encoding.planes import PlanesFor
from studio.media.packet import from_length_prefixed, parameter_sets_of, split_annex_b
from studio.media.program import ProgramPicture
from studio.media.settings import CanvasSettings, EncoderSettings

# ITU-T H.273 code points. OpenCV's BGR -> I420 is BT.601 in studio range; an untagged 720p picture would be
# shown as BT.709, with faces too green.
_BT709, _SMPTE170M, _STUDIO_RANGE = 1, 6, 1
_START = b"\0\0\0\1"
#: SPS, PPS and access unit delimiter: `StreamConfig` has the first two, and no container needs the third.
_BESIDE_THE_PICTURE = (7, 8, 9)


def open_context(kind: EncoderKind, canvas: CanvasSettings, settings: EncoderSettings) -> VideoCodecContext:
    """An opened encoder. Raises what PyAV raises; public so that a bench can measure it bare."""
    context = av.CodecContext.create(kind.name, "w")
    if not isinstance(context, VideoCodecContext):
        raise ValueError(f"{kind.name} does not encode pictures")
    context.width, context.height, context.pix_fmt = canvas.width, canvas.height, kind.layout
    context.time_base = Fraction(1, canvas.fps)
    context.framerate = Fraction(canvas.fps)
    context.bit_rate = settings.bit_rate
    context.gop_size = max(1, round(settings.keyframe_interval_s * canvas.fps))
    context.max_b_frames = 0
    if not kind.hardware:
        context.thread_count = settings.threads
    context.color_primaries = context.color_trc = _BT709
    context.colorspace = _SMPTE170M
    context.color_range = _STUDIO_RANGE
    context.options = kind.options(canvas, settings)
    context.flags |= Flags.global_header  # parameter sets beside the packets, where every muxer wants them
    context.open()
    return context


def parameter_sets(
    context: VideoCodecContext, kind: EncoderKind, canvas: CanvasSettings, settings: EncoderSettings
) -> bytes:
    """SPS and PPS, Annex B. ValueError when this encoder has none: what it makes is no H.264.

    Some encoders know them only once they made a picture: they get one, in a context of its own.
    """
    found = parameter_sets_of(bytes(context.extradata or b""))
    if found:
        return found
    trial = open_context(kind, canvas, settings)
    black = ProgramPicture(np.zeros((2, 2, 3), np.uint8), (canvas.width, canvas.height))
    picture = PlanesFor(kind, canvas).of(black)
    picture.pts = 0
    packets = [bytes(packet) for packet in (*trial.encode(picture), *trial.encode(None))]
    for data in (bytes(trial.extradata or b""), *packets):
        found = parameter_sets_of(data)
        if found:
            return found
    raise ValueError("it gives no H.264 parameter sets")


def access_unit(data: bytes) -> bytes:
    """One picture as Annex B, without what belongs beside it; length-prefixed NAL units are turned."""
    if not data.startswith((b"\0\0\1", _START)):
        data = from_length_prefixed(data)
    units = [unit for unit in split_annex_b(data) if unit[0] & 0x1F not in _BESIDE_THE_PICTURE]
    return b"".join(_START + unit for unit in units)
