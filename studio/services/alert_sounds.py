"""The sound of a gift alert: one a streak, by the gift's tier, into the mix and, if wished, to the host.

GUI thread. Signals: ``changed`` when the host switches what they hear.
"""

from __future__ import annotations

import logging
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer, QSoundEffect

from studio.media.audio.mixer import Mixer, StripName
from studio.media.audio.samples import RATE, Samples, amplitude
from studio.model.reaction import Reaction, Sound, reaction_of
from studio.services.overlays.alert_queue import GiftAlert
from studio.services.profile import Profile

log = logging.getLogger(__name__)

TIERS = range(1, 6)
_CHIME = 0.5


def read_sound(path: Path) -> Samples:
    """A mono WAV of 16 bits at 48 kHz as n x 2 samples. ValueError and OSError for anything else."""
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getsampwidth(), file.getnchannels()) != (RATE, 2, 1):
            raise ValueError(f"{path.name} is not 16-bit mono at {RATE} Hz")
        data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return np.repeat((data / np.float32(32_768)).astype(np.float32)[:, None], 2, axis=1)


class AlertSounds(QObject):
    """Invariant: with the strip muted nobody hears an alert. Three play at once, more are left out."""

    changed = Signal()

    def __init__(self, profile: Profile, mixer: Mixer, folder: Path) -> None:
        """``folder``: where ``alert-1.wav`` to ``alert-5.wav`` lie."""
        super().__init__()
        #: The host's own sounds: by reaction, None when there is none.
        self.own: Callable[[Reaction], Samples | None] = lambda reaction: None
        self._player: QMediaPlayer | None = None
        self._profile = profile
        self._mixer = mixer
        self._folder = folder
        self._sounds: dict[int, Samples | None] = {}
        self._effects: dict[int, QSoundEffect] = {}

    @property
    def for_host(self) -> bool:
        """Whether the host hears alerts on the default output, too.

        Off at first: through speakers the microphone would hear each a second time.
        """
        return self._profile.saved.hear_alerts

    @for_host.setter
    def for_host(self, wanted: bool) -> None:
        self._profile.update(hear_alerts=wanted)
        if not wanted:
            self._silence_effects()
        self.changed.emit()

    @property
    def host_can_hear(self) -> bool:
        """Whether there is an output to play on."""
        return not QMediaDevices.defaultAudioOutput().isNull()

    def react(self, alert: GiftAlert) -> None:
        """An alert came up for the first time: what the host chose for its gift is heard."""
        reaction = reaction_of(self._profile.saved.reactions, alert.gift_id, alert.tier)
        if reaction.sound is Sound.NONE:
            return
        own = self.own(reaction)
        if own is not None:
            self._play_own(reaction.file, own)
        elif reaction.sound.value.isdigit():
            self.play(int(reaction.sound.value))
        else:
            self.play(alert.tier)  # also while the host's own is not there

    def _play_own(self, file: str, sound: Samples) -> None:
        settings = self._mixer.strips[StripName.ALERTS].settings
        if settings.muted:
            return
        if not self._mixer.alerts.play(sound):
            log.info("alert sound left out: three play already")
        elif self.for_host and self.host_can_hear:
            if self._player is None:
                self._player = QMediaPlayer(self)
                self._player.setAudioOutput(QAudioOutput(self))
            self._player.audioOutput().setVolume(min(1.0, amplitude(settings.gain_db)))
            self._player.setSource(QUrl.fromLocalFile(file))
            self._player.play()

    def play(self, tier: int) -> None:
        """One of the sounds that are shipped."""
        settings = self._mixer.strips[StripName.ALERTS].settings
        if settings.muted:
            return
        tier = min(max(tier, TIERS[0]), TIERS[-1])
        sound = self._sound(tier)
        if sound is None:
            return
        if not self._mixer.alerts.play(sound):
            log.info("alert sound left out: three play already")
        elif self.for_host and self.host_can_hear:
            effect = self._effect(tier)
            effect.setVolume(min(1.0, amplitude(settings.gain_db)))
            effect.play()

    def chime(self) -> None:
        """Somebody spoke to the host, who alone hears it."""
        if self.host_can_hear:
            effect = self._effect(TIERS[0])
            effect.setVolume(_CHIME)
            effect.play()

    def hush(self) -> None:
        """The alert was taken down before its time: its sound fades out."""
        self._mixer.alerts.hush()
        self._silence_effects()

    def _silence_effects(self) -> None:
        for effect in self._effects.values():
            effect.stop()
        if self._player is not None:
            self._player.stop()

    def _path(self, tier: int) -> Path:
        return self._folder / f"alert-{tier}.wav"

    def _sound(self, tier: int) -> Samples | None:
        """Read when first needed, about 150 kB; None, and a line in the log, when the file is damaged."""
        if tier not in self._sounds:
            try:
                self._sounds[tier] = read_sound(self._path(tier))
            except (OSError, EOFError, ValueError, wave.Error) as error:
                log.warning("no sound for alerts of tier %d: %s", tier, error)
                self._sounds[tier] = None
        return self._sounds[tier]

    def _effect(self, tier: int) -> QSoundEffect:
        if tier not in self._effects:
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(self._path(tier))))
            self._effects[tier] = effect
        return self._effects[tier]
