"""Mic tile, level bar and card: they show what the service says, and what is pressed is what viewers hear."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.services.sound import OFF, MicrophoneState, SoundService
from studio.ui.sound.card import SoundCard
from studio.ui.sound.level_bar import LevelBar
from studio.ui.sound.mic_tile import MicTile
from tests.fakes.microphone import LAPTOP, YETI
from tests.ui.sound.conftest import Booth

LEFT = Qt.MouseButton.LeftButton


def test_the_first_microphone_is_taken_and_the_chosen_one_remembered(booth: Booth) -> None:
    sound, microphone = booth.sound, booth.microphone
    assert (sound.state, sound.device_id) == (MicrophoneState.NONE, OFF)
    microphone.plug(LAPTOP, YETI)
    assert (sound.state, sound.detail) == (MicrophoneState.RUNNING, "Built-in microphone")
    sound.choose("yeti")
    assert (sound.detail, booth.profile.saved.microphone_id) == ("Yeti Nano", "yeti")
    microphone.plug(LAPTOP)
    assert sound.state is MicrophoneState.LOST, "the other one is not taken unasked"
    microphone.plug(LAPTOP, YETI)
    assert sound.state is MicrophoneState.RUNNING
    sound.choose(OFF)
    assert (sound.state, sound.device_id, sound.open) == (MicrophoneState.NONE, OFF, False)
    microphone.plug(LAPTOP)
    assert sound.state is MicrophoneState.NONE, "switched off stays off"


def test_a_press_on_the_tile_mutes(qtbot: QtBot, booth: Booth) -> None:
    tile = MicTile(booth.sound)
    qtbot.addWidget(tile)
    tile.show()
    assert tile.text() == "No mic"
    with qtbot.waitSignal(tile.settings_wanted):
        qtbot.mouseClick(tile, LEFT)
    booth.microphone.plug(YETI)
    assert (tile.text(), tile.isChecked()) == ("Mic on", False)
    qtbot.mouseClick(tile, LEFT)
    assert booth.sound.thread_of_sound.mixer.settings.muted
    assert (tile.text(), tile.isChecked(), booth.sound.open) == ("Muted", True, False)
    qtbot.keyClick(tile, Qt.Key.Key_Space)
    assert (tile.text(), tile.isChecked(), booth.sound.open) == ("Mic on", False, True)


def test_push_to_talk_lets_the_voice_through_while_held(qtbot: QtBot, booth: Booth) -> None:
    booth.microphone.plug(YETI)
    tile = MicTile(booth.sound)
    qtbot.addWidget(tile)
    tile.show()
    booth.sound.push_to_talk = True
    assert (tile.text(), booth.sound.open) == ("Hold to talk", False)
    qtbot.mousePress(tile, LEFT)
    assert (tile.text(), booth.sound.open) == ("On air", True)
    qtbot.mouseRelease(tile, LEFT)
    assert (tile.text(), booth.sound.open) == ("Hold to talk", False)
    assert booth.profile.saved.push_to_talk


def test_the_bar_follows_the_voice_and_warns_the_muted(qtbot: QtBot, booth: Booth) -> None:
    booth.microphone.plug(YETI)
    bar = LevelBar(booth.sound)
    bar.resize(200, 18)
    qtbot.addWidget(bar)
    booth.microphone.hear(0.5, 1.5)
    qtbot.waitUntil(lambda: bar.shown > 0.85, timeout=20_000)
    assert bar.shown < 0.95, "half of full scale is -6 dB"
    booth.sound.muted = True

    def warned() -> bool:
        booth.microphone.hear(0.5, 0.05)
        return bar.accessibleDescription().startswith("You are talking")

    qtbot.waitUntil(warned, timeout=30_000)
    booth.sound.muted = False
    qtbot.waitUntil(lambda: bar.accessibleDescription() == "Yeti Nano", timeout=20_000)
    assert booth.sound.loudest_dbfs == pytest.approx(-6, abs=0.5)
    assert not bar.grab().isNull()


def test_the_card_sets_what_it_says(qtbot: QtBot, booth: Booth) -> None:
    booth.microphone.plug(LAPTOP, YETI)
    card = SoundCard(booth.sound, None)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    sound: SoundService = booth.sound
    assert [card.device.itemText(n) for n in range(3)] == [
        "Built-in microphone",
        "Yeti Nano",
        "No microphone",
    ]
    card.device.setCurrentIndex(1)
    card.device.activated.emit(1)
    assert sound.device_id == "yeti"
    card.gain.slider.setValue(9)
    card.music_gain.slider.setValue(-30)
    card.denoise.click()
    card.talk.click()
    settings = sound.thread_of_sound.mixer.settings
    assert (settings.gain_db, settings.music_gain_db, settings.denoise) == (9.0, -30.0, True)
    assert sound.push_to_talk
    saved = booth.profile.saved
    assert (saved.gain_db, saved.music_gain_db, saved.denoise) == (9.0, -30.0, True)


def test_music_that_cannot_be_played_says_so(qtbot: QtBot, booth: Booth, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"no music")
    with qtbot.waitSignal(booth.sound.failed, timeout=20_000) as told:
        booth.sound.play_music(str(path))
    assert "song.mp3" in told.args[0]
    assert booth.sound.music_name == ""
