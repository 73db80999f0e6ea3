"""The Mic tile: a press mutes or opens the microphone; with push to talk, holding it lets the voice through.

GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.services.sound import MicrophoneState, SoundService
from studio.ui.widgets.tile import IconButton


class MicTile(IconButton):
    """Invariant: says what viewers hear. ``settings_wanted``: there is no microphone, or a right click."""

    settings_wanted = Signal()

    def __init__(self, sound: SoundService, parent: QWidget | None = None) -> None:
        super().__init__("Mic on", "mic", "live", parent)
        self._sound = sound
        self.setCheckable(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda _at: self.settings_wanted.emit())
        self.clicked.connect(self._pressed)
        self.pressed.connect(lambda: self._talk(True))
        self.released.connect(lambda: self._talk(False))
        sound.changed.connect(self._show)
        self._show()

    def _pressed(self) -> None:
        if self._sound.state is not MicrophoneState.RUNNING:
            self.settings_wanted.emit()
        elif not self._sound.push_to_talk:
            self._sound.muted = not self._sound.muted
        self._show()  # Qt has switched the tile by itself; what it shows is the service's to say

    def _talk(self, on: bool) -> None:
        if self._sound.push_to_talk:
            self._sound.talk(on)

    def _show(self) -> None:
        sound = self._sound
        if sound.state is not MicrophoneState.RUNNING:
            words = "Mic lost" if sound.state is MicrophoneState.LOST else "No mic"
        elif sound.push_to_talk and not sound.muted:
            words = "On air" if sound.open else "Hold to talk"
        else:
            words = "Mic on" if sound.open else "Muted"
        self.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(sound.detail)
        self.setToolTip(f"{sound.detail} Right-click for sound settings.".strip())
        self.set_icon("mic" if sound.open else "mic-off")
        self.setChecked(sound.state is MicrophoneState.RUNNING and not sound.open)
        self.update()
