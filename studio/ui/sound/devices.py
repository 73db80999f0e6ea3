"""What is recorded and played: microphone, second input, music, and who hears alerts. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.services.sound import OFF, MicrophoneChoice, MicrophoneState, SoundService, StripName
from studio.services.sound_desk import LEAST_DELAY_MS, MOST_DELAY_MS
from studio.ui.sound.slider import DelaySlider, GainSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

_MUSIC = "Music (*.mp3 *.m4a *.aac *.ogg *.opus *.flac *.wav);;All files (*)"
_DELAY_HINT = "Delay the sound when the picture comes late, as from a capture card"


class DevicesPanel(QWidget):
    """Invariant: shows what the service says; changes go through it alone."""

    def __init__(self, sound: SoundService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound = sound
        self.device, self.second = Select("Microphone"), Select("Second input")
        self.state, self.second_state = Label("", Role.SMALL, wrap=True), Label("", Role.SMALL, wrap=True)
        self.talk = Toggle("Push to talk")
        self.denoise = Toggle("Noise suppression")
        self.delay = DelaySlider("Microphone delay", LEAST_DELAY_MS, MOST_DELAY_MS)
        self.second_delay = DelaySlider("Second input delay", LEAST_DELAY_MS, MOST_DELAY_MS)
        self.music = Button("Music file…", ButtonKind.COMPACT)
        self.hear = Toggle("Hear gift alerts yourself")
        for delay in (self.delay, self.second_delay):
            delay.setToolTip(_DELAY_HINT)
            delay.slider.setAccessibleDescription(_DELAY_HINT)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(Label("MICROPHONE", Role.CAPS))
        self._column.addWidget(self.device)
        self._column.addWidget(self.state)
        self._row("Push to talk: hold the Mic tile", self.talk)
        self._row("Take steady noise out", self.denoise)
        self._row("Delay", self.delay)
        self._column.addSpacing(4)
        self._column.addWidget(Label("SECOND INPUT", Role.CAPS))
        self._column.addWidget(self.second)
        self._column.addWidget(self.second_state)
        self._row("Delay", self.second_delay)
        self._column.addSpacing(4)
        self._row("Music under your voice", self.music)
        self._row("Hear gift alerts in your headphones", self.hear)
        self._column.addStretch(1)
        self._connect()
        self.refresh()

    def _row(self, words: str, control: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(words, Role.BODY))
        if not isinstance(control, GainSlider):
            row.addStretch(1)
        row.addWidget(control)
        self._column.addLayout(row)

    def _connect(self) -> None:
        sound, desk = self._sound, self._sound.desk
        self.device.activated.connect(lambda: sound.choose(self.device.currentData()))
        self.second.activated.connect(lambda: sound.second.choose(self.second.currentData()))
        self.talk.toggled.connect(lambda on: setattr(sound, "push_to_talk", on))
        self.denoise.toggled.connect(lambda on: setattr(sound, "denoise", on))
        self.hear.toggled.connect(lambda on: setattr(sound.alerts, "for_host", on))
        self.delay.moved.connect(lambda ms: desk.set_delay(StripName.MICROPHONE, round(ms)))
        self.second_delay.moved.connect(lambda ms: desk.set_delay(StripName.SECOND, round(ms)))
        self.music.clicked.connect(self._music_pressed)
        sound.changed.connect(self.refresh)

    def _music_pressed(self) -> None:
        if self._sound.music_name:
            self._sound.play_music("")
            return
        card = self.window()
        dialog = QFileDialog(card.parentWidget(), "Choose music", "", _MUSIC)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._sound.play_music)
        card.hide()
        dialog.show()

    def refresh(self) -> None:
        """What the service says now."""
        sound, desk = self._sound, self._sound.desk
        _list(self.device, sound.choices, "No microphone", sound.device_id)
        _list(self.second, sound.second.choices, "No second input", sound.second.device_id)
        _say(self.state, sound.detail, sound.state)
        _say(self.second_state, sound.second.detail, sound.second.state)
        self.delay.show_gain(desk.settings(StripName.MICROPHONE).delay_ms)
        self.second_delay.show_gain(desk.settings(StripName.SECOND).delay_ms)
        self.second_delay.setEnabled(sound.second.device_id != OFF)
        switches = (
            (self.talk, sound.push_to_talk),
            (self.denoise, sound.denoise),
            (self.hear, sound.alerts.for_host),
        )
        for toggle, on in switches:
            if toggle.isChecked() != on:
                toggle.setChecked(on)
        self.music.setText("Stop music" if sound.music_name else "Music file…")
        self.music.setAccessibleName(self.music.text())
        self.music.setAccessibleDescription(sound.music_name)


def _list(select: Select, choices: Sequence[MicrophoneChoice], none: str, chosen: str) -> None:
    wanted = [(choice.name, choice.id) for choice in choices] + [(none, OFF)]
    if chosen not in [device_id for _, device_id in wanted]:
        wanted.insert(0, ("Not plugged in", chosen))
    here = [(select.itemText(n), select.itemData(n)) for n in range(select.count())]
    if here != wanted:
        select.clear()
        for name, device_id in wanted:
            select.addItem(name, device_id)
    select.setCurrentIndex(select.findData(chosen))


def _say(label: Label, detail: str, state: MicrophoneState) -> None:
    """A sentence while it does not run; its name is in the list above."""
    label.setText(detail)
    label.setVisible(bool(detail) and state is not MicrophoneState.RUNNING)
    label.set_tone("gold" if state is MicrophoneState.LOST else "")
