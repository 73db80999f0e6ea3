"""Outputs against real servers: one encode to the backend, two RTMP servers and a recording at once."""

from __future__ import annotations

import logging
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from studio.media.audio.thread import SoundThread
from studio.media.clock import now_ns
from studio.media.engine import MediaEngine
from studio.media.outputs.fragment_output import FragmentOutput
from studio.media.outputs.recording import RecordingOutput, RecordingPlan
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from tests.system.rtmp_servers import NginxRtmp, TlsFront, free_port

KEY = "live_4711_s3cretKey"
CANVAS = CanvasSettings(180, 320, 30)
SETTINGS = EncoderSettings(bit_rate=1_000_000, preset="ultrafast", threads=1)


def wait_until(true: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)


class Drain:
    """Takes a FragmentOutput's fragments as the backend's publisher does."""

    def __init__(self, output: FragmentOutput) -> None:
        self.count = 0
        self._output = output
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while (fragment := self._output.get(1.0)) is not None or not self._output.ended:
            self.count += fragment is not None

    def join(self) -> None:
        self._thread.join(10)


@pytest.fixture
def engine() -> Iterator[MediaEngine]:
    made = MediaEngine(CANVAS, sound=SoundThread())
    made.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
    yield made
    assert made.stop()


@pytest.fixture
def nginx(require_system: Callable[[str], str], tmp_path: Path) -> Iterator[NginxRtmp]:
    server = NginxRtmp(require_system("nginx"), tmp_path / "nginx", KEY)
    server.start()
    yield server
    server.kill()


