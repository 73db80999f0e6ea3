"""What a long run is judged by, judged itself: known faults must be found, and none where there is none."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.media.audio.aac import AacEncoder
from studio.media.audio.samples import BLOCK, RATE
from studio.media.audio.stream import DeviceStream
from studio.media.clock import now_ns
from studio.media.encoding.encoder import H264Encoder
from studio.media.outputs.output import OutputCounters
from studio.media.outputs.recording_files import FragmentFile
from studio.media.program import ProgramFrame
from studio.media.settings import CanvasSettings, EncoderSettings
from tests.fakes.sources import plain
from tests.long import film_check
from tests.long.film_check import Counted
from tests.long.flash_and_beep import TONE, TONE_HZ, Microphone, Moments
from tests.long.judgement import Moment, complaints, growth_mb, lost, sound_and_picture
from tests.long.on_air import SPEECH

FPS = 30


def film(path: Path, seconds: int, late_s: float) -> None:
    """Flashes at 1.0 s, 3.0 s, ...; each tone begins `late_s` after its flash."""
    settings = EncoderSettings(bit_rate=300_000, preset="ultrafast", threads=1)
    encoder, sound = H264Encoder(CanvasSettings(96, 160, FPS), settings), AacEncoder()
    packets: list[Any] = []
    for number in range(seconds * FPS):
        lit = (number - FPS) % (2 * FPS) < FPS // 5
        grey = 250 if lit else 60
        packets += encoder.encode(ProgramFrame.of(plain(96, 160, grey), number, number, number, False))
    at = np.arange(seconds * RATE) / RATE - late_s
    tone = np.where((at - 1.0) % 2.0 < 0.2, TONE * np.sin(2 * np.pi * TONE_HZ * at), 0.0).astype(np.float32)
    for begin in range(0, len(tone) - BLOCK, BLOCK):
        packets += sound.encode(np.stack([tone[begin : begin + BLOCK]] * 2, axis=1), begin)
    file = FragmentFile(path, dataclasses.replace(encoder.config, audio=sound.config))
    for packet in sorted(packets, key=lambda packet: packet.pts_us):
        file.write(packet)
    file.close()


@pytest.mark.parametrize("late_s", [-0.1, 0.0, 0.055])
def test_how_far_sound_is_from_the_picture_is_measured_to_milliseconds(tmp_path: Path, late_s: float) -> None:
    path = tmp_path / "film.mp4"
    film(path, 6, late_s)
    found = film_check.pairs(path)
    assert [pair.flash_s for pair in found] == pytest.approx([1.0, 3.0, 5.0], abs=0.001)
    assert [pair.beep_s - pair.flash_s for pair in found] == pytest.approx([late_s] * 3, abs=0.004)
    assert film_check.count(path).pictures == 6 * FPS


def test_the_microphone_speaks_by_its_own_clock_and_beeps_by_ours() -> None:
    """A second of it, at 1 % too fast: more samples, and the tone where the moment is."""
    begin = now_ns()
    microphone = Microphone(DeviceStream(), SPEECH, Moments(begin + 500_000_000), ppm=10_000)
    heard = np.concatenate([microphone._record(begin, made) for made in range(0, RATE, RATE // 50)])[:, 0]
    loud = np.flatnonzero(np.abs(heard) > 0.3)  # only the tone is that loud
    assert loud[0] == pytest.approx(0.5 * RATE * 1.01, abs=RATE // TONE_HZ)
    assert loud[-1] == pytest.approx(0.7 * RATE * 1.01, abs=RATE // TONE_HZ)
    hush = heard[round(0.25 * RATE * 1.01) : round(0.49 * RATE * 1.01)]
    assert np.abs(hush).max() == 0.0


def test_growth_counts_from_when_it_has_settled() -> None:
    settling = [(float(at), 200.0 + min(at, 600) / 10) for at in range(0, 3600, 10)]
    assert growth_mb(settling, 3600) == pytest.approx(0.0, abs=0.01)
    leaking = [(at, mb + at / 100) for at, mb in settling]
    assert growth_mb(leaking, 3600) == pytest.approx(29.9, abs=0.2)


def test_a_slow_drift_is_found_and_a_late_picture_is_none() -> None:
    still = [Moment(10.0 * n, measured_ms=-20.0, true_ms=-22.0) for n in range(360)]
    still[100] = Moment(1000.0, measured_ms=-90.0, true_ms=-22.0)
    found = sound_and_picture(still)
    assert found["median_ms"] == found["worst_ms"] == 2.0
    assert found["drift_ms"] == 0.0
    assert found["worst_single_ms"] == -68.0
    drifting = [Moment(10.0 * n, measured_ms=n / 5, true_ms=0.0) for n in range(360)]
    found = sound_and_picture(drifting)
    assert found["came_with_time_ms"] == pytest.approx(71.8)
    assert found["worst_ms"] > 40


def counters(**changed: int) -> OutputCounters:
    figures = {"packets": 900, "dropped": 0, "bytes": 1, "queued_ms": 0, "sound_packets": 1400}
    return OutputCounters("one", **{**figures, **changed})


def test_what_waits_at_the_end_is_not_lost_and_what_is_lost_is() -> None:
    whole = lost(900, 1400, FPS, counters(), Counted(900, 1400))
    assert not any(whole.values()) or {key for key, value in whole.items() if value} == {
        "packets",
        "sound_packets",
    }
    waiting = lost(904, 1406, FPS, counters(queued_ms=134), None)
    assert (waiting["left"], waiting["lost"], waiting["sound_lost"]) == (4, 0, 0)
    assert lost(904, 1400, FPS, counters(), None)["lost"] == 4
    assert lost(900, 1400, FPS, counters(), Counted(899, 1390))["sound_lost_on_the_way"] == 10


def report(**changed: Any) -> dict[str, Any]:
    good = {
        "memory": {"studio": {"growth_mb": 0.4}},
        "sound_and_picture": {"moments": 359, "worst_ms": 8.0, "drift_ms": 5.0},
        "moments_expected": 359,
        "outputs": {"backend": lost(900, 1400, FPS, counters(), None)},
    }
    return {**good, **changed}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"memory": {"studio": {"growth_mb": 12.0}}}, "studio grew by 12.0 MB"),
        ({"sound_and_picture": {"moments": 359, "worst_ms": -44.0, "drift_ms": 3.0}}, "-44.0 ms from"),
        ({"sound_and_picture": {"moments": 200, "worst_ms": 1.0, "drift_ms": 3.0}}, "200 of 359"),
        ({"outputs": {"first": {"dropped": 1}}}, "first lost packets"),
    ],
)
def test_each_fault_is_told(changed: dict[str, Any], said: str | None) -> None:
    found = complaints(report(**changed))
    assert len(found) == (said is not None)
    assert said is None or said in found[0]
