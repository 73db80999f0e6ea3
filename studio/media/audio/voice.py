"""The microphone's strip: noise suppression, talking while muted, and what the guard must know of it.

Thread: `sound` reads; the rest from any. Must not import: Qt, cv2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.media.audio.guard import VoiceWatch
from studio.media.audio.noise import NoiseFilter
from studio.media.audio.samples import BLOCK, RATE, Samples
from studio.media.audio.stream import DeviceStream
from studio.media.audio.strip import DeviceStrip, StripSettings

#: Louder than this is speech, not the room: talking into a muted microphone.
_SPEECH = 10 ** (-34.0 / 20)
#: So many of the last blocks must have been that loud.
_TALKING_BLOCKS, _TALKING_OF = RATE // BLOCK * 4 // 10, RATE // BLOCK * 3 // 2
_DENOISE_NS = NoiseFilter.DELAY * 1_000_000_000 // RATE


@dataclass(frozen=True, slots=True)
class VoiceSettings(StripSettings):
    """``denoise``: takes steady noise out."""

    denoise: bool = False


class VoiceStrip(DeviceStrip):
    """With `denoise` the stream is read `NoiseFilter.DELAY` ahead, so that the voice keeps its time."""

    def __init__(self, stream: DeviceStream) -> None:
        super().__init__(stream, VoiceSettings())
        self._raw_peak = 0.0
        self._noise: NoiseFilter | None = None
        self._loud: list[bool] = []
        self.watch = VoiceWatch()

    @property
    def denoise(self) -> bool:
        """Whether steady noise is taken out."""
        settings = self._settings
        return isinstance(settings, VoiceSettings) and settings.denoise

    @property
    def talking_while_muted(self) -> bool:
        """Someone speaks into the muted microphone."""
        return self._settings.muted and sum(self._loud) >= _TALKING_BLOCKS

    def _take(self, begin_ns: int, now_ns: int) -> Samples | None:
        voice = super()._take(begin_ns, now_ns)
        if voice is None:
            self._loud.clear()
            self.watch.nothing()
            return None
        self._raw_peak = float(np.abs(voice).max())
        return voice if self._noise is None else self._noise.process(voice)

    def _measure(self, block: Samples, gain: float, now_ns: int) -> float:
        # A device at its limit stays clipped however far its sound is turned down afterwards.
        peak = self.meter.add(block * np.float32(gain), unlimited=self._raw_peak)
        self._loud = [*self._loud[-_TALKING_OF + 1 :], peak > _SPEECH]
        self.watch.see(self._raw_peak, peak, now_ns)
        return peak

    def _wanted_offset_ns(self, settings: StripSettings) -> int:
        denoise = isinstance(settings, VoiceSettings) and settings.denoise
        return super()._wanted_offset_ns(settings) + (_DENOISE_NS if denoise else 0)

    def _move(self, settings: StripSettings) -> None:
        super()._move(settings)
        assert isinstance(settings, VoiceSettings)
        self._noise = (self._noise or NoiseFilter()) if settings.denoise else None
