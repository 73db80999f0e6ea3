"""WHIP against a real WebRTC stack: pictures and sound are decoded there, a cut heals, a hang is ended."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from studio.media.audio.samples import RATE
from studio.media.audio.thread import SoundThread
from studio.media.clock import now_ns
from studio.media.engine import MediaEngine
from studio.media.outputs.status import OutputPhase
from studio.media.outputs.whip import connection
from studio.media.outputs.whip.connection import WhipConnection
from studio.media.outputs.whip.output import WhipOutput
from studio.media.outputs.whip.target import WhipTarget
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.media.sources.pattern_source import TestPatternSource
from studio.places import program_command
from tests.system.whip_server import WhipServer

TOKEN = "tok_s3cret"
CANVAS = CanvasSettings(180, 320, 30)
SETTINGS = EncoderSettings(bit_rate=1_000_000, preset="ultrafast", threads=1)


def wait_until(true: Callable[[], object], what: str, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)


class Tone:
    """A microphone that hears a tone, in chunks of 20 ms as a device gives them."""

    def __init__(self, sound: SoundThread) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._record, args=(sound,))
        self._thread.start()

    def _record(self, sound: SoundThread) -> None:
        begin, made, chunk = now_ns(), 0, RATE // 50
        while not self._ended.wait(0.005):
            while begin + (made + chunk) * 1_000_000_000 // RATE <= now_ns():
                tone = 0.3 * np.sin(2 * np.pi * 440 * (made + np.arange(chunk)) / RATE)
                made += chunk
                sound.stream.write(np.stack([tone, tone], axis=1).astype(np.float32), now_ns())

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(10)


@pytest.fixture
def service() -> Iterator[WhipServer]:
    made = WhipServer(TOKEN)
    yield made
    made.close()


@pytest.fixture
def engine() -> Iterator[MediaEngine]:
    sound = SoundThread()
    made = MediaEngine(CANVAS, sound=sound)
    made.start_preview(TestPatternSource(CANVAS.width, CANVAS.height, 30.0))
    tone = Tone(sound)
    yield made
    tone.stop()
    assert made.stop()


def test_pictures_and_sound_are_decoded_at_the_other_end(engine: MediaEngine, service: WhipServer) -> None:
    output = WhipOutput(WhipTarget("whip", service.url, TOKEN), program_command())
    engine.go_on_air([output], SETTINGS)
    wait_until(lambda: service.pictures >= 90 and service.sounds >= 150, "3 s arrive")
    assert output.status.phase is OutputPhase.LIVE
    assert service.sizes == {(180, 320)}
    assert 5_000 < service.loudest < 20_000, "a tone at 0.3 of full scale"
    assert engine.leave_air()
    assert output.join(10)
    assert service.goodbyes == 1, "the session is ended in good order"
    assert output.counters().packets >= service.pictures
    assert output.counters().sound_dropped <= output.counters().dropped * 3


def test_a_service_that_cuts_is_found_again(engine: MediaEngine, service: WhipServer) -> None:
    output = WhipOutput(WhipTarget("whip", service.url, TOKEN), program_command())
    engine.go_on_air([output], SETTINGS)
    wait_until(lambda: service.pictures >= 30, "pictures arrive")
    service.cut()
    wait_until(lambda: output.status.phase is OutputPhase.RETRYING, "the cut is noticed", 60)
    before = service.pictures
    output.retry_now()
    wait_until(lambda: service.offers == 2 and service.pictures >= before + 30, "pictures flow again")
    assert engine.leave_air()
    assert output.join(10)


def test_refusals_become_sentences_without_the_token(
    engine: MediaEngine, service: WhipServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = WhipOutput(WhipTarget("whip", service.url, "wrong_s3cret"), program_command())
    engine.go_on_air([wrong], SETTINGS)
    wait_until(lambda: wrong.status.phase is OutputPhase.RETRYING, "the refusal")
    assert wrong.status.sentence == (
        "whip: 127.0.0.1 answers, but it does not take the token (HTTP 401). Check the address and the token."
    )
    assert engine.leave_air()
    assert wrong.join(10)
    assert "s3cret" not in caplog.text + repr(wrong.status)


def test_nothing_at_the_address_is_said(engine: MediaEngine) -> None:
    output = WhipOutput(WhipTarget("whip", "http://127.0.0.1:9/whip", ""), program_command())
    engine.go_on_air([output], SETTINGS)
    wait_until(lambda: output.status.phase is OutputPhase.RETRYING, "the refusal")
    assert output.status.sentence == "whip: nothing answers at 127.0.0.1, port 9. Check the address."
    assert engine.leave_air()
    assert output.join(10)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGSTOP")
def test_a_process_that_hangs_is_killed_and_replaced(
    engine: MediaEngine, service: WhipServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SEND_TIMEOUT_S", 1.0)
    output = WhipOutput(WhipTarget("whip", service.url, TOKEN), program_command())
    fast = EncoderSettings(bit_rate=8_000_000, preset="ultrafast", threads=1)  # fills the pipe soon
    engine.go_on_air([output], fast)
    wait_until(lambda: service.pictures >= 30, "pictures arrive")
    hanging = output._connection
    assert isinstance(hanging, WhipConnection) and hanging._process is not None
    process = hanging._process
    os.kill(process.pid, signal.SIGSTOP)
    wait_until(lambda: process.poll() is not None, "it is killed")
    before = service.pictures
    output.retry_now()
    wait_until(lambda: service.pictures >= before + 30, "another one sends")
    assert engine.leave_air()
    assert output.join(10)
