"""Whatever a device delivers becomes 48 kHz stereo of the same tone."""

from __future__ import annotations

import numpy as np
import pytest

from studio.media.audio.converter import Converter, DeviceFormat, SampleKind
from studio.media.audio.samples import RATE

TONE_HZ = 600


def bytes_of(kind: SampleKind, rate: int, channels: int, seconds: float = 1.0) -> bytes:
    wave = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(int(rate * seconds)) / rate)
    wave = np.repeat(wave[:, None], channels, axis=1)
    if channels > 2:
        wave[:, 2:] = 0.9  # must not be heard
    if kind == "u8":
        return (wave * 127 + 128).astype(np.uint8).tobytes()
    if kind == "flt":
        return wave.astype(np.float32).tobytes()
    dtype = {"s16": np.int16, "s32": np.int32}[kind]
    return (wave * np.iinfo(dtype).max).astype(dtype).tobytes()


@pytest.mark.parametrize("kind", ["u8", "s16", "s32", "flt"])
@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (44_100, 1), (16_000, 1), (96_000, 6)])
def test_the_tone_comes_out(kind: SampleKind, rate: int, channels: int) -> None:
    data = bytes_of(kind, rate, channels)
    converter = Converter(DeviceFormat(rate, channels, kind))
    # In pieces that fit no sample: devices do not promise whole ones.
    parts = [converter.convert(data[place : place + 4099]) for place in range(0, len(data), 4099)]
    heard = np.concatenate(parts)
    assert abs(len(heard) - RATE) < RATE * 0.01
    assert np.array_equal(heard[:, 0], heard[:, 1])
    spectrum = np.abs(np.fft.rfft(heard[: RATE // 2, 0] * np.hanning(RATE // 2)))
    assert np.argmax(spectrum) * 2 == TONE_HZ
    assert np.abs(heard).max() == pytest.approx(0.5, abs=0.03)


def test_odd_formats_are_refused() -> None:
    with pytest.raises(ValueError, match="no sound"):
        DeviceFormat(0, 2, "flt")
    with pytest.raises(ValueError, match="no sound"):
        DeviceFormat(48_000, 0, "flt")
