"""From what a device delivers to what this room speaks: any rate, 1 or more channels, integers or floats.

Belongs to one thread (the device's). Must not import: Qt, cv2. The resampler is FFmpeg's (libswresample).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import av
import numpy as np
from av.error import FFmpegError

from studio.media.audio.samples import RATE, Samples, silence
from studio.media.errors import SourceLost

SampleKind = Literal["u8", "s16", "s32", "flt"]
_TYPES = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "flt": np.float32}


@dataclass(frozen=True, slots=True)
class DeviceFormat:
    """Interleaved samples of `kind`, in the machine's byte order."""

    rate: int
    channels: int
    kind: SampleKind

    def __post_init__(self) -> None:
        if not (4_000 <= self.rate <= 768_000 and 1 <= self.channels <= 64):
            raise ValueError(f"no sound of {self.rate} Hz in {self.channels} channels")


class Converter:
    """Bytes of a device in, 48 kHz stereo out. Mono goes to both sides; of more channels two count."""

    def __init__(self, device: DeviceFormat) -> None:
        self._device = device
        self._frame_bytes = device.channels * np.dtype(_TYPES[device.kind]).itemsize
        self._rest = b""
        self._resampler = None if device.rate == RATE else to_this_room()

    def convert(self, data: bytes) -> Samples:
        """n x 2; what is not a whole sample yet waits for the next call. Raises SourceLost."""
        data = self._rest + data
        whole = len(data) // self._frame_bytes * self._frame_bytes
        self._rest = data[whole:]
        if whole == 0:
            return silence(0)
        stereo = self._to_stereo(data[:whole])
        return stereo if self._resampler is None else self._resample(self._resampler, stereo)

    def _to_stereo(self, data: bytes) -> Samples:
        raw = np.frombuffer(data, dtype=_TYPES[self._device.kind]).reshape(-1, self._device.channels)
        raw = raw[:, :2]
        samples: Samples
        if self._device.kind == "flt":
            samples = raw.astype(np.float32)
        elif self._device.kind == "u8":
            samples = (raw.astype(np.float32) - np.float32(128)) / np.float32(128)
        else:
            samples = raw.astype(np.float32) / np.float32(-float(np.iinfo(raw.dtype).min))
        return samples if samples.shape[1] == 2 else np.repeat(samples, 2, axis=1)

    def _resample(self, resampler: av.AudioResampler, stereo: Samples) -> Samples:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(stereo).reshape(1, -1), format="flt", layout="stereo"
        )
        frame.sample_rate = self._device.rate
        frame.pts = None
        try:
            made = resampler.resample(frame)
        except (FFmpegError, ValueError) as error:
            raise SourceLost(f"The sound cannot be converted ({error}).") from error
        parts = [part.to_ndarray().reshape(-1, 2) for part in made]
        return np.concatenate(parts).astype(np.float32, copy=False) if parts else silence(0)


def to_this_room() -> av.AudioResampler:
    """Makes any frames into the samples of this room; `samples_of` takes them out."""
    return av.AudioResampler("flt", "stereo", RATE)


def samples_of(frame: av.AudioFrame) -> Samples:
    """The n x 2 samples of a frame that `to_this_room` made."""
    return frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
