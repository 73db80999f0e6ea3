"""Microphone and music into one block: gain, mute, meters, limiter.

Thread: `sound` mixes; settings may be changed from any thread (each is read once a block). Must not import:
Qt, cv2.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from studio.media.audio.levels import Meter
from studio.media.audio.limiter import Limiter
from studio.media.audio.music import MusicFile
from studio.media.audio.noise import NoiseFilter
from studio.media.audio.samples import BLOCK, RATE, Samples, silence
from studio.media.audio.stream import DeviceStream

#: Louder than this is speech, not the room: talking into a muted microphone.
_SPEECH = 10 ** (-34.0 / 20)
#: So many of the last blocks must have been that loud.
_TALKING_BLOCKS, _TALKING_OF = RATE // BLOCK * 4 // 10, RATE // BLOCK * 3 // 2


@dataclass(frozen=True, slots=True)
class MixSettings:
    """What the host set. Gains: -40 to +24 dB; `denoise`: takes steady noise out of the microphone."""

    gain_db: float = 0.0
    muted: bool = False
    music_gain_db: float = -18.0
    denoise: bool = False

    def __post_init__(self) -> None:
        for gain in (self.gain_db, self.music_gain_db):
            if not -40 <= gain <= 24:
                raise ValueError("a gain is between -40 and +24 dB")


class Mixer:
    """Invariant: every change of gain is a ramp over one block, so that nothing clicks.

    Attributes:
        microphone: the microphone after its gain, muted or not. program: what viewers get.
    """

    def __init__(self, stream: DeviceStream) -> None:
        self._stream = stream
        self._settings = MixSettings()
        self._limiter = Limiter()
        self._noise: NoiseFilter | None = None
        self._music: MusicFile | None = None
        self._music_underruns = 0
        self._voice_gain = self._music_gain = 0.0
        self._loud: list[bool] = []
        self._lock = threading.Lock()
        self.microphone = Meter()
        self.program = Meter()

    @property
    def settings(self) -> MixSettings:
        return self._settings

    def set(self, settings: MixSettings) -> None:
        self._settings = settings

    def set_music(self, music: MusicFile | None) -> MusicFile | None:
        """Plays another file, or none; returns the one before, for its owner to stop."""
        with self._lock:
            before, self._music = self._music, music
            self._music_underruns += before.underruns if before is not None else 0
            self._music_gain = 0.0
        return before

    @property
    def music_underruns(self) -> int:
        music = self._music
        return self._music_underruns + (music.underruns if music is not None else 0)

    @property
    def talking_while_muted(self) -> bool:
        """Someone speaks into the muted microphone."""
        return self._settings.muted and sum(self._loud) >= _TALKING_BLOCKS

    def mix(self, begin_ns: int, now_ns: int) -> Samples:
        """The block that begins at `begin_ns`, `LOOK_AHEAD` samples late because of the limiter.

        With `denoise` the microphone is read `NoiseFilter.DELAY` samples ahead: they must have come by now.
        """
        settings = self._settings
        if settings.denoise:
            begin_ns += NoiseFilter.DELAY * 1_000_000_000 // RATE
        mixed = self._voice(settings, begin_ns, now_ns)
        with self._lock:
            music = self._music
            if music is not None:
                goal = _amplitude(settings.music_gain_db)
                mixed = mixed + music.read() * _ramp(self._music_gain, goal)
                self._music_gain = goal
        limited = self._limiter.limit(mixed)
        self.program.add(limited)
        return limited

    def _voice(self, settings: MixSettings, begin_ns: int, now_ns: int) -> Samples:
        voice = self._stream.read(begin_ns, now_ns)
        if voice is None:
            self._voice_gain = 0.0  # it comes back with a ramp, too
            self._loud.clear()
            self.microphone.add(silence(1))
            return silence()
        if settings.denoise:
            self._noise = self._noise or NoiseFilter()
            voice = self._noise.process(voice)
        else:
            self._noise = None
        gain = _amplitude(settings.gain_db)
        peak = self.microphone.add(voice * np.float32(gain))
        self._loud = [*self._loud[-_TALKING_OF + 1 :], peak > _SPEECH]
        goal = 0.0 if settings.muted else gain
        before, self._voice_gain = self._voice_gain, goal
        if before == goal == 0.0:
            return silence()
        return voice * _ramp(before, goal)


def _amplitude(gain_db: float) -> float:
    return float(10.0 ** (gain_db / 20.0))


def _ramp(before: float, goal: float) -> Samples:
    if before == goal:
        return np.full((1, 1), goal, dtype=np.float32)
    return np.linspace(before, goal, BLOCK, dtype=np.float32)[:, None]
