"""The card behind the level bar: which microphone, how loud, push to talk, noise, music. GUI thread.

A popup like a menu: the LIVE goes on behind it; Escape or a press elsewhere closes it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from studio.services.sound import OFF, MicrophoneState, SoundService
from studio.ui import theme
from studio.ui.sound.slider import GainSlider
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

_WIDTH = 380
_GAP = 6
_MUSIC = "Music (*.mp3 *.m4a *.aac *.ogg *.opus *.flac *.wav);;All files (*)"


class SoundCard(Card):
    """Opens above a widget with ``open_at``. Shows what the service says; changes go through it alone."""

    def __init__(self, sound: SoundService, parent: QWidget) -> None:
        super().__init__("Sound", "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._sound = sound
        self.device = Select("Microphone")
        self.state = Label("", Role.SMALL, wrap=True)
        self.gain = GainSlider("Microphone gain", -20, 24)
        self.talk = Toggle("Push to talk")
        self.denoise = Toggle("Noise suppression")
        self.music = Button("Music file…", ButtonKind.COMPACT)
        self.music_gain = GainSlider("Music volume", -40, 6)
        self.body.addWidget(self.device)
        self.body.addWidget(self.state)
        self._row("Gain", self.gain)
        self._row("Push to talk: hold the Mic tile", self.talk)
        self._row("Take steady noise out", self.denoise)
        self._row("Music under your voice", self.music)
        self._row("Music volume", self.music_gain)
        self._connect()
        self._show()

    def _row(self, words: str, control: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(words, Role.BODY))
        if not isinstance(control, GainSlider):
            row.addStretch(1)
        row.addWidget(control)
        self.body.addLayout(row)

    def _connect(self) -> None:
        sound = self._sound
        self.device.activated.connect(lambda: sound.choose(self.device.currentData()))
        self.gain.moved.connect(lambda gain: setattr(sound, "gain_db", gain))
        self.talk.toggled.connect(lambda on: setattr(sound, "push_to_talk", on))
        self.denoise.toggled.connect(lambda on: setattr(sound, "denoise", on))
        self.music_gain.moved.connect(lambda gain: setattr(sound, "music_gain_db", gain))
        self.music.clicked.connect(self._music_pressed)
        sound.changed.connect(self._show)

    def open_at(self, below: QWidget) -> None:
        """Shows the card above ``below``, or where there is room on its screen."""
        self._show()
        self.resize(_WIDTH, self.sizeHint().height())
        screen = (below.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = below.mapToGlobal(QPoint(0, -self.height() - _GAP))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)
        self.show()
        self.device.setFocus(Qt.FocusReason.PopupFocusReason)

    def _music_pressed(self) -> None:
        if self._sound.music_name:
            self._sound.play_music("")
            return
        dialog = QFileDialog(self.parentWidget(), "Choose music", "", _MUSIC)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._sound.play_music)
        self.hide()
        dialog.show()

    def _show(self) -> None:
        sound = self._sound
        self._list_devices()
        self.state.setText(sound.detail)
        lost = sound.state is MicrophoneState.LOST
        self.state.set_tone("gold" if lost else "teal" if sound.state is MicrophoneState.RUNNING else "")
        self.gain.show_gain(sound.gain_db)
        self.music_gain.show_gain(sound.music_gain_db)
        for toggle, on in ((self.talk, sound.push_to_talk), (self.denoise, sound.denoise)):
            if toggle.isChecked() != on:
                toggle.setChecked(on)
        self.music.setText(f"Stop “{sound.music_name[:24]}”" if sound.music_name else "Music file…")
        self.music.setAccessibleName(self.music.text())

    def _list_devices(self) -> None:
        wanted = [(choice.name, choice.id) for choice in self._sound.choices] + [("No microphone", OFF)]
        here = [(self.device.itemText(n), self.device.itemData(n)) for n in range(self.device.count())]
        if here != wanted:
            self.device.clear()
            for name, device_id in wanted:
                self.device.addItem(name, device_id)
        self.device.setCurrentIndex(self.device.findData(self._sound.device_id))

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)
