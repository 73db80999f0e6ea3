"""The service with a microphone of ours; its sound thread is real."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from studio.services.profile import Profile
from studio.services.sound import SoundService
from tests.fakes.microphone import FakeMicrophone


@dataclass
class Booth:
    sound: SoundService
    microphone: FakeMicrophone
    profile: Profile


@pytest.fixture
def booth(qapp: QApplication, tmp_path: Path) -> Iterator[Booth]:
    profile = Profile(tmp_path / "profile.json")
    made: list[FakeMicrophone] = []
    sound = SoundService(profile, lambda stream: made.append(FakeMicrophone(stream)) or made[0])
    sound.start()
    yield Booth(sound, made[0], profile)
    assert sound.stop()
    assert sound.thread_of_sound.stop(30)
    profile.flush()
    for part in (sound, made[0], profile):
        shiboken6.delete(part)
    gc.collect()
