"""Mic tile, level bar and card: they show what the service says, and what is pressed is what viewers hear."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.media.audio.mixer import Mixer
from studio.media.audio.stream import DeviceStream
from studio.media.audio.voice import VoiceSettings
from studio.services.profile import Profile
from studio.services.sound import OFF, MicrophoneState, SoundService, StripName
from studio.services.sound_desk import SoundDesk
from studio.ui.sound.card import SoundCard
from studio.ui.sound.devices import DevicesPanel
from studio.ui.sound.level_bar import LevelBar
from studio.ui.sound.mic_tile import MicTile
from studio.ui.sound.mixer import MixerPanel
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
    assert booth.sound.thread_of_sound.mixer.microphone.settings.muted
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
    devices, strips = card.devices, card.mixer.strips
    assert [devices.device.itemText(n) for n in range(3)] == [
        "Built-in microphone",
        "Yeti Nano",
        "No microphone",
    ]
    devices.device.setCurrentIndex(1)
    devices.device.activated.emit(1)
    assert sound.device_id == "yeti"
    strips[StripName.MICROPHONE].fader.slider.setValue(9)
    strips[StripName.MUSIC].fader.slider.setValue(-30)
    strips[StripName.ALERTS].mute.click()
    devices.delay.slider.setValue(120)
    devices.denoise.click()
    devices.talk.click()
    devices.hear.click()
    mixer = sound.thread_of_sound.mixer
    voice = mixer.microphone.settings
    assert (voice.gain_db, voice.delay_ms, mixer.microphone.denoise) == (9.0, 120, True)
    assert mixer.strips[StripName.MUSIC].settings.gain_db == -30.0
    assert mixer.strips[StripName.ALERTS].settings.muted
    assert sound.push_to_talk
    assert sound.alerts.for_host
    again = SoundDesk(booth.profile, Mixer(DeviceStream()))
    assert again.settings(StripName.MICROPHONE) == VoiceSettings(gain_db=9.0, delay_ms=120)
    assert again.settings(StripName.MUSIC).gain_db == -30.0
    assert again.settings(StripName.ALERTS).muted
    assert booth.profile.saved.denoise


def test_a_second_input_is_mixed_in_only_when_chosen_and_found_again(qtbot: QtBot, booth: Booth) -> None:
    devices, mixer = DevicesPanel(booth.sound), MixerPanel(booth.sound)
    for panel in (devices, mixer):
        qtbot.addWidget(panel)
        panel.show()
    booth.second.plug(LAPTOP, YETI)
    second, row = booth.sound.second, mixer.strips[StripName.SECOND]
    assert (second.state, second.device_id) == (MicrophoneState.NONE, OFF)
    devices.second.setCurrentIndex(devices.second.findData("yeti"))
    devices.second.activated.emit(1)
    assert (second.state, booth.profile.saved.second_input_id) == (MicrophoneState.RUNNING, "yeti")
    booth.second.hear(0.5, 1.5)
    qtbot.waitUntil(lambda: row.meter.peak > 0.85, timeout=20_000)
    qtbot.waitUntil(lambda: booth.sound.desk.master.peak_dbfs > -7, timeout=20_000)
    row.mute.click()
    booth.second.hear(0.5, 1.5)
    qtbot.waitUntil(lambda: booth.sound.desk.master.peak_dbfs < -80, timeout=20_000)
    booth.second.plug()
    assert second.state is MicrophoneState.LOST
    booth.second.plug(YETI)
    assert second.state is MicrophoneState.RUNNING
    assert booth.sound.state is MicrophoneState.NONE, "the microphone is another matter"


def test_settings_written_by_hand_are_brought_into_range(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_text(
        '{"gain_db": 900, "strips": {"second": {"gain_db": -1e9, "delay_ms": 1e12}, "drums": {}}}'
    )
    desk = SoundDesk(Profile(path), Mixer(DeviceStream()))
    assert desk.settings(StripName.MICROPHONE).gain_db == 24
    second = desk.settings(StripName.SECOND)
    assert (second.gain_db, second.delay_ms) == (-40, 500)


def test_a_microphone_that_clips_or_falls_silent_is_told(qtbot: QtBot, booth: Booth) -> None:
    booth.microphone.plug(YETI)
    guard = booth.sound.guard

    def heard(amplitude: float, wanted: str) -> bool:
        booth.microphone.hear(amplitude, 0.05)
        return guard.headline == wanted

    qtbot.waitUntil(lambda: heard(1.0, "Microphone too loud"), timeout=20_000)
    assert "at the microphone" in guard.sentence
    qtbot.waitUntil(lambda: heard(0.2, ""), timeout=20_000)
    qtbot.waitUntil(lambda: heard(0.0, "Microphone silent"), timeout=20_000)
    booth.sound.muted = True
    assert guard.headline == "", "who muted it knows"
    booth.sound.muted = False
    booth.microphone.plug()
    assert guard.headline == "Microphone lost"
    booth.microphone.plug(YETI)
    assert guard.headline == ""
    assert all(finding["recovered_after_s"] is not None for finding in guard.report(0))
    assert len(guard.findings) == 3


def test_music_that_cannot_be_played_says_so(qtbot: QtBot, booth: Booth, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"no music")
    with qtbot.waitSignal(booth.sound.failed, timeout=20_000) as told:
        booth.sound.play_music(str(path))
    assert "song.mp3" in told.args[0]
    assert booth.sound.music_name == ""
