"""What goes wrong while on air: full and read-only disks, servers that close, pictures of any size and rate.

Each time one part fails, says so in a sentence, and the others do not lose a packet.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from studio.media.audio.thread import SoundThread
from studio.media.clock import now_ns
from studio.media.engine import MediaEngine
from studio.media.frame import Frame, Pixels
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from tests.system.rtmp_servers import NginxRtmp
from tests.system.small_disks import SmallDisk
from tests.system.test_rtmp import KEY, wait_until

CANVAS = CanvasSettings(180, 320, 30)
SETTINGS = EncoderSettings(bit_rate=1_000_000, preset="ultrafast", threads=1)
#: Fills a small disk in seconds.
HEAVY = EncoderSettings(bit_rate=12_000_000, preset="ultrafast", threads=1)


class Noise(TestPatternSource):
    """The pattern with grain in it: the encoder cannot make it small."""

    _random = np.random.default_rng(1)

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is None:
            return None
        grain = self._random.integers(0, 255, frame.array.shape, dtype=np.uint8)
        return Frame(grain, frame.pts_ns)


@pytest.fixture
def engine() -> Iterator[MediaEngine]:
    made = MediaEngine(CANVAS, sound=SoundThread())
    made.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
    yield made
    assert made.stop()


def times(path: Path) -> list[float]:
    """Seconds of every picture that decodes."""
    with av.open(str(path)) as container:
        return [frame.time or 0.0 for frame in container.decode(video=0)]


def test_a_disk_that_is_really_full(engine: MediaEngine, tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path / "stick", 3)
    try:
        full = RecordingOutput(RecordingPlan(disk.folder, reserve_bytes=0), name="stick")
        lasting = RecordingOutput(RecordingPlan(tmp_path / "films", reserve_bytes=0))
        engine.switch_source(Noise(CANVAS.width, CANVAS.height, 30.0))
        engine.go_on_air([full, lasting], HEAVY)
        wait_until(lambda: full.status.phase is OutputPhase.FAILED, "the disk is full")
        assert full.status.sentence == (
            f"Recording stopped: the disk with {disk.folder} is full. What was recorded is kept. Make room."
        )
        before = lasting.recorded_s
        wait_until(lambda: lasting.recorded_s > before + 1, "the other recording goes on")
        assert engine.leave_air()
        assert lasting.join(10) and full.join(10)
        assert lasting.counters().dropped == lasting.counters().sound_dropped == 0
        assert len(times(lasting.files[0])) == engine.counters().encoded
        kept = times(full.files[0])
        assert len(kept) == full.counters().packets > 5, "all that was counted plays, and nothing is torn"
        late = RecordingOutput(RecordingPlan(disk.folder, reserve_bytes=0), name="late")
        (disk.folder / "filler").write_bytes(bytes(disk.free_bytes))
        engine.go_on_air([late], SETTINGS)
        wait_until(lambda: late.status.phase is OutputPhase.FAILED, "there is no room at all")
        assert engine.leave_air()
        assert not late.files and set(disk.folder.iterdir()) == {*full.files, disk.folder / "filler"}
    finally:
        disk.close()


def test_a_folder_that_may_not_be_written(engine: MediaEngine, tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path / "card", 1)
    try:
        disk.make_read_only()
        locked = RecordingOutput(RecordingPlan(disk.folder, reserve_bytes=0), name="card")
        lasting = RecordingOutput(RecordingPlan(tmp_path / "films", reserve_bytes=0))
        engine.go_on_air([locked, lasting], SETTINGS)
        wait_until(lambda: locked.status.phase is OutputPhase.FAILED, "the refusal")
        assert locked.status.sentence == (
            f"Nothing is recorded: {disk.folder} may not be written to. Choose another folder."
        )
        wait_until(lambda: lasting.recorded_s > 1, "the other recording goes on")
        assert engine.leave_air()
        assert lasting.join(10)
        assert lasting.counters().dropped == 0
    finally:
        disk.close()


def test_a_server_that_closes_is_asked_again_by_itself(
    engine: MediaEngine, require_system: Callable[[str], str], tmp_path: Path
) -> None:
    """nginx sends the publisher away in good order, as platforms do with a stream they do not like."""
    nginx = NginxRtmp(require_system("nginx"), tmp_path / "nginx", KEY)
    nginx.start()
    try:
        said: set[str] = set()
        output = RtmpOutput(
            RtmpTarget("Twitch", nginx.url, KEY), on_status=lambda: said.add(output.status.sentence)
        )
        recording = RecordingOutput(RecordingPlan(tmp_path / "films", reserve_bytes=0))
        engine.go_on_air([output, recording], SETTINGS)
        wait_until(lambda: output.counters().packets > 30, "pictures flow")
        nginx.send_away()
        wait_until(lambda: output.connects == 2 and nginx.publishing(), "it is back")
        before = output.counters().packets
        wait_until(lambda: output.counters().packets > before + 30, "pictures flow again")
        assert "Twitch: 127.0.0.1 closed the connection. If that goes on, check the stream key." in said
        assert engine.leave_air()
        assert output.join(10) and recording.join(10)
        assert recording.counters().dropped == recording.counters().sound_dropped == 0
    finally:
        nginx.kill()


class Pictures:
    """A source whose pictures and pauses are `given`, over and over. For one engine, once."""

    name = key = "pictures"
    fps = 30.0

    def __init__(self, *given: tuple[Pixels, float]) -> None:
        self._given = itertools.cycle(given)
        self._wake = threading.Event()
        self.size = given[0][0].shape[1], given[0][0].shape[0]
        self.read_count = 0

    def open(self) -> None:
        self._wake.clear()

    def read(self) -> Frame | None:
        array, pause_s = next(self._given)
        if self._wake.wait(pause_s):
            return None
        self.read_count += 1
        return Frame(array, now_ns())

    def interrupt(self) -> None:
        self._wake.set()

    def close(self) -> None:
        pass


@pytest.mark.parametrize("size", [(1, 1), (1, 4_000), (4_001, 3), (7_680, 4_320)])
def test_a_picture_of_any_size_reaches_viewers(
    engine: MediaEngine, tmp_path: Path, size: tuple[int, int]
) -> None:
    width, height = size
    source = Pictures((np.full((height, width, 3), 210, np.uint8), 0.05))
    recording = RecordingOutput(RecordingPlan(tmp_path, reserve_bytes=0))
    engine.switch_source(source)
    wait_until(lambda: source.read_count > 1, "pictures come")
    engine.go_on_air([recording], SETTINGS)
    wait_until(lambda: recording.recorded_s > 1, "a second is recorded", 60)
    assert engine.leave_air()
    assert recording.join(10)
    with av.open(str(recording.files[0])) as container:
        last = list(container.decode(video=0))[-1].to_ndarray(format="bgr24")
    assert last.shape == (CANVAS.height, CANVAS.width, 3)
    assert abs(int(last.mean()) - 210) < 8


def test_a_camera_whose_rate_varies_gives_viewers_an_even_one(engine: MediaEngine, tmp_path: Path) -> None:
    """As phones and cheap webcams do in the dark: bursts at 60 fps, then a quarter of a second nothing."""
    shades = [np.full((320, 180, 3), shade, np.uint8) for shade in range(40, 240, 10)]
    pauses = [0.016] * 12 + [0.25] * 3 + [0.033] * 5
    source = Pictures(*zip(shades, pauses, strict=True))
    recording = RecordingOutput(RecordingPlan(tmp_path, reserve_bytes=0))
    engine.switch_source(source)
    wait_until(lambda: source.read_count > 20, "pictures come")
    engine.go_on_air([recording], SETTINGS)
    wait_until(lambda: recording.recorded_s > 3, "three seconds are recorded")
    assert engine.leave_air()
    assert recording.join(10)
    counters = engine.counters()
    steps = np.diff(times(recording.files[0])) * CANVAS.fps
    assert np.allclose(steps, np.round(steps), atol=0.01), "every picture is on the canvas's own grid"
    assert np.count_nonzero(np.round(steps) != 1) <= counters.lagged + counters.skipped
    assert counters.repeated > 10, "while the camera gave nothing, its last picture was sent"
