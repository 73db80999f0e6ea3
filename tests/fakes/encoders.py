"""Second encoders: real ones, through the same table entry that a graphics card's has."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import av

from studio.media.encoding.kinds import X264, EncoderKind
from studio.media.encoding.planes import PlanesFor
from studio.media.program import ProgramPicture
from studio.media.settings import CanvasSettings, EncoderSettings


def _main_profile(canvas: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    return X264.options(canvas, settings) | {"profile": "main", "preset": "superfast", "aud": "1"}


def _far_sighted(canvas: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    """Takes 250 pictures before it gives one."""
    return {"preset": "ultrafast", "rc-lookahead": "250", "bf": "0", "mbtree": "1"}


def _hangs(canvas: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    threading.Event().wait()
    return {}


def _crashes(canvas: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    os.abort()


#: Treated as a graphics card's: NV12, AUDs taken out, opened anew for another rate.
STAND_IN = EncoderKind("libx264", "Stand-in", _main_profile)
STALLS = EncoderKind("libx264", "Stalling", _far_sighted)
HANGS = EncoderKind("libx264", "Hanging", _hangs)
CRASHES = EncoderKind("libx264", "Crashing", _crashes)
NO_H264 = EncoderKind("mpeg4", "MPEG-4", lambda canvas, settings: {}, layout="yuv420p")
ABSENT = EncoderKind("h264_nowhere", "Nowhere", lambda canvas, settings: {}, missing="no such card")


def _upside_down(canvas: CanvasSettings, settings: EncoderSettings) -> dict[str, str]:
    """So few bits that nothing can be recognised."""
    return {"preset": "ultrafast", "tune": "zerolatency", "qp": "51"}


def driven(work: Callable[[], None]) -> type[PlanesFor]:
    """To be put in place of `PlanesFor`: the driver of the stand-in does `work` before every picture."""

    class Driven(PlanesFor):
        def __init__(self, kind: EncoderKind, canvas: CanvasSettings) -> None:
            super().__init__(kind, canvas)
            self._stand_in = kind is STAND_IN

        def of(self, picture: ProgramPicture) -> av.VideoFrame:
            if self._stand_in:
                work()
            return super().of(picture)

    return Driven


DAMAGED = EncoderKind("libx264", "Damaged", _upside_down)
TABLE = (STAND_IN, HANGS, CRASHES, NO_H264, ABSENT, DAMAGED, X264)
