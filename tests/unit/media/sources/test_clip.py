"""Video with sound: a flash and a beep come together, over loops, jumps and damaged files."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from studio.media.audio.players import Players
from studio.media.audio.samples import BLOCK, RATE, block_ns
from studio.media.clock import now_ns
from studio.media.errors import SourceLost, SourceUnreadable
from studio.media.sources.clip import ClipSource
from studio.media.sources.clip_clock import ClipClock
from tests.fakes.media_clock import JumpingClock

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

FPS = 25
#: Where the flash and the beep are in the clip.
MARK_S = 0.4


def flash_and_beep(path: Path, seconds: float, *, rate: int = 44_100, first_s: float = 0.0) -> Path:
    """A dark, silent clip with one white picture and 40 ms of 1 kHz at `MARK_S`."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        video.codec_context.options = {"preset": "ultrafast", "g": "10"}
        audio = container.add_stream("aac", rate=rate)
        for number in range(round(seconds * FPS)):
            shade = 235 if number == round(MARK_S * FPS) else 16
            picture = av.VideoFrame.from_ndarray(np.full((64, 96, 3), shade, np.uint8), format="bgr24")
            picture.pts, picture.time_base = number + round(first_s * FPS), Fraction(1, FPS)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        times = np.arange(round(seconds * rate)) / rate
        beep = np.sin(times * 2 * np.pi * 1000) * ((times >= MARK_S) & (times < MARK_S + 0.04)) * 0.8
        for begin in range(0, len(beep), 1024):
            part = np.repeat(beep[begin : begin + 1024].astype(np.float32)[None], 2, axis=0)
            sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout="stereo")
            sound.sample_rate, sound.pts = rate, begin + round(first_s * rate)
            sound.time_base = Fraction(1, rate)
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    return path


