"""Inputs through the engine: real threads, real files, and sources that fail, rest and come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from studio.media.capture import CaptureState
from studio.media.clock import MonotonicClock, now_ns
from studio.media.engine import MediaEngine
from studio.media.errors import SourceUnreadable
from studio.media.frame import Frame
from studio.media.program import ProgramFrame
from studio.media.scene.feed import HOLD_NS
from studio.media.scene.input import PEEK_NS, Input
from studio.media.scene.inputs import MAX_HIDDEN, MAX_INPUTS, Inputs
from studio.media.scene.stage import MAIN, StageLayer
from studio.media.settings import CanvasSettings
from studio.media.sources.file_source import FileSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.sources.still import colour_source
from studio.model.scene import MAX_LAYERS, Placement, Transition
from tests.fakes.media_clock import JumpingClock
from tests.fakes.sources import FakeSource, plain

CANVAS = CanvasSettings(144, 256, 60)
WAIT_S = 30
TOP = Placement(y=0.25, height=0.5)
LOW = Placement(y=0.75, height=0.5)


class Studio:
    """An engine whose pictures a test can wait for."""

    def __init__(self) -> None:
        self._ready = threading.Semaphore(0)
        self.engine = MediaEngine(CANVAS, on_preview_ready=self._ready.release)

    def until(self, wanted: Callable[[ProgramFrame], bool]) -> ProgramFrame:
        """The first picture of which this is true; fails after some thousand others."""
        for _ in range(3000):
            assert self._ready.acquire(timeout=WAIT_S), "no pictures any more"
            frame = self.engine.preview.take()
            if frame is not None and wanted(frame):
                return frame
        raise AssertionError("the picture that was waited for never came")

    def until_state(self, key: str, state: CaptureState) -> None:
        self.until(lambda _: self.engine.input_states()[key].state is state)


@pytest.fixture
def studio() -> Iterator[Studio]:
    made = Studio()
    yield made
    assert made.engine.stop(WAIT_S)


def layer(key: str, placement: Placement | None = None) -> StageLayer:
    return StageLayer(id=f"of {key}", input=key, placement=placement or Placement())


def shades(frame: ProgramFrame) -> tuple[int, int]:
    """In the middle of the upper and of the lower half."""
    return int(frame.array[64, 72, 0]), int(frame.array[192, 72, 0])


def test_two_files_and_the_camera_on_one_stage(
    studio: Studio, webcam_clip: Path, make_clip: Callable[..., Path]
) -> None:
    engine = studio.engine
    engine.start_preview(FileSource(webcam_clip))
    bright = make_clip([0, 40, 80], "bright.mp4", (90, 62))  # an odd shape, shades 16 to 56
    engine.set_input("clip", FileSource(bright), lambda frame: Frame(frame.array // 2 + 128, frame.pts_ns))
    engine.show_scene((layer(MAIN), layer("clip", TOP)))
    # One shade above, the camera's picture below.
    frame = studio.until(lambda frame: frame.array[:128].std() < 10 and frame.array[128:].std() > 20)
    assert 130 <= frame.array[64, 72, 0] <= 160
    assert frame.captured_ns is not None
    states = engine.input_states()
    assert list(states) == [MAIN, "clip"]
    assert states["clip"].size == (90, 62)
    assert states[MAIN].size == (640, 480)
    assert states["clip"].captured > 0
    assert (states["clip"].state, states["clip"].error) == (CaptureState.RUNNING, "")
    engine.show_scene((layer("clip", TOP),), transition=Transition.FADE, fade_ms=100)
    alone = studio.until(lambda frame: (frame.array[128:] == (0x12, 0x0E, 0x0D)).all())
    assert alone.captured_ns is not None
    assert engine.counters().captured > 0, "the main input goes on for the guard"


def test_a_file_rests_while_nobody_sees_it_and_a_device_stays_open(studio: Studio) -> None:
    engine = studio.engine
    file, device = FakeSource("file"), FakeSource("device")
    engine.start_preview(TestPatternSource(144, 256))
    engine.set_input("file", file, pause_hidden=True)
    engine.set_input("device", device)
    assert device.reading.wait(WAIT_S)
    assert file.opened == 0, "a file is opened when it is shown"
    file.give(plain(8, 8, 200))
    device.give(plain(8, 8, 100))
    engine.show_scene((layer("file", TOP), layer("device", LOW)))
    studio.until(lambda frame: shades(frame) == (200, 100))
    engine.show_scene((layer(MAIN),), transition=Transition.FADE, fade_ms=50)
    studio.until(lambda _: file.closed == 1)
    assert device.closed == 0
    state = engine.input_states()["file"]
    assert (state.resting, state.state, state.error) == (True, CaptureState.STOPPED, "")
    device.give(plain(8, 8, 101))
    engine.show_scene((layer("file", TOP), layer("device", LOW)))
    studio.until(lambda frame: shades(frame) == (200, 101))  # its last picture, until it plays again
    file.give(plain(8, 8, 201))
    studio.until(lambda frame: shades(frame) == (201, 101))
    assert (file.opened, device.opened) == (2, 1)


def test_of_many_hidden_devices_the_longest_hidden_are_closed(studio: Studio) -> None:
    engine = studio.engine
    engine.start_preview(TestPatternSource(144, 256))
    devices = [FakeSource(f"camera {number}") for number in range(MAX_HIDDEN + 2)]
    for device in devices:
        engine.set_input(device.key, device)
        assert device.reading.wait(WAIT_S)
    studio.until(lambda _: [device.closed for device in devices] == [1, 1] + [0] * MAX_HIDDEN)
    engine.show_scene((layer("camera 0"),))
    devices[0].give(plain(8, 8, 77))
    studio.until(lambda frame: shades(frame) == (77, 77))
    assert devices[2].closed == 0, "one that shows is not hidden"


def test_a_file_that_cannot_be_read_says_why_and_its_box_stays_clear(studio: Studio, tmp_path: Path) -> None:
    engine = studio.engine
    camera = FakeSource("camera")
    engine.start_preview(camera)
    camera.give(plain(8, 8, 50))
    (tmp_path / "empty.mp4").touch()
    engine.set_input("broken", FileSource(tmp_path / "empty.mp4"))
    engine.show_scene((layer(MAIN), layer("broken", TOP)))
    studio.until_state("broken", CaptureState.STOPPED)
    state = engine.input_states()["broken"]
    assert "is empty. Choose another file." in state.error
    assert not state.resting
    studio.until(lambda frame: shades(frame) == (50, 50))
    again = FakeSource("good")
    again.give(plain(8, 8, 90))
    engine.set_input("broken", again)
    studio.until(lambda frame: shades(frame) == (90, 50))
    assert engine.input_states()["broken"].error == ""


def test_a_dropped_input_draws_nothing_and_gives_its_device_back(studio: Studio) -> None:
    engine = studio.engine
    camera, device = FakeSource("camera"), FakeSource("device")
    engine.start_preview(camera)
    camera.give(plain(8, 8, 50))
    device.give(plain(8, 8, 100))
    engine.set_input("device", device)
    engine.show_scene((layer(MAIN), layer("device", TOP)))
    studio.until(lambda frame: shades(frame) == (100, 50))
    engine.drop_input("device")
    engine.drop_input("device")  # a second time: nothing
    studio.until(lambda frame: shades(frame) == (50, 50))
    assert list(engine.input_states()) == [MAIN]
    with pytest.raises(ValueError, match="no input 'device'"):
        engine.show_scene((layer("device"),))
    with pytest.raises(KeyError):
        engine.set_input_process("device", None)
    same = FakeSource("device")
    closed_before: list[int] = []
    plain_open = same.open

    def open_and_note() -> None:
        closed_before.append(device.closed)
        plain_open()

    same.open = open_and_note  # type: ignore[method-assign]
    engine.set_input("again", same)
    assert same.reading.wait(WAIT_S)
    assert closed_before == [1], "the device was given back before it was opened again"


def test_the_look_changes_while_it_runs_and_one_that_fails_is_taken_off(
    studio: Studio, expected_errors: Callable[..., None]
) -> None:
    expected_errors("the look of input 'main' failed")
    engine = studio.engine
    camera = FakeSource("camera")
    engine.start_preview(camera)
    engine.set_input_process(MAIN, lambda frame: Frame(frame.array + 100, frame.pts_ns))
    camera.give(plain(8, 8, 50))
    studio.until(lambda frame: shades(frame) == (150, 150))

    def broken(frame: Frame) -> Frame:
        raise RuntimeError("no")

    engine.set_input_process(MAIN, broken)
    camera.give(plain(8, 8, 51))
    studio.until(lambda frame: shades(frame) == (51, 51))
    assert engine.input_states()[MAIN].processes_failed == 1
    engine.set_input_process(MAIN, lambda frame: Frame(frame.array + 1, frame.pts_ns))
    other = FakeSource("other")
    other.give(plain(8, 8, 60))
    engine.switch_source(other)
    studio.until(lambda frame: shades(frame) == (61, 61))


def test_a_look_that_nobody_sees_is_put_on_few_pictures_only() -> None:
    looked: list[int] = []

    def look(frame: Frame) -> Frame:
        looked.append(frame.pts_ns)
        return frame

    clock = JumpingClock()
    camera = Input("camera", clock)
    source = TestPatternSource(16, 16, 40, clock=clock)  # a picture each 25 ms
    camera.seen = False
    camera.process.set(look)
    taken = threading.Semaphore(0)
    clock.on_wait = lambda _: taken.release()
    camera.use(source)
    camera.run()
    for _ in range(200):
        assert taken.acquire(timeout=WAIT_S)
    camera.rest()
    assert all(thread.join(WAIT_S) for thread in camera.threads())
    assert len(looked) >= 190 // 10
    assert all(later - earlier == PEEK_NS for earlier, later in pairwise(looked))


def test_an_unplugged_layer_is_told_and_the_others_go_on(studio: Studio) -> None:
    engine = studio.engine
    camera, device = FakeSource("camera"), FakeSource("device")
    engine.start_preview(camera)
    camera.give(plain(8, 8, 50))
    device.give(plain(8, 8, 100))
    engine.set_input("device", device)
    engine.show_scene((layer(MAIN), layer("device", TOP)))
    studio.until(lambda frame: shades(frame) == (100, 50))
    device.fail(SourceUnreadable("The screen was taken away. Choose another one."))
    studio.until_state("device", CaptureState.STOPPED)
    assert "taken away" in engine.input_states()["device"].error
    camera.give(plain(8, 8, 51))
    studio.until(lambda frame: shades(frame)[1] == 51)
    sight = engine.sight()
    assert sight is not None and sight.state is CaptureState.RUNNING, (
        "the guard looks at the main input alone"
    )


def test_bad_scenes_and_inputs_are_refused(studio: Studio) -> None:
    engine = studio.engine
    with pytest.raises(ValueError, match="at most 12 layers"):
        engine.show_scene(tuple(StageLayer(id=str(number)) for number in range(MAX_LAYERS + 1)))
    with pytest.raises(ValueError, match="one id"):
        engine.show_scene((layer(MAIN), layer(MAIN)))
    with pytest.raises(ValueError, match="switch_source"):
        engine.set_input(MAIN, FakeSource())
    inputs = Inputs(MonotonicClock())
    for number in range(MAX_INPUTS):
        inputs.set(str(number), FakeSource(), None, pause_hidden=True)
    with pytest.raises(ValueError, match="at most"):
        inputs.set("one more", FakeSource(), None, pause_hidden=True)


def test_a_still_stays_though_it_comes_but_once(studio: Studio) -> None:
    engine = studio.engine
    engine.start_preview(TestPatternSource(144, 256))
    engine.set_input("colour", colour_source("#336699"), pause_hidden=True)
    engine.set_input("device", FakeSource("device"))
    engine.show_scene((layer("colour"), layer("device", TOP)))
    studio.until(lambda frame: (frame.array == (0x99, 0x66, 0x33)).all())
    part = engine._inputs.stage((layer("colour"),)).parts[0]
    part.feed.take(now_ns() + 10 * HOLD_NS)
    assert part.feed.frame is not None
    engine.show_scene((layer(MAIN),))
    studio.until(lambda _: engine.input_states()["colour"].resting)
    engine.show_scene((layer("colour"),))
    studio.until(lambda frame: (frame.array == (0x99, 0x66, 0x33)).all())


def test_scenes_may_be_set_before_the_preview_begins(studio: Studio) -> None:
    engine = studio.engine
    device = FakeSource("device")
    device.give(plain(8, 8, 100))
    engine.set_input("device", device)
    engine.show_scene((layer("device"),))
    assert device.opened == 0
    engine.start_preview(TestPatternSource(144, 256))
    studio.until(lambda frame: shades(frame) == (100, 100))


def test_all_capture_threads_end_with_the_engine() -> None:
    before = set(threading.enumerate())
    made = Studio()
    made.engine.start_preview(TestPatternSource(144, 256))
    sources = [FakeSource(f"device {number}") for number in range(3)]
    for source in sources:
        made.engine.set_input(source.key, source)
        assert source.reading.wait(WAIT_S)
    made.engine.drop_input("device 0")
    assert made.engine.stop(WAIT_S)
    assert not {"capture", "compose"} & {thread.name for thread in set(threading.enumerate()) - before}
    assert [source.closed for source in sources] == [1, 1, 1]


def test_the_guard_has_nothing_to_judge_while_no_scene_shows_the_camera(studio: Studio) -> None:
    engine = studio.engine
    engine.start_preview(colour_source("#404040"))
    engine.set_input("white", colour_source("#ffffff"))
    assert engine.sight() is not None
    engine.show_scene((layer("white"),))
    studio.until(lambda _: engine.sight() is None)  # a lost camera must not hide this scene
    engine.show_scene((layer("white"), layer(MAIN, TOP)))
    studio.until(lambda _: engine.sight() is not None)
