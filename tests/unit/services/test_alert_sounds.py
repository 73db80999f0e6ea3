"""The sounds of alerts: what is shipped, one a streak, none while paused or switched off."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import make_sounds
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.media.audio.mixer import Mixer, StripName
from studio.media.audio.stream import DeviceStream
from studio.media.audio.strip import StripSettings
from studio.places import resource_path
from studio.services.alert_sounds import TIERS, AlertSounds, read_sound
from studio.services.overlays.alert_queue import AlertQueue, GiftAlert
from studio.services.profile import Profile

FOLDER = resource_path("sounds")


def alert(streak: str, tier: int = 1, count: int = 1) -> GiftAlert:
    return GiftAlert(streak, "ana", "Rose", "rose.svg", tier, count, count)


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_shipped_is_what_the_script_makes_pleasant_and_short(tier: int) -> None:
    sound = read_sound(FOLDER / f"alert-{tier}.wav")[:, 0]
    made = make_sounds.alert(tier)
    assert len(made) == len(sound)
    assert np.abs(made * 32_767 / 32_768 - sound).max() < 3 / 32_768
    assert 0.5 < len(sound) / make_sounds.RATE < 3.5
    assert np.abs(sound).max() < 10 ** (-1 / 20)
    assert make_sounds.loudness_db(made) == pytest.approx(make_sounds.LOUDNESS_DB, abs=0.5)
    assert abs(sound[0]) < 0.001
    assert abs(sound[-1]) < 0.001, "it begins and ends in silence"


def test_a_streak_sounds_once_whatever_happens_to_it() -> None:
    sounded: list[str] = []
    queue = AlertQueue(lambda one: sounded.append(one.streak_id))
    for count in range(1, 6):
        queue.offer(alert("roses", count=count), count * 500)
        queue.advance(count * 500)
    assert sounded == ["roses"], "five roses are one sound"
    queue.pause()
    queue.offer(alert("lion", tier=5), 3_000)
    queue.advance(3_000)
    assert sounded == ["roses"], "nothing while paused"
    queue.resume(4_000)
    assert sounded == ["roses"], "it was heard already"
    queue.advance(60_000)
    assert sounded == ["roses", "lion"]
    queue.advance(120_000)
    queue.offer(alert("roses", count=9), 121_000)
    queue.advance(121_000)
    assert queue.current is not None
    assert sounded == ["roses", "lion"], "it grew once more and comes up again, silently"


def test_it_goes_into_the_mix_unless_it_is_switched_off_and_is_hushed(
    qapp: QApplication, tmp_path: Path
) -> None:
    mixer = Mixer(DeviceStream())
    sounds = AlertSounds(Profile(tmp_path / "profile.json"), mixer, FOLDER)
    assert not sounds.for_host
    strip = mixer.strips[StripName.ALERTS]
    strip.set(StripSettings(muted=True))
    sounds.play(3)
    assert mixer.alerts.read(0, 0) is None
    strip.set(StripSettings(gain_db=0))
    sounds.play(99)
    heard = mixer.alerts.read(0, 0)
    assert heard is not None
    assert np.array_equal(heard, read_sound(FOLDER / "alert-5.wav")[:1024])
    sounds.hush()
    assert mixer.alerts.read(0, 0) is not None, "a block to fade out"
    assert mixer.alerts.read(0, 0) is None


def test_a_damaged_file_costs_the_sound_and_no_more(qapp: QApplication, tmp_path: Path) -> None:
    mixer = Mixer(DeviceStream())
    sounds = AlertSounds(Profile(tmp_path / "profile.json"), mixer, tmp_path)
    (tmp_path / "alert-1.wav").write_bytes(b"RIFF")
    (tmp_path / "alert-2.wav").write_bytes(b"")
    with wave.open(str(tmp_path / "alert-3.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
    shutil.copy(FOLDER / "alert-5.wav", tmp_path)
    for tier in (1, 2, 3, 4):
        sounds.play(tier)
        assert mixer.alerts.read(0, 0) is None
    sounds.play(5)
    assert mixer.alerts.read(0, 0) is not None
