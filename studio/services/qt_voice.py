"""The system's voices, through Qt. GUI thread.

Signals: ``finished``: what was said is over; ``failed(sentence)``.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtTextToSpeech import QTextToSpeech

log = logging.getLogger(__name__)

_NONE = (
    "No voice was found on this computer. On Linux install speech-dispatcher and a voice such as espeak-ng; "
    "on Windows and macOS add one in the system's settings for speech."
)


class QtVoice(QObject):
    """``engine``: of Qt's engines, empty for the system's own. Invariant: one sentence at a time."""

    finished = Signal()
    failed = Signal(str)

    def __init__(self, engine: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        here = [one for one in QTextToSpeech.availableEngines() if one != "mock" or engine == "mock"]
        self._speech: QTextToSpeech | None = None
        self._speaking = False
        if here:
            self._speech = QTextToSpeech(engine or here[0], self)
            self._speech.stateChanged.connect(self._state_changed)

    @property
    def trouble(self) -> str:
        """Why nothing can be said, and what to do; empty when it can."""
        speech = self._speech
        if speech is None:
            return _NONE
        if speech.state() is QTextToSpeech.State.Error or not speech.availableVoices():
            reason = speech.errorString()
            return f"{_NONE} ({reason})" if reason else _NONE
        return ""

    def voices(self) -> list[str]:
        """Names, in the system's order."""
        return [voice.name() for voice in self._speech.availableVoices()] if self._speech is not None else []

    def say(self, text: str, *, voice: str, rate: float, volume: float) -> None:
        """Says it; `finished` or `failed` follows. An unknown voice is the system's usual one."""
        speech = self._speech
        if speech is None or self.trouble:
            self.failed.emit(self.trouble)
            return
        chosen = next((one for one in speech.availableVoices() if one.name() == voice), None)
        if chosen is not None and chosen != speech.voice():
            speech.setVoice(chosen)
        speech.setRate(rate)
        speech.setVolume(volume)
        self._speaking = True
        speech.say(text)

    def stop(self) -> None:
        """What is being said breaks off."""
        self._speaking = False
        if self._speech is not None:
            self._speech.stop(QTextToSpeech.BoundaryHint.Immediate)

    def _state_changed(self, state: QTextToSpeech.State) -> None:
        if not self._speaking:
            return
        if state is QTextToSpeech.State.Ready:
            self._speaking = False
            self.finished.emit()
        elif state is QTextToSpeech.State.Error:
            self._speaking = False
            log.warning("speaking failed: %s", self._speech.errorString() if self._speech else "")
            self.failed.emit(self.trouble)
