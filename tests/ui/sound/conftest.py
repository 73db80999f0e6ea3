"""The service with a microphone of ours; its sound thread is real."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from studio.media.audio.stream import DeviceStream
from studio.services.profile import Profile
from studio.services.sound import SoundService
from tests.fakes.microphone import FakeMicrophone


@dataclass
class Booth:
    sound: SoundService
    microphone: FakeMicrophone
    second: FakeMicrophone
    profile: Profile


@pytest.fixture
def booth(qapp: QApplication, tmp_path: Path) -> Iterator[Booth]:
    profile = Profile(tmp_path / "profile.json")
    made: list[FakeMicrophone] = []

    def open_device(stream: DeviceStream, what: str) -> FakeMicrophone:
        made.append(FakeMicrophone(stream, what))
        return made[-1]

    sound = SoundService(profile, open_device)
    sound.start()
    yield Booth(sound, *made, profile)
    assert sound.stop()
    assert sound.thread_of_sound.stop(30)
    profile.flush()
    for part in (sound, *made, profile):
        shiboken6.delete(part)
    gc.collect()
