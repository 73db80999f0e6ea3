"""One strip of the mixer: a source, its fader, its mute, its meter; a device's strip has a delay, too.

Thread: `sound` reads; settings may be changed from any thread (each is read once a block). Must not import:
Qt, av, cv2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from studio.media.audio.levels import Meter
from studio.media.audio.samples import Samples, amplitude, ramp
from studio.media.audio.stream import DeviceStream

LEAST_GAIN_DB, MOST_GAIN_DB = -40.0, 24.0
#: Capture cards and wireless cameras bring the picture late: sound waits for it. Rarely it is the sound.
LEAST_DELAY_MS, MOST_DELAY_MS = -200, 500
#: The mixer's own patience (`thread._LAG`, less the block itself): chunks of 20 ms, and a busy machine.
_LATE_ALLOWED_NS = 40_000_000


class SoundSource(Protocol):
    """Where a strip's sound comes from."""

    def read(self, begin_ns: int, now_ns: int) -> Samples | None:
        """`BLOCK` samples of the time from `begin_ns` on; None while there is nothing. Never waits."""
        ...


@dataclass(frozen=True, slots=True)
class StripSettings:
    """What the host set. ``gain_db``: -40 to +24; ``delay_ms``: -200 (earlier) to +500, for devices alone."""

    gain_db: float = 0.0
    muted: bool = False
    delay_ms: int = 0

    def __post_init__(self) -> None:
        if not LEAST_GAIN_DB <= self.gain_db <= MOST_GAIN_DB:
            raise ValueError("a gain is between -40 and +24 dB")
        if not LEAST_DELAY_MS <= self.delay_ms <= MOST_DELAY_MS:
            raise ValueError("a delay is between -200 and +500 ms")


class MixerStrip:
    """Invariant: every change of gain is a ramp over one block, so that nothing clicks.

    Attributes: `meter`, after the gain, muted or not.
    """

    def __init__(self, source: SoundSource, settings: StripSettings | None = None) -> None:
        self._source = source
        self._settings = settings or StripSettings()
        self._gain = 0.0
        self.meter = Meter()

    @property
    def settings(self) -> StripSettings:
        return self._settings

    def set(self, settings: StripSettings) -> None:
        self._settings = settings

    @property
    def ahead_ns(self) -> int:
        """How far ahead of the mixed block its samples must have come."""
        return 0

    def read(self, begin_ns: int, now_ns: int) -> Samples | None:
        """The block of that time as it goes into the mix; None while it adds nothing."""
        settings = self._settings
        moves = self._moves(settings)
        block = self._take(begin_ns, now_ns)
        if block is None:
            self._gain = 0.0  # it comes back with a ramp, too
            self.meter.rest()
        if moves:
            self._move(settings)
        if block is None:
            return None
        gain = amplitude(settings.gain_db)
        self._measure(block, gain, now_ns)
        before, self._gain = self._gain, 0.0 if settings.muted or moves else gain
        if before == self._gain == 0.0:
            return None
        return block * ramp(before, self._gain)

    def _take(self, begin_ns: int, now_ns: int) -> Samples | None:
        return self._source.read(begin_ns, now_ns)

    def _measure(self, block: Samples, gain: float, _now_ns: int) -> float:
        return self.meter.add(block * np.float32(gain))

    def _moves(self, _settings: StripSettings) -> bool:
        """Whether sound jumps in time after this block: it fades out before and in after."""
        return False

    def _move(self, settings: StripSettings) -> None: ...


class DeviceStrip(MixerStrip):
    """A device's sound, put on the time line and moved along it by the host's delay."""

    def __init__(self, stream: DeviceStream, settings: StripSettings | None = None) -> None:
        super().__init__(stream, settings)
        self._stream = stream
        self._offset_ns = self._wanted_offset_ns(self._settings)

    @property
    def ahead_ns(self) -> int:
        late_ns = max(0, self._stream.late_ns - _LATE_ALLOWED_NS)
        return max(0, self._wanted_offset_ns(self._settings) + late_ns)

    def _take(self, begin_ns: int, now_ns: int) -> Samples | None:
        return self._stream.read(begin_ns + self._offset_ns, now_ns)

    def _wanted_offset_ns(self, settings: StripSettings) -> int:
        return -settings.delay_ms * 1_000_000

    def _moves(self, settings: StripSettings) -> bool:
        return self._wanted_offset_ns(settings) != self._offset_ns

    def _move(self, settings: StripSettings) -> None:
        wanted = self._wanted_offset_ns(settings)
        self._stream.move(wanted - self._offset_ns)
        self._offset_ns = wanted
