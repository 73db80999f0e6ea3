"""Clips for the media tests: real ones from tests/data, special ones made on the spot with FFmpeg."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

CLIPS = Path(__file__).parents[2] / "data" / "clips"


@pytest.fixture(scope="session")
def webcam_clip() -> Path:
    """640x480, H.264 in Matroska, 89 pictures at 30 fps."""
    return CLIPS / "webcam_person_asl_walk_480p.mkv"


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Writes an H.264 clip with pictures at the given milliseconds; picture n has the shade 16 + 20 * n."""

    def make(times_ms: Sequence[int], name: str = "clip.mp4", size: tuple[int, int] = (96, 64)) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=1000)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            stream.codec_context.time_base = Fraction(1, 1000)
            stream.codec_context.options = {"tune": "zerolatency", "preset": "ultrafast"}
            for number, time_ms in enumerate(times_ms):
                array = np.full((size[1], size[0], 3), 16 + 20 * number, dtype=np.uint8)
                frame = av.VideoFrame.from_ndarray(array, format="bgr24")
                frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make
