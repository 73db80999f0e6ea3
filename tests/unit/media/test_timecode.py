"""The time code: through scaling and real H.264, by Python and by the script a page uses."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.encoding.encoder import H264Encoder
from studio.media.fit import fit
from studio.media.frame import Pixels
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.file_source import FileSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.timecode import MIN_CROP_WIDTH, TimecodeSource, draw_timecode, read_timecode, wall_clock_ms
from tests.fakes.media_clock import JumpingClock
from tests.fakes.sources import FakeSource, plain

SCRIPT = Path(__file__).with_name("timecode.js")


@given(
    st.integers(0, 2**40), st.sampled_from([(720, 1280), (640, 480), (1280, 720), (121, 217), (3840, 2160)])
)
@settings(deadline=None, max_examples=40)
def test_what_was_drawn_is_read(ms: int, size: tuple[int, int]) -> None:
    picture = plain(*size)
    draw_timecode(picture, ms)
    assert read_timecode(picture) == ms % 2**32
    assert read_timecode(fit(picture, 720, 1280)) == ms % 2**32, "the canvas keeps it"


@given(st.integers(0, 2**32 - 1), st.integers(0, 47))
@settings(deadline=None, max_examples=40)
def test_one_damaged_cell_is_noticed(ms: int, cell: int) -> None:
    picture = plain(720, 1280)
    draw_timecode(picture, ms)
    row, column = divmod(cell, 16)
    picture[round(row * 22.5) : round((row + 1) * 22.5), column * 45 : (column + 1) * 45] ^= 255
    assert read_timecode(picture) is None


def test_no_code_and_pictures_too_small() -> None:
    assert read_timecode(plain(720, 1280)) is None
    assert read_timecode(plain(20, 20)) is None
    with pytest.raises(ValueError, match=str(MIN_CROP_WIDTH)):
        draw_timecode(plain(20, 20), 1)


def through_h264(pictures: list[Pixels], settings: EncoderSettings) -> list[Pixels]:
    canvas = CanvasSettings()
    encoder, output = H264Encoder(canvas, settings), FragmentOutput(capacity_ms=60_000)
    output.start(encoder.config, lambda: None)
    for number, picture in enumerate(pictures):
        for packet in encoder.encode(ProgramFrame.of(picture, number, 0, 0, False)):
            output.push(packet)
    data = (output.init_segment or b"") + b"".join(f.data for f in iter(lambda: output.get(0), None))
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("bit_rate", [3_500_000, 500_000])
def test_it_survives_h264_over_a_real_clip(webcam_clip: Path, bit_rate: int) -> None:
    ticks = iter(range(1_764_000_000_000, 1_764_000_009_999, 37))
    drawn: list[int] = []

    def now_ms() -> int:
        drawn.append(next(ticks) % 2**32)
        return drawn[-1]

    source = TimecodeSource(FileSource(webcam_clip, clock=JumpingClock()), now_ms)
    source.open()
    frames = [source.read() for _ in range(20)]
    source.close()
    pictures = [fit(frame.array, 720, 1280) for frame in frames if frame]
    assert [read_timecode(p) for p in through_h264(pictures, EncoderSettings(bit_rate=bit_rate))] == drawn


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node; the page's test runs it in Chromium")
def test_the_script_for_pages_reads_the_same(tmp_path: Path) -> None:
    for number, ms in enumerate((0, 1, 4_294_967_295, wall_clock_ms())):
        picture = plain(720, 1280)
        draw_timecode(picture, ms)
        rgba = np.dstack([picture[:, :, ::-1], np.full((1280, 720), 255, np.uint8)])
        path = tmp_path / f"{number}.rgba"
        path.write_bytes(rgba.tobytes())
        code = (
            "const {readTimecode} = require(process.argv[1]);"
            "console.log(readTimecode(require('fs').readFileSync(process.argv[2]), 720))"
        )
        done = subprocess.run(
            ["node", "-e", code, str(SCRIPT), str(path)], capture_output=True, text=True, timeout=60
        )
        assert done.stdout.strip() == str(ms % 2**32), done.stderr


def test_the_wrapper_passes_everything_on() -> None:
    inner = FakeSource()
    inner.give(plain(640, 480))
    inner.release()
    source = TimecodeSource(inner, lambda: 42)
    assert (source.name, source.key, source.size, source.fps) == (
        inner.name,
        inner.key,
        inner.size,
        inner.fps,
    )
    source.open()
    frame = source.read()
    assert frame is not None
    assert read_timecode(frame.array) == 42
    assert source.read() is None
    source.interrupt()
    assert source.read() is None
    source.close()
    assert inner.closed == 1


def test_the_pattern_moves_on_time_and_skips_when_late() -> None:
    clock = JumpingClock()
    source = TestPatternSource(90, 160, 30.0, clock=clock)
    source.open()
    start = clock.time_ns
    frames = [source.read() for _ in range(4)]
    assert [f.pts_ns - start for f in frames if f] == [round(n * 1e9 / 30) for n in range(4)]
    arrays = [f.array for f in frames if f]
    assert not np.array_equal(arrays[0], arrays[3])
    clock.time_ns += 1_000_000_000
    late = source.read()
    assert late is not None
    assert late.pts_ns - start >= 1_000_000_000
    source.interrupt()
    assert source.read() is None
    source.close()
    with pytest.raises(ValueError, match="pixels a side"):
        TestPatternSource(1, 1)
