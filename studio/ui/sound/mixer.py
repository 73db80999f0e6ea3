"""The mixer: fader, meter and mute for each source of sound, and the program's meter. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.sound import Level, MicrophoneState, SoundService, StripName
from studio.ui.sound.level_meter import LevelMeter
from studio.ui.sound.mute_button import MuteButton
from studio.ui.sound.slider import GainSlider
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role

_NAMES = {
    StripName.MICROPHONE: ("Microphone", "mic", "mic-off", -20, 24),
    StripName.SECOND: ("Second input", "volume", "mute", -40, 24),
    StripName.MUSIC: ("Music", "volume", "mute", -40, 6),
    StripName.VIDEO: ("Videos", "volume", "mute", -40, 6),
    StripName.ALERTS: ("Gift alerts", "bell", "mute", -40, 6),
}
_NAME_WIDTH = 96


class StripRow(QWidget):
    """One strip. Invariant: shows what the service says; changes go through it alone."""

    def __init__(self, sound: SoundService, strip: StripName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound, self._strip = sound, strip
        name, open_icon, muted_icon, least, most = _NAMES[strip]
        self.fader = GainSlider(f"{name} volume", least, most)
        self.meter = LevelMeter()
        self.mute = MuteButton(name.lower(), open_icon, muted_icon)
        self._words = Label(name, Role.STRONG)
        self._detail = ElidedLabel("", Role.HINT)
        self._detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        named = QWidget()
        named.setFixedWidth(_NAME_WIDTH)
        words = QVBoxLayout(named)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(1)
        words.addWidget(self._words)
        words.addWidget(self._detail)
        row.addWidget(named)
        middle = QVBoxLayout()
        middle.setSpacing(3)
        middle.addWidget(self.fader)
        middle.addWidget(self.meter)
        row.addLayout(middle, 1)
        row.addWidget(self.mute, 0, Qt.AlignmentFlag.AlignVCenter)
        self.fader.moved.connect(lambda gain: sound.desk.set_gain(strip, gain))
        self.mute.toggled.connect(self._muted)

    def show_settings(self) -> None:
        """What the service says now."""
        settings = self._sound.desk.settings(self._strip)
        self.fader.show_gain(settings.gain_db)
        muted = self._sound.muted if self._strip is StripName.MICROPHONE else settings.muted
        self.mute.blockSignals(True)
        self.mute.setChecked(muted)
        self.mute.blockSignals(False)
        self.mute.update()
        self._detail.setText(self._say())

    def show_level(self) -> None:
        settings = self._sound.desk.settings(self._strip)
        self.meter.show_level(self._sound.desk.levels[self._strip], muted=settings.muted)

    def _muted(self, muted: bool) -> None:
        if self._strip is StripName.MICROPHONE:
            self._sound.muted = muted
        else:
            self._sound.desk.mute(self._strip, muted)

    def _say(self) -> str:
        """What is in the strip now."""
        sound = self._sound
        match self._strip:
            case StripName.MICROPHONE:
                return "muted" if sound.muted else _state_word(sound.state)
            case StripName.SECOND:
                return _state_word(sound.second.state)
            case StripName.MUSIC:
                return sound.music_name or "no file"
            case StripName.ALERTS:
                return "off" if sound.desk.settings(StripName.ALERTS).muted else "one a streak"
            case _:
                return "of the scene"


class MixerPanel(QWidget):
    """All strips and what viewers get in the end. Hidden, it draws nothing."""

    def __init__(self, sound: SoundService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound = sound
        self.strips = {name: StripRow(sound, name) for name in StripName}
        self.master = LevelMeter(8)
        self._figures = Label("", Role.SMALL)
        self._figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(Label("MIXER", Role.CAPS))
        for row in self.strips.values():
            column.addWidget(row)
        head = QHBoxLayout()
        head.setContentsMargins(0, 8, 0, 0)
        head.addWidget(Label("What viewers hear", Role.STRONG))
        head.addWidget(self._figures, 1)
        column.addLayout(head)
        column.addWidget(self.master)
        sound.changed.connect(self.refresh)
        sound.desk.levels_changed.connect(self._levels_changed)
        self.refresh()
        self._say_master(sound.desk.master)

    def refresh(self) -> None:
        for row in self.strips.values():
            row.show_settings()

    def _levels_changed(self) -> None:
        if not self.isVisible():
            return
        for row in self.strips.values():
            row.show_level()
        master = self._sound.desk.master
        self.master.show_level(master, muted=False)
        self._say_master(master)

    def _say_master(self, master: Level) -> None:
        figures = f"Peak {_decibels(master.peak_dbfs)} · RMS {_decibels(master.rms_dbfs)} dBFS"
        self._figures.setText(f"Too loud: limited · {figures}" if master.clipped else figures)
        self._figures.set_tone("live" if master.clipped else "")


def _state_word(state: MicrophoneState) -> str:
    return {
        MicrophoneState.NONE: "none",
        MicrophoneState.OPENING: "opening…",
        MicrophoneState.RUNNING: "open",
        MicrophoneState.LOST: "lost",
    }[state]


def _decibels(dbfs: float) -> str:
    whole = round(dbfs)
    return "−∞" if whole <= -90 else f"−{abs(whole)}" if whole < 0 else f"{whole}"
