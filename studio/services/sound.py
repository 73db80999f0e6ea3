"""The host's sound: which microphone, how loud, muted or not, music under it, and what is measured.

``desk`` has every strip's fader, ``second`` the second device, ``alerts`` the sounds of gifts, ``guard`` the
microphone's troubles. GUI thread. Signals: ``changed`` (devices, choice, switches, faders),
``level_changed`` (at most 20 a second, while there is something to hear), ``failed(sentence)``.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.media.audio.levels import Level
from studio.media.audio.music import MusicFile
from studio.media.audio.players import Player
from studio.media.audio.stream import DeviceStream
from studio.media.audio.thread import SoundCounters, SoundThread
from studio.media.errors import EncoderFailed, SourceUnreadable
from studio.places import resource_path
from studio.services.alert_sounds import AlertSounds
from studio.services.microphone import Microphone, MicrophoneChoice, MicrophoneState
from studio.services.profile import Profile
from studio.services.second_input import OFF, SecondInput
from studio.services.sound_desk import SoundDesk, StripName
from studio.services.sound_guard import SoundGuardService

__all__ = ["OFF", "Level", "MicrophoneChoice", "MicrophoneState", "SoundService", "StripName"]

log = logging.getLogger(__name__)

_LEVEL_MS = 50
#: The loudest of so many levels is what a sound check speaks of: 3 s.
_RECENT = 3_000 // _LEVEL_MS


class SoundService(QObject):
    """Invariant: nothing is recorded before ``start``, and a muted microphone is silent for viewers."""

    changed = Signal()
    level_changed = Signal()
    failed = Signal(str)
    _encoder_failure_came = Signal(object)
    _music_failure_came = Signal(object)

    def __init__(
        self, profile: Profile, open_microphone: Callable[[DeviceStream, str], Microphone] = Microphone
    ) -> None:
        super().__init__()
        self._profile = profile
        self._open_microphone = open_microphone
        #: For the media engine, which starts and stops it.
        self.thread_of_sound = SoundThread(on_error=self._encoder_failure_came.emit)
        self._mixer = self.thread_of_sound.mixer
        self.desk = SoundDesk(profile, self._mixer)
        self.second = SecondInput(profile, self.thread_of_sound.second, open_microphone)
        self.alerts = AlertSounds(profile, self._mixer, resource_path("sounds"))
        self.guard = SoundGuardService(self._mixer.microphone.watch)
        self._microphone: Microphone | None = None
        self._muted = self._talking = self._warned = False
        self._push_to_talk = profile.saved.push_to_talk
        self._music: MusicFile | None = None
        self.level = Level()
        self._recent: list[Level] = []
        self._poll = QTimer(self)
        self._poll.setInterval(_LEVEL_MS)
        self._poll.timeout.connect(self._measure)
        self._encoder_failure_came.connect(self._encoder_failed)
        self._music_failure_came.connect(self._music_failed)
        for part in (self.desk, self.second, self.alerts, self.guard):
            part.changed.connect(self.changed)
        self._apply(denoise=profile.saved.denoise)

    def start(self) -> None:
        """Looks for microphones and opens the one of last time, else the system's default."""
        self._microphone = self._open_microphone(self.thread_of_sound.stream, "microphone")
        self._microphone.changed.connect(self._microphone_changed)
        self.thread_of_sound.start()
        self._poll.start()
        self.guard.start()
        self._choose(self._profile.saved.microphone_id)
        self.second.start()

    def stop(self) -> bool:
        """Ends recording and music. False when a driver still blocks its thread."""
        self._poll.stop()
        self.guard.stop()
        self.alerts.hush()
        self._mixer.set_music(None)
        self._music, playing = None, self._music
        ended = playing.stop() if playing is not None else True
        ended &= self.second.stop()
        if self._microphone is not None:
            self._microphone.changed.disconnect(self._microphone_changed)
            ended &= self._microphone.stop()
            self._microphone = None
        return ended

    # --- microphone

    @property
    def choices(self) -> tuple[MicrophoneChoice, ...]:
        return self._microphone.choices if self._microphone is not None else ()

    @property
    def device_id(self) -> str:
        """What is recorded from now, or ``OFF``."""
        return self._microphone.chosen if self._microphone is not None and self._microphone.chosen else OFF

    @property
    def state(self) -> MicrophoneState:
        return self._microphone.state if self._microphone is not None else MicrophoneState.NONE

    @property
    def detail(self) -> str:
        """The microphone's name while it runs, else a sentence."""
        return self._microphone.detail if self._microphone is not None else "No microphone."

    def choose(self, device_id: str) -> None:
        """Records from this one, or nothing with ``OFF``; remembered for the next start."""
        self._profile.update(microphone_id=device_id)
        self._choose(device_id)

    def _choose(self, device_id: str) -> None:
        if self._microphone is None:
            return
        if not device_id and self.choices:
            device_id = self.choices[0].id
        self._recent.clear()
        self._microphone.choose("" if device_id == OFF else device_id)

    @Slot()
    def _microphone_changed(self) -> None:
        microphone, kept = self._microphone, self._profile.saved.microphone_id
        if microphone is not None and not (microphone.chosen or kept) and microphone.choices:
            self._choose("")  # the first one was plugged in
        else:
            self._tell_guard()
            self.changed.emit()

    # --- what the host sets

    @property
    def muted(self) -> bool:
        """Whether the host muted the microphone. With push-to-talk see ``open``, too."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted
        self._apply()

    @property
    def push_to_talk(self) -> bool:
        return self._push_to_talk

    @push_to_talk.setter
    def push_to_talk(self, on: bool) -> None:
        self._push_to_talk = on
        self._talking = False
        self._profile.update(push_to_talk=on)
        self._apply()

    def talk(self, on: bool) -> None:
        """The push-to-talk key went down or up."""
        self._talking = on
        self._apply()

    @property
    def open(self) -> bool:
        """Whether viewers hear the microphone now."""
        return self.state is MicrophoneState.RUNNING and not self._mixer.microphone.settings.muted

    @property
    def gain_db(self) -> float:
        return self.desk.settings(StripName.MICROPHONE).gain_db

    @gain_db.setter
    def gain_db(self, gain_db: float) -> None:
        self.desk.set_gain(StripName.MICROPHONE, gain_db)

    @property
    def denoise(self) -> bool:
        return self._mixer.microphone.denoise

    @denoise.setter
    def denoise(self, on: bool) -> None:
        self._profile.update(denoise=on)
        self._apply(denoise=on)

    def _apply(self, **changes: bool) -> None:
        muted = self._muted or (self._push_to_talk and not self._talking)
        microphone = self._mixer.microphone
        microphone.set(dataclasses.replace(microphone.settings, muted=muted, **changes))
        self._tell_guard()
        self.changed.emit()

    def _tell_guard(self) -> None:
        microphone, muted = self._microphone, self._mixer.microphone.settings.muted
        if microphone is not None:
            self.guard.device(microphone.chosen, microphone.detail, microphone.state, muted)

    # --- music

    @property
    def music_name(self) -> str:
        """The file that plays, or empty."""
        return self._music.path.name if self._music is not None else ""

    @property
    def music_gain_db(self) -> float:
        return self.desk.settings(StripName.MUSIC).gain_db

    @music_gain_db.setter
    def music_gain_db(self, gain_db: float) -> None:
        self.desk.set_gain(StripName.MUSIC, gain_db)

    def play_music(self, path: str) -> None:
        """Plays a file under the voice, in a loop; "" ends it."""
        music = MusicFile(Path(path), self._music_failure_came.emit) if path else None
        self._mixer.set_music(music)
        before, self._music = self._music, music
        if before is not None:
            before.stop(0)  # its thread ends by itself; the window does not wait for a disk
        if music is not None:
            music.start()
        self.changed.emit()

    # --- what is measured

    @property
    def talking_while_muted(self) -> bool:
        return self._mixer.microphone.talking_while_muted and not self._push_to_talk

    @property
    def loudest_dbfs(self) -> float:
        """The microphone's peak in the last 3 s."""
        return max((level.peak_dbfs for level in self._recent), default=Level().peak_dbfs)

    @property
    def clipped(self) -> bool:
        return any(level.clipped for level in self._recent)

    def play_videos(self, sounds: Iterable[Player]) -> None:
        """Mixes the sounds of the videos that show now; those of before fade out."""
        self._mixer.set_video_sounds(sounds)

    def counters(self) -> SoundCounters:
        """Since going on air."""
        return self.thread_of_sound.counters()

    @Slot()
    def _measure(self) -> None:
        self.desk.measure()
        level, before = self.desk.levels[StripName.MICROPHONE], self.level
        self.level = level
        self._recent = [*self._recent[-_RECENT + 1 :], level]
        warned, self._warned = self._warned, self.talking_while_muted
        if warned != self._warned:
            self.changed.emit()
        if level != before:
            self.level_changed.emit()

    @Slot(object)
    def _encoder_failed(self, error: EncoderFailed) -> None:
        self.failed.emit(f"{error} The LIVE goes on without sound.")

    @Slot(object)
    def _music_failed(self, error: SourceUnreadable) -> None:
        self.play_music("")
        self.failed.emit(str(error))
