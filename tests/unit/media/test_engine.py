"""The whole room together, with the real clock, encoder and clips; waits on what happens, never on time."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from studio.media.capture import CaptureState
from studio.media.engine import MediaEngine
from studio.media.errors import EncoderFailed, SourceError
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.file_source import FileSource
from studio.media.sources.pattern_source import TestPatternSource
from studio.media.timecode import TimecodeSource, read_timecode
from tests.fakes.sources import FakeSource, plain

CANVAS = CanvasSettings(144, 256, 30)
FAST = EncoderSettings(bit_rate=500_000, preset="ultrafast", keyframe_interval_s=1.0)
WAIT_S = 30


def take(output: FragmentOutput, count: int) -> list[Fragment]:
    found = []
    while len(found) < count:
        fragment = output.get(WAIT_S)
        assert fragment is not None, "the broadcast ended or stalled"
        found.append(fragment)
    return found


def rest(output: FragmentOutput) -> list[Fragment]:
    return list(iter(lambda: output.get(0), None))


def pictures(output: FragmentOutput, fragments: list[Fragment]) -> list[int | None]:
    """The time code of every picture a viewer would see."""
    assert output.init_segment is not None
    with av.open(io.BytesIO(output.init_segment + b"".join(f.data for f in fragments))) as container:
        return [read_timecode(frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]


def test_a_whole_live_from_a_clip_with_a_change_of_source(webcam_clip: Path) -> None:
    before = set(threading.enumerate())  # other tests' engines may run for the whole session
    ready = threading.Semaphore(0)
    states: list[CaptureState] = []
    engine = MediaEngine(
        CANVAS, on_preview_ready=ready.release, on_source_state=lambda state, _error: states.append(state)
    )
    engine.start_preview(TimecodeSource(FileSource(webcam_clip), lambda: 1))
    shown = None
    while shown is None or shown.captured_ns is None:
        assert ready.acquire(timeout=WAIT_S)
        shown = engine.preview.take()
    assert shown.array.shape == (256, 144, 3)

    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    assert engine.on_air
    fragments = take(output, 40)
    engine.switch_source(TimecodeSource(TestPatternSource(144, 256), lambda: 2))
    fragments += take(output, 40)
    assert engine.leave_air(WAIT_S)
    assert not engine.on_air
    fragments += rest(output)
    assert output.ended

    counters = engine.counters()
    assert counters.encoded + counters.skipped <= counters.composed
    assert counters.outputs[0].packets == len(fragments) == counters.encoded
    assert counters.captured > 0
    assert counters.source_silent_ms is not None
    codes = pictures(output, fragments)
    assert len(codes) == len(fragments)
    assert codes == sorted(code or 0 for code in codes), "first one source, then the other, no hole between"
    assert set(codes) == {1, 2}
    assert engine.stop(WAIT_S)
    assert states.count(CaptureState.RUNNING) == 2
    media_threads = {"capture", "compose", "encode"}
    assert not media_threads & {thread.name for thread in set(threading.enumerate()) - before}


def test_on_air_twice_and_only_with_a_preview() -> None:
    engine = MediaEngine(CANVAS)
    with pytest.raises(RuntimeError, match="start the preview"):
        engine.go_on_air([])
    engine.start_preview(TestPatternSource(144, 256))
    for _ in range(2):
        output = FragmentOutput(capacity_ms=60_000)
        engine.go_on_air([output], FAST)
        with pytest.raises(RuntimeError, match="already"):
            engine.go_on_air([FragmentOutput()], FAST)
        fragments = take(output, 3)
        assert fragments[0].is_key
        assert fragments[0].pts_us == 0
        assert engine.leave_air(WAIT_S)
        rest(output)
        with pytest.raises(ValueError, match="one broadcast"):
            engine.go_on_air([output], FAST)
    assert engine.stop(WAIT_S)
    with pytest.raises(RuntimeError, match="was stopped"):
        engine.start_preview(TestPatternSource(144, 256))


def test_a_viewer_who_comes_gets_a_keyframe_soon() -> None:
    engine = MediaEngine(CANVAS)
    engine.request_keyframe()  # off air: nothing happens
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], EncoderSettings(bit_rate=500_000, preset="ultrafast", keyframe_interval_s=10))
    take(output, 5)
    engine.request_keyframe()
    assert any(fragment.is_key for fragment in take(output, 20))
    output.restart()
    assert take(output, 1)[0].is_key
    assert engine.stop(WAIT_S)


def test_stop_returns_though_a_camera_driver_hangs() -> None:
    engine = MediaEngine(CANVAS)
    hanging = FakeSource(deaf=True)
    engine.start_preview(hanging)
    assert hanging.reading.wait(WAIT_S)
    engine.switch_source(TestPatternSource(144, 256))
    assert engine.stop(0.2) is False, "one thread had to be left behind"
    hanging.release()


def test_a_failing_encoder_takes_us_off_air_and_says_so(expected_errors: Callable[..., None]) -> None:
    expected_errors("encoder")
    failed = threading.Event()
    errors: list[EncoderFailed] = []
    engine = MediaEngine(CANVAS, on_encoder_failed=lambda error: (errors.append(error), failed.set())[0])
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], EncoderSettings(preset="warp"))  # type: ignore[arg-type]
    assert failed.wait(WAIT_S)
    assert not engine.on_air
    assert "does not start" in str(errors[0])
    assert output.ended
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)  # the way back
    take(output, 2)
    assert engine.stop(WAIT_S)


def test_states_of_a_source_that_was_left_are_not_told() -> None:
    seen: list[tuple[CaptureState, SourceError | None]] = []
    running = threading.Event()

    def on_state(state: CaptureState, error: SourceError | None) -> None:
        seen.append((state, error))
        if state is CaptureState.RUNNING:
            running.set()

    engine = MediaEngine(CANVAS, on_source_state=on_state)
    first = FakeSource("a")
    first.give(plain(64, 48))
    engine.start_preview(first)
    assert running.wait(WAIT_S)
    running.clear()
    engine.switch_source(TestPatternSource(144, 256))
    assert running.wait(WAIT_S)
    assert CaptureState.STOPPED not in [state for state, _ in seen]
    assert engine.stop(WAIT_S)
    assert seen[-1] == (CaptureState.STOPPED, None)


def test_the_canvas_changes_off_air_and_never_on_air() -> None:
    ready = threading.Semaphore(0)
    engine = MediaEngine(CANVAS, on_preview_ready=ready.release)
    engine.start_preview(TestPatternSource(144, 256, 30.0))
    wide = CanvasSettings(256, 144, 60)
    engine.set_canvas(wide)
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)  # at once: the encoder must not see a picture of the old size
    try:
        take(output, 20)
        assert output.config is not None
        assert (output.config.width, output.config.height, output.config.fps) == (256, 144, 60)
        with pytest.raises(RuntimeError, match="on air"):
            engine.set_canvas(CANVAS)
        assert engine.canvas == wide
        assert engine.on_air
        assert engine.leave_air(WAIT_S)
        engine.set_canvas(CANVAS)
        shown = None
        while shown is None or shown.array.shape != (256, 144, 3):
            assert ready.acquire(timeout=WAIT_S)
            shown = engine.preview.take()
    finally:
        assert engine.stop(WAIT_S)