def pictures(ffprobe: str, path: Path) -> int:
    asked = ["-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"]
    done = subprocess.run(
        [ffprobe, "-v", "error", *asked, "-of", "csv=p=0", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return int(done.stdout.strip().rstrip(","))


def sounds(ffprobe: str, path: Path) -> int:
    asked = ["-count_packets", "-select_streams", "a", "-show_entries", "stream=nb_read_packets"]
    done = subprocess.run(
        [ffprobe, "-v", "error", *asked, "-of", "csv=p=0", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return int(done.stdout.strip().rstrip(","))


def test_four_outputs_get_every_picture_and_all_sound(
    engine: MediaEngine, nginx: NginxRtmp, require_system: Callable[[str], str], tmp_path: Path
) -> None:
    ffmpeg, ffprobe = require_system("ffmpeg"), require_system("ffprobe")
    port, copy = free_port(), tmp_path / "received.flv"
    listening = f"rtmp://127.0.0.1:{port}/live/{KEY}"
    receiver = subprocess.Popen(
        [ffmpeg, "-v", "quiet", "-y", "-listen", "1", "-i", listening, "-c", "copy", str(copy)]
    )
    backend = FragmentOutput()
    first = RtmpOutput(RtmpTarget("nginx", nginx.url, KEY))
    second = RtmpOutput(RtmpTarget("ffmpeg", f"rtmp://127.0.0.1:{port}/live", KEY))
    recording = RecordingOutput(RecordingPlan(tmp_path / "recordings", reserve_bytes=0))
    drain = Drain(backend)
    try:
        engine.go_on_air([backend, first, second, recording], SETTINGS)
        wait_until(lambda: second.status.phase is OutputPhase.LIVE, "ffmpeg takes the stream")
        begun = recording.recorded_s
        wait_until(lambda: recording.recorded_s >= begun + 4, "4 s are recorded")
        assert engine.leave_air()
        for output in (first, second, recording):
            assert output.join(10)
        drain.join()
        receiver.wait(10)
    finally:
        receiver.kill()
        receiver.wait(10)
    encoded = engine.counters().encoded
    assert encoded >= 120
    assert backend.counters().packets == encoded
    sound = backend.counters().sound_packets
    assert drain.count == encoded + sound
    assert sound >= 150
    assert [output.dropped for output in engine.counters().outputs if output.name != "ffmpeg"] == [0, 0, 0]
    assert pictures(ffprobe, recording.files[0]) == encoded
    assert sounds(ffprobe, recording.files[0]) == sound
    wait_until(lambda: not nginx.publishing(), "nginx closed its file")
    assert pictures(ffprobe, nginx.files[0]) == encoded
    assert sounds(ffprobe, nginx.files[0]) == first.counters().sound_packets == sound
    # ffmpeg's listener needs a while to be there: what came before is dropped, and counted.
    assert pictures(ffprobe, copy) == second.counters().packets == encoded - second.counters().dropped
    assert sounds(ffprobe, copy) == second.counters().sound_packets


def test_a_server_that_dies_is_found_again_and_the_others_lose_nothing(
    engine: MediaEngine, nginx: NginxRtmp, require_system: Callable[[str], str], tmp_path: Path
) -> None:
    ffprobe = require_system("ffprobe")
    dying = NginxRtmp(require_system("nginx"), tmp_path / "dying", KEY)
    dying.start()
    lasting = RtmpOutput(RtmpTarget("lasting", nginx.url, KEY))
    cut = RtmpOutput(RtmpTarget("cut", dying.url, KEY))
    recording = RecordingOutput(RecordingPlan(tmp_path / "recordings", reserve_bytes=0))
    try:
        engine.go_on_air([lasting, cut, recording], SETTINGS)
        wait_until(dying.publishing, "the stream is there")
        dying.kill()
        wait_until(lambda: cut.status.phase is OutputPhase.RETRYING, "the cut is noticed")
        assert "nothing answers" in cut.status.sentence or "closed" in cut.status.sentence
        dying.start()
        cut.retry_now()
        wait_until(lambda: cut.connects == 2 and dying.publishing(), "the stream is back")
        before = cut.counters().packets
        wait_until(lambda: cut.counters().packets > before + 30, "pictures flow again")
        assert engine.leave_air()
        assert all(output.join(10) for output in (lasting, cut, recording))
    finally:
        dying.kill()
    encoded = engine.counters().encoded
    assert lasting.counters().dropped == recording.counters().dropped == 0
    assert lasting.counters().sound_dropped == recording.counters().sound_dropped == 0
    assert lasting.counters().sound_packets == recording.counters().sound_packets
    assert pictures(ffprobe, recording.files[0]) == encoded
    wait_until(lambda: not nginx.publishing(), "nginx closed its file")
    assert pictures(ffprobe, nginx.files[0]) == encoded


def test_targets_join_and_leave_on_air_and_the_others_lose_nothing(
    engine: MediaEngine, nginx: NginxRtmp, require_system: Callable[[str], str], tmp_path: Path
) -> None:
    """A server joins, leaves and joins again; a recording joins; who was there from the start has it all."""
    ffprobe = require_system("ffprobe")
    other = NginxRtmp(require_system("nginx"), tmp_path / "other", KEY)
    other.start()
    steady = RtmpOutput(RtmpTarget("steady", nginx.url, KEY))
    received: list[Path] = []
    joining = [RtmpOutput(RtmpTarget("joining", other.url, KEY)) for _ in range(2)]
    recording = RecordingOutput(RecordingPlan(tmp_path / "recordings", reserve_bytes=0))
    try:
        engine.go_on_air([steady], SETTINGS)
        wait_until(lambda: steady.counters().packets >= 30, "pictures flow")
        for output in joining:
            engine.add_output(output)
            wait_until(lambda output=output: output.counters().packets >= 45, "it has joined")  # type: ignore[misc]
            if output is joining[0]:
                engine.add_output(recording)
                engine.remove_output(output)
                assert output.join(10)
                wait_until(lambda: not other.publishing(), "the server saw it leave")
                received.append(other.files[0].rename(tmp_path / "first.flv"))  # the next would replace it
        assert engine.leave_air()
        assert all(output.join(10) for output in (steady, joining[1], recording))
        wait_until(lambda: not other.publishing() and not nginx.publishing(), "files are closed")
    finally:
        other.kill()
    encoded = engine.counters().encoded
    counted = steady.counters()
    assert (counted.packets, counted.dropped, counted.sound_dropped) == (encoded, 0, 0)
    assert pictures(ffprobe, nginx.files[0]) == encoded
    assert sounds(ffprobe, nginx.files[0]) == counted.sound_packets
    for output, file in zip(joining, [*received, *other.files], strict=True):
        counted = output.counters()
        assert (counted.dropped, counted.sound_dropped) == (0, 0)
        assert pictures(ffprobe, file) == counted.packets >= 45
        assert sounds(ffprobe, file) == counted.sound_packets > 45
    assert pictures(ffprobe, recording.files[0]) == recording.counters().packets
    assert recording.counters().dropped == 0


def test_a_wrong_key_becomes_a_sentence_without_the_key(
    engine: MediaEngine, nginx: NginxRtmp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    output = RtmpOutput(RtmpTarget("TikTok", nginx.url, "wrong_s3cret"))
    engine.go_on_air([output], SETTINGS)
    wait_until(lambda: output.status.phase is OutputPhase.RETRYING, "the refusal")
    assert "stream key" in output.status.sentence
    assert output.status.retry_in_s == 1
    assert engine.leave_air()
    assert output.join(10)
    assert output.status.phase is OutputPhase.STOPPED
    assert "s3cret" not in caplog.text + repr(output.status)


def test_nothing_at_the_address_is_tried_again(engine: MediaEngine) -> None:
    output = RtmpOutput(RtmpTarget("gone", f"rtmp://127.0.0.1:{free_port()}/live", KEY))
    engine.go_on_air([output], SETTINGS)
    wait_until(lambda: output.status.phase is OutputPhase.RETRYING, "the refusal")
    assert "nothing answers at 127.0.0.1" in output.status.sentence
    assert engine.leave_air()
    assert output.join(5)


@pytest.mark.long
def test_a_paused_server_stops_neither_the_studio_nor_the_recording(
    engine: MediaEngine, nginx: NginxRtmp, tmp_path: Path
) -> None:
    output = RtmpOutput(RtmpTarget("paused", nginx.url, KEY))
    recording = RecordingOutput(RecordingPlan(tmp_path / "recordings", reserve_bytes=0))
    fast = EncoderSettings(bit_rate=20_000_000, preset="ultrafast", threads=1)  # fills the system's buffers
    engine.go_on_air([output, recording], fast)
    wait_until(nginx.publishing, "the stream is there")
    nginx.pause()
    try:
        wait_until(lambda: output.counters().dropped > 0, "drops are counted", 60)
        assert recording.counters().dropped == 0
        begun = now_ns()
        assert engine.leave_air()
        assert output.join(2)
        assert recording.join(5)
        assert now_ns() - begun < 20_000_000_000  # a thread that hangs would take for ever
    finally:
        nginx.resume()


def test_rtmps_sends_to_whom_it_trusts_and_to_nobody_else(
    engine: MediaEngine, nginx: NginxRtmp, require_system: Callable[[str], str]
) -> None:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    front = TlsFront(nginx.rtmp, serving)
    target = RtmpTarget("secure", f"rtmps://127.0.0.1:{front.port}/live", KEY)
    careful = RtmpOutput(target)  # trusts the authorities of this system alone
    try:
        engine.go_on_air([careful], SETTINGS)
        wait_until(lambda: careful.status.phase is OutputPhase.RETRYING, "the refusal")
        assert "not trusted" in careful.status.sentence
        assert engine.leave_air()
        assert careful.join(10)
        output = RtmpOutput(target, tls=trusting)
        engine.go_on_air([output], SETTINGS)
        wait_until(lambda: output.counters().packets >= 60, "pictures flow")
        assert nginx.publishing()
        assert engine.leave_air()
        assert output.join(10)
    finally:
        front.close()
    wait_until(lambda: not nginx.publishing(), "nginx closed its file")
    assert pictures(require_system("ffprobe"), nginx.files[0]) == output.counters().packets
