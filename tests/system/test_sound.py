"""A real sound server: speech played into it comes out of the fragments viewers get."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.system.sound_server import WAIT_S, SoundServer

# Under the load of other tests what is measured here would be theirs.
pytestmark = pytest.mark.alone

SPEECH = Path(__file__).parents[1] / "data" / "audio" / "speech_librivox_16k.wav"
ROOT = Path(__file__).parents[2]
RATE = 48_000
#: Envelopes are compared in steps of 10 ms.
STEP = 480


class OnAir:
    """The process of `sound_on_air`."""

    def __init__(self, server: SoundServer, target: Path) -> None:
        self.target = target
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "tests.system.sound_on_air", str(target)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=server.env, stdin=pipe, stdout=pipe, text=True
        )

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Reads what it says until everything in `wanted` is so; the test's own time limit ends the wait."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said: dict[str, Any] = json.loads(line)
            if all(said.get(name) == value for name, value in wanted.items()):
                return said
        raise AssertionError(f"it ended and never said {wanted}")

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        print(command, file=self._process.stdin, flush=True)

    def finish(self) -> dict[str, Any]:
        """Ends it in good order; its figures."""
        out, _ = self._process.communicate("quit\n", WAIT_S)
        assert self._process.returncode == 0
        figures: dict[str, Any] = json.loads(out.splitlines()[-1])
        return figures

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def studio(
    tmp_path: Path, require_system: Callable[[str], str]
) -> Iterator[Callable[..., tuple[SoundServer, OnAir]]]:
    started: list[SoundServer | OnAir] = []

    def start(**options: int) -> tuple[SoundServer, OnAir]:
        server = SoundServer(tmp_path / "pulse", require_system, **options)
        started.append(server)
        on_air = OnAir(server, tmp_path / "live.mp4")
        started.append(on_air)
        return server, on_air

    yield start
    for part in reversed(started):
        part.kill() if isinstance(part, OnAir) else part.close()


def heard(path: Path) -> np.ndarray:
    """The left channel on the time line of the broadcast, without a hole."""
    blocks, end = [], None
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            assert frame.sample_rate == RATE
            assert end is None or frame.pts == end, "a hole in the sound"
            assert frame.pts is not None
            end = frame.pts + frame.samples
            blocks.append(frame.to_ndarray()[0])
    return np.concatenate(blocks)


def envelope(samples: np.ndarray) -> np.ndarray:
    steps = samples[: len(samples) // STEP * STEP].reshape(-1, STEP)
    return np.sqrt((steps.astype(np.float64) ** 2).mean(axis=1))


def speech() -> np.ndarray:
    with wave.open(str(SPEECH)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16) / 32_768
        return np.interp(np.arange(len(data) * 3) / 3, np.arange(len(data)), data)


def likeness(recorded: np.ndarray) -> float:
    """The best correlation of the speech's envelope with a stretch of the recorded one; 1 is the same."""
    wanted, whole = envelope(speech()), envelope(recorded)
    stretches = np.lib.stride_tricks.sliding_window_view(whole, len(wanted))
    stretches = stretches[stretches.std(axis=1) > 0]  # what is silent all through is like nothing
    return max((float(np.corrcoef(wanted, stretch)[0, 1]) for stretch in stretches), default=0.0)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), pytest.param(48_000, 2, marks=pytest.mark.long)])
def test_speech_reaches_viewers(
    studio: Callable[..., tuple[SoundServer, OnAir]], rate: int, channels: int
) -> None:
    server, on_air = studio(rate=rate, channels=channels)
    assert on_air.until(state="running")["devices"] == ["Yeti"]
    playing = server.play(SPEECH)
    on_air.until(loud=True)
    assert playing.wait(WAIT_S) == 0
    on_air.until(loud=False)  # three seconds after the last word
    figures = on_air.finish()
    recorded = heard(on_air.target)
    assert likeness(recorded) > 0.95
    assert np.abs(recorded).max() == pytest.approx(np.abs(speech()).max(), rel=0.3)
    assert figures["drift_ms"] < 40
    print(f"{rate} Hz, {channels} channels: {figures}")


def test_a_muted_microphone_is_silent_for_viewers_and_the_host_is_warned(
    studio: Callable[..., tuple[SoundServer, OnAir]],
) -> None:
    server, on_air = studio()
    on_air.until(state="running")
    on_air.tell("mute")
    playing = server.play(SPEECH)
    on_air.until(loud=True, warns=True)
    assert playing.wait(WAIT_S) == 0
    on_air.finish()
    recorded = heard(on_air.target)
    assert len(recorded) > 5 * RATE
    assert not recorded[RATE:].any()


@pytest.mark.long
def test_a_microphone_that_falls_silent_is_opened_again_and_the_sound_track_goes_on(
    studio: Callable[..., tuple[SoundServer, OnAir]],
) -> None:
    server, on_air = studio()
    on_air.until(state="running")
    server.suspend(True)
    on_air.until(state="lost")
    server.suspend(False)
    on_air.until(state="running")
    playing = server.play(SPEECH)
    on_air.until(loud=True)
    assert playing.wait(WAIT_S) == 0
    on_air.until(loud=False)
    on_air.finish()
    assert likeness(heard(on_air.target)) > 0.95


@pytest.mark.long
def test_a_microphone_that_vanishes_on_air_comes_back_by_itself(
    studio: Callable[..., tuple[SoundServer, OnAir]],
) -> None:
    server, on_air = studio()
    on_air.until(state="running")
    server.unplug()
    lost = on_air.until(state="lost")
    # PulseAudio tells Qt nothing of it: that no samples come any more does.
    assert lost["detail"] == "The microphone gives no sound. It is tried again."
    server.plug_in()
    on_air.until(state="running")
    playing = server.play(SPEECH)
    on_air.until(loud=True)
    assert playing.wait(WAIT_S) == 0
    on_air.until(loud=False)
    on_air.finish()
    assert np.abs(heard(on_air.target)).max() > 0.05, "one sound track without a hole, and it is heard again"


def test_a_sound_server_that_dies_on_air_costs_the_sound_alone(
    studio: Callable[..., tuple[SoundServer, OnAir]],
) -> None:
    server, on_air = studio()
    on_air.until(state="running")
    playing = server.play(SPEECH)
    on_air.until(loud=True)
    server.kill()
    playing.kill()
    playing.wait(WAIT_S)
    lost = on_air.until(state="lost")
    assert lost["detail"].startswith("The microphone ")
    on_air.until(loud=False)  # three seconds of the track later
    on_air.finish()
    recorded = heard(on_air.target)
    assert np.abs(recorded).max() > 0.05
    assert np.abs(recorded[-RATE:]).max() < 0.001
