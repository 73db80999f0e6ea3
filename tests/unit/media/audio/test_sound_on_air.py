"""Sound and picture through the whole room with the real clock: what a viewer decodes fits together."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import av
import numpy as np
import pytest

from studio.media.audio import thread as sound_thread
from studio.media.audio.samples import BLOCK, RATE, Samples
from studio.media.audio.thread import SoundThread
from studio.media.audio.voice import VoiceSettings
from studio.media.clock import now_ns
from studio.media.engine import MediaEngine
from studio.media.errors import EncoderFailed
from studio.media.frame import Frame
from studio.media.outputs.fragment_output import Fragment, FragmentOutput
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from tests.fakes.sources import plain

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

CANVAS = CanvasSettings(144, 256, 30)
FAST = EncoderSettings(bit_rate=500_000, preset="ultrafast", keyframe_interval_s=1.0)
WAIT_S = 30
LIMIT_MS = 40


class FlashAndBeep:
    """A camera and a microphone that see and hear the same: every second, 0.2 s of white and a tone.

    As a `VideoSource` it gives a picture every 10 ms; `record` writes the sound as a device would, in chunks
    of 20 ms that arrive when their last sample was recorded.
    """

    name, key, size, fps = "flash", "flash", (144, 256), 100.0

    def __init__(self) -> None:
        self._begin = now_ns()
        self._ended = threading.Event()

    def _lit(self, at_ns: int) -> bool:
        return (at_ns - self._begin) % 1_000_000_000 < 200_000_000

    def open(self) -> None: ...
    def close(self) -> None: ...

    def interrupt(self) -> None:
        self._ended.set()

    def read(self) -> Frame | None:
        if self._ended.wait(0.01):
            return None
        at = now_ns()
        return Frame(plain(144, 256, 235 if self._lit(at) else 16), at)

    def record(self, sound: SoundThread) -> None:
        chunk = RATE // 50
        made = 0
        while not self._ended.wait(0.005):
            while self._begin + (made + chunk) * 1_000_000_000 // RATE <= now_ns():
                times = (made + np.arange(chunk)) / RATE
                tone = 0.4 * np.sin(2 * np.pi * 1000 * times) * (times % 1.0 < 0.2)
                made += chunk
                arrived = max(now_ns(), self._begin + made * 1_000_000_000 // RATE)
                sound.stream.write(np.stack([tone, tone], axis=1).astype(np.float32), arrived)


def take_pictures(output: FragmentOutput, seconds: float) -> list[Fragment]:
    found: list[Fragment] = []
    while not found or found[-1].pts_us < seconds * 1_000_000:
        fragment = output.get(WAIT_S)
        assert fragment is not None, "the broadcast ended or stalled"
        found.append(fragment)
    return found


def decode(output: FragmentOutput, fragments: list[Fragment]) -> tuple[list[tuple[float, float]], Samples]:
    """Pictures as (time, luma), and the left channel on the same time line from 0."""
    assert output.init_segment is not None
    data = output.init_segment + b"".join(fragment.data for fragment in fragments)
    with av.open(io.BytesIO(data)) as container:
        pictures = [
            (float(frame.time or 0), float(frame.to_ndarray(format="gray").mean()))
            for frame in container.decode(video=0)
        ]
    sound = np.zeros(int((pictures[-1][0] + 2) * RATE), dtype=np.float32)
    with av.open(io.BytesIO(data)) as container:
        for frame in container.decode(audio=0):
            begin = round(float(frame.time or 0) * RATE)
            sound[begin : begin + frame.samples] = frame.to_ndarray()[0][: max(0, len(sound) - begin)]
    return pictures, sound


def rises(times: list[float], values: list[float], level: float) -> list[float]:
    """When `values` goes from below to above `level`."""
    pairs = zip(times[1:], values, values[1:], strict=False)
    return [at for at, before, after in pairs if before < level <= after]


def test_flash_and_beep_come_together() -> None:
    sound = SoundThread()
    engine = MediaEngine(CANVAS, sound=sound)
    both = FlashAndBeep()
    engine.start_preview(both)
    recording = threading.Thread(target=both.record, args=(sound,))
    recording.start()
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    fragments = take_pictures(output, 6.5)
    assert engine.leave_air(WAIT_S)
    fragments += list(iter(lambda: output.get(0), None))
    both.interrupt()
    recording.join(WAIT_S)
    assert engine.stop(WAIT_S)

    pictures, heard = decode(output, fragments)
    flashes = rises([at for at, _ in pictures], [luma for _, luma in pictures], 128)
    loud = np.abs(heard) > 0.1
    around = np.convolve(loud, np.ones(480), "full")[: len(loud)] > 0  # within the tone it crosses zero
    beeps = [float(place) / RATE for place in np.flatnonzero(around[1:] & ~around[:-1])]
    found = [min((beep - flash for beep in beeps), key=abs) for flash in flashes if flash > 0.3]
    assert len(found) >= 5
    late_ms = sorted(1000 * late for late in found)
    assert abs(late_ms[len(late_ms) // 2]) < LIMIT_MS, late_ms
    counters = sound.counters()
    assert counters.most_drift_ms < LIMIT_MS
    assert counters.peak_dbfs == pytest.approx(-8, abs=1.5)
    assert output.counters().sound_dropped == 0
    assert output.counters().sound_packets == counters.encoded


def test_without_a_microphone_the_track_is_there_and_silent() -> None:
    before = set(threading.enumerate())  # other tests' studios may run for the whole session
    engine = MediaEngine(CANVAS, sound=SoundThread())
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    fragments = take_pictures(output, 0.6)
    assert engine.leave_air(WAIT_S)
    fragments += list(iter(lambda: output.get(0), None))
    assert engine.stop(WAIT_S)
    pictures, heard = decode(output, fragments)
    assert len(pictures) > 10
    assert not heard.any()
    assert output.counters().sound_packets > 15
    assert "sound" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_sound_has_no_hole_when_noise_filter_and_delay_change() -> None:
    sound = SoundThread()
    engine = MediaEngine(CANVAS, sound=sound)
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    fragments = take_pictures(output, 0.7)
    sound.mixer.microphone.set(VoiceSettings(denoise=True, delay_ms=-120))
    fragments += take_pictures(output, 1.4)
    sound.mixer.microphone.set(VoiceSettings())
    fragments += take_pictures(output, 2.1)
    assert engine.leave_air(WAIT_S)
    fragments += list(iter(lambda: output.get(0), None))
    assert engine.stop(WAIT_S)
    assert output.init_segment is not None
    data = output.init_segment + b"".join(fragment.data for fragment in fragments)
    with av.open(io.BytesIO(data)) as container:
        spans = [(p.pts, p.duration) for p in container.demux(audio=0) if p.size and p.pts is not None]
    assert len(spans) > 80
    assert all(duration == BLOCK for _, duration in spans)
    assert [begin for begin, _ in spans] == [spans[0][0] + n * BLOCK for n in range(len(spans))]
    assert 0 <= spans[0][0] < BLOCK


def test_a_sound_encoder_that_breaks_leaves_the_picture_on_air(
    expected_errors: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_errors("sound")

    class Breaking(sound_thread.AacEncoder):
        def encode(self, block: Samples, pts: int) -> list[sound_thread.AudioPacket]:
            raise EncoderFailed("The sound encoder stopped (as the test wants).")

    monkeypatch.setattr(sound_thread, "AacEncoder", Breaking)
    told = threading.Event()
    engine = MediaEngine(CANVAS, sound=SoundThread(on_error=lambda error: told.set()))
    engine.start_preview(TestPatternSource(144, 256))
    output = FragmentOutput(capacity_ms=60_000)
    engine.go_on_air([output], FAST)
    assert told.wait(WAIT_S)
    take_pictures(output, 0.5)
    assert engine.on_air
    assert engine.leave_air(WAIT_S)
    assert engine.stop(WAIT_S)