class Heard:
    """Reads a clip's sound as the mixer does, a block every 21.3 ms, three blocks late; notes the beeps."""

    def __init__(self, source: ClipSource) -> None:
        self.beeps_ns: list[int] = []
        self._source = source
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._players = Players()
        self._players.set([source.sound])
        source.sound.start()
        self._thread.start()

    def _run(self) -> None:
        start, loud = now_ns(), False
        for number in itertools.count():
            while now_ns() < start + block_ns(number + 3):
                if self._stop.wait(0.002):
                    return
            begin = start + block_ns(number)
            block = self._players.read(begin, now_ns())
            assert block is not None
            samples = np.abs(block).max(axis=1)
            above = np.flatnonzero(samples > 0.1)
            if len(above) and not loud:
                self.beeps_ns.append(begin + int(above[0]) * 1_000_000_000 // RATE)
            loud = bool(len(above))

    def end(self) -> None:
        self._stop.set()
        self._thread.join(5)
        assert self._source.sound.stop(5)


def flashes(source: ClipSource, count: int) -> list[int]:
    """When the next `count` white pictures were shown."""
    found: list[int] = []
    while len(found) < count:
        frame = source.read()
        if frame is not None and frame.array.mean() > 120:
            found.append(frame.pts_ns)
    return found


def apart_ms(flashes_ns: list[int], beeps_ns: list[int]) -> list[float]:
    """For each flash, how much later the nearest beep came."""
    assert beeps_ns, "a beep was heard"
    return [min(((beep - flash) / 1e6 for beep in beeps_ns), key=abs) for flash in flashes_ns]


@pytest.mark.parametrize(("name", "rate", "first_s"), [("a.mp4", 44_100, 0.0), ("a.mkv", 48_000, 1.6)])
def test_flash_and_beep_come_together_over_loops(
    tmp_path: Path, name: str, rate: int, first_s: float
) -> None:
    source = ClipSource(flash_and_beep(tmp_path / name, 0.93, rate=rate, first_s=first_s))
    source.open()
    heard = Heard(source)
    seen = flashes(source, 4)
    for _ in range(10):  # the last beep is heard after its flash is seen
        source.read()
    heard.end()
    source.close()
    steps_ms = [(b - a) / 1e6 for a, b in itertools.pairwise(seen)]
    assert all(900 < step < 1000 for step in steps_ms)
    assert all(abs(apart) < 40 for apart in apart_ms(seen[1:], heard.beeps_ns)), "of all but the very first"


def test_sound_that_begins_late_joins_in_step(tmp_path: Path) -> None:
    """The mixer takes a clip's sound when its layer is shown, long after it was opened."""
    source = ClipSource(flash_and_beep(tmp_path / "a.mp4", 3.0))
    source.open()
    flashes(source, 1)
    for _ in range(30):
        source.read()
    heard = Heard(source)
    seen = flashes(source, 1)
    for _ in range(10):
        source.read()
    heard.end()
    source.close()
    assert abs(apart_ms(seen, heard.beeps_ns)[0]) < 40


def test_a_torn_file_loops_over_what_is_there_and_stays_in_step(tmp_path: Path) -> None:
    """Its head promises 3 s, the end of it is gone."""
    whole = flash_and_beep(tmp_path / "whole.mkv", 3.0)
    data = whole.read_bytes()
    torn = tmp_path / "torn.mkv"
    torn.write_bytes(data[: len(data) * 6 // 10])
    source = ClipSource(torn)
    source.open()
    heard = Heard(source)
    seen = flashes(source, 3)
    for _ in range(10):
        source.read()
    heard.end()
    source.close()
    assert seen[2] - seen[0] < 5_000_000_000, "not the 6 s that two passes would take"
    assert abs(apart_ms(seen[2:], heard.beeps_ns)[0]) < 40


def test_opened_again_its_sound_begins_anew(tmp_path: Path) -> None:
    source = ClipSource(flash_and_beep(tmp_path / "a.mp4", 1.5))
    source.open()
    heard = Heard(source)
    flashes(source, 2)
    source.close()
    assert not source.sound.read(now_ns()).any(), "closed, it is silent"
    source.open()
    seen = flashes(source, 2)
    for _ in range(10):
        source.read()
    heard.end()
    source.close()
    assert abs(apart_ms(seen[1:], heard.beeps_ns)[0]) < 40
    assert source.sound.underruns < 40


def test_a_clip_without_sound_is_silent(webcam_clip: Path) -> None:
    clock = JumpingClock()
    source = ClipSource(webcam_clip, clock=clock)
    source.open()
    source.sound.start()
    times = [frame.pts_ns for frame in (source.read() for _ in range(200)) if frame]
    assert source.size == (640, 480)
    steps_ms = [(b - a) / 1e6 for a, b in itertools.pairwise(times)]
    assert min(steps_ms) >= 30
    assert max(steps_ms) <= 45, "no gap where it begins anew"
    assert source.sound.read(times[-1]).shape == (BLOCK, 2)
    assert source.sound.stop(5)
    source.close()


def test_variable_rates_and_late_readers(make_clip: Callable[..., Path]) -> None:
    times_ms = [0, 10, 60, 100, 400, 433]
    clock = JumpingClock()
    source = ClipSource(make_clip(times_ms, "clip.mkv"), clock=clock)
    source.open()
    frames = [source.read() for _ in times_ms]
    first = frames[0]
    assert first is not None
    assert [round((frame.pts_ns - first.pts_ns) / 1e6) for frame in frames if frame] == times_ms
    shades = [int(frame.array.mean()) for frame in frames if frame]
    assert shades == sorted(shades)
    clock.time_ns += 5_000_000_000  # the machine slept
    late, after = source.read(), source.read()
    source.close()
    assert late is not None
    assert after is not None
    assert (after.pts_ns - late.pts_ns) / 1e6 < 50


def test_a_phone_video_is_turned_upright(tmp_path: Path, make_clip: Callable[..., Path]) -> None:
    plain = make_clip([0, 33, 67], "plain.mp4")
    turned = tmp_path / "turned.mp4"
    data = plain.read_bytes()
    at = data.index(b"tkhd") + 4 + 40  # the matrix in the track's head
    quarter = b"".join(value.to_bytes(4, "big", signed=True) for value in (0, 65536, 0, -65536, 0, 0))
    turned.write_bytes(data[:at] + quarter + data[at + 24 :])
    source = ClipSource(turned)
    source.open()
    assert source.size == (64, 96)
    source.close()


def test_interrupt_and_what_is_no_video(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    source = ClipSource(make_clip([0, 3_000_000]))
    source.open()
    assert source.read() is not None
    threading.Timer(0.1, source.interrupt).start()
    assert source.read() is None
    source.close()
    with pytest.raises(SourceLost):
        source.read()
    for content in (b"", b"a letter\n" * 99, b"\x00\x00\x00\x20ftypisom" + bytes(4000)):
        (tmp_path / "broken.mp4").write_bytes(content)
        with pytest.raises(SourceUnreadable, match=r"broken\.mp4"):
            ClipSource(tmp_path / "broken.mp4").open()
    with pytest.raises(SourceUnreadable, match="not there"):
        ClipSource(tmp_path / "none.mp4").open()


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE)
        sound = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        sound.sample_rate = RATE
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(SourceUnreadable, match="no picture"):
        ClipSource(path).open()


def test_a_file_that_vanishes_is_a_loss_at_its_end(make_clip: Callable[..., Path]) -> None:
    path = make_clip([0, 33, 67])
    source = ClipSource(path, clock=JumpingClock())
    source.open()
    path.unlink()
    with pytest.raises(SourceLost, match="cannot be read any more"):
        for _ in range(10):
            source.read()
    source.close()


def test_the_clock_of_a_clip() -> None:
    clip = ClipClock()
    assert clip.media_ns(5) is None
    clip.start(1_000, 10_000_000)
    assert clip.media_ns(1_500) == 500
    assert clip.place(25_000_000) == (20_000_000, 10_000_000), "the third pass, as foreseen"
    before = clip.surprises
    clip.begin_pass(10_000_000)
    assert clip.surprises == before
    clip.begin_pass(14_000_000)
    assert clip.surprises == before + 1
    assert clip.place(15_000_000) == (14_000_000, 4_000_000)
    clip.shift(100)
    assert clip.due_ns(0) == 1_100
