"""A device with a clock of its own, on a time line made here: what is read is what sounded at that time."""

from __future__ import annotations

import numpy as np
import pytest

from studio.media.audio.samples import BLOCK, RATE, Samples, block_ns
from studio.media.audio.stream import DeviceStream

CHUNK = 480
LATENCY_NS = 5_000_000
LAG_NS = 64_000_000


def wave(seconds: np.ndarray) -> Samples:
    """What can be heard in the room at these times; its phase tells the time within half a millisecond."""
    tone = np.sin(2 * np.pi * 997 * seconds).astype(np.float32)
    return np.stack([tone, -tone], axis=1)


class Device:
    """Delivers chunks of the wave with a clock that is fast by `ppm`, late by jitter from a fixed seed."""

    def __init__(self, stream: DeviceStream, ppm: float = 0.0) -> None:
        self.stream = stream
        self._per_sample_ns = 1e9 / (RATE * (1 + ppm / 1e6))
        self._made = 0
        self._random = np.random.default_rng(7)

    def run_until(self, now_ns: int) -> None:
        while True:
            end_ns = (self._made + CHUNK) * self._per_sample_ns
            arrival = int(end_ns + LATENCY_NS + self._random.exponential(1_000_000))
            if arrival > now_ns:
                return
            times = (self._made + np.arange(CHUNK)) * self._per_sample_ns / 1e9
            self.stream.write(wave(times), arrival)
            self._made += CHUNK


def listen(stream: DeviceStream, device: Device, blocks: range) -> list[tuple[int, Samples | None]]:
    heard = []
    for number in blocks:
        now = block_ns(number) + LAG_NS
        device.run_until(now)
        heard.append((block_ns(number), stream.read(block_ns(number), now)))
    return heard


def shift_ms(begin_ns: int, block: Samples) -> float:
    """By how much the block is late, within +-0.5 ms: the phase of the tone."""
    times = begin_ns / 1e9 + np.arange(BLOCK) / RATE
    turn = np.vdot(np.exp(2j * np.pi * 997 * times), block[:, 0])
    return float(-np.angle(turn * 1j) / (2 * np.pi * 997) * 1000)


@pytest.mark.parametrize("ppm", [0.0, 300.0, -300.0])
def test_sound_stays_at_its_time_though_the_device_runs_fast_or_slow(ppm: float) -> None:
    stream = DeviceStream()
    device = Device(stream, ppm)
    heard = listen(stream, device, range(2, 47 * 40))
    blocks = [(begin, block) for begin, block in heard if block is not None]
    assert len(blocks) > 47 * 39
    late = [shift_ms(begin, block) - LATENCY_NS / 1e6 for begin, block in blocks[200:]]
    # Only the phase is known: whole turns of 1.003 ms are told apart by staying the same all the time.
    turns = np.unwrap(np.array(late) * 2 * np.pi * 0.997) / (2 * np.pi * 0.997)
    assert np.ptp(turns) < 0.8, "40 s at 300 ppm would be 12 ms"
    assert stream.drift_ms < 2
    assert stream.underruns == stream.jumps == 0


def test_the_wave_itself_is_not_changed() -> None:
    stream = DeviceStream()
    heard = listen(stream, Device(stream, 150.0), range(2, 300))
    block = heard[-1][1]
    assert block is not None
    assert np.abs(np.abs(block).max() - 1.0) < 0.01
    spectrum = np.abs(np.fft.rfft(block[:, 0] * np.hanning(BLOCK)))
    tone = int(np.argmax(spectrum))
    spectrum[max(0, tone - 10) : tone + 11] = 0  # beyond the window's own side lobes
    assert spectrum.max() < 0.001 * BLOCK / 4, "nothing beside the tone above -60 dB"


def test_missing_chunks_are_silence_and_counted_until_the_device_is_given_up() -> None:
    stream = DeviceStream()
    device = Device(stream)
    listen(stream, device, range(2, 100))
    stopped = block_ns(99) + LAG_NS
    later = [stream.read(block_ns(n), block_ns(n) + LAG_NS) for n in range(100, 140)]
    missing = stream.underruns
    assert missing > 5
    assert later[-1] is None, "half a second without a chunk: it gives nothing"
    assert stream.read(block_ns(141), stopped + 2_000_000_000) is None
    assert stream.underruns == missing


def test_a_device_that_was_suspended_is_found_again_at_once() -> None:
    stream = DeviceStream()
    listen(stream, Device(stream), range(2, 100))
    again = Device(stream)
    pause = 3_000_000_000
    chunk = np.zeros((CHUNK, 2), dtype=np.float32)
    for n in range(60):
        stream.write(chunk, block_ns(100) + pause + n * CHUNK * 1_000_000_000 // RATE)
    block = stream.read(block_ns(115) + pause, block_ns(118) + pause)
    assert block is not None
    assert again is not None
    assert stream.drift_ms < 1


def test_a_jump_of_the_device_is_followed_and_counted() -> None:
    stream = DeviceStream()
    device = Device(stream)
    listen(stream, device, range(2, 100))
    now = block_ns(100) + LAG_NS
    # 300 ms of sound at once: the device had held it back.
    stream.write(np.zeros((RATE * 3 // 10, 2), dtype=np.float32), now)
    assert stream.read(block_ns(100), now) is not None
    assert stream.jumps == 1


def test_another_device_begins_anew() -> None:
    stream = DeviceStream()
    listen(stream, Device(stream), range(2, 50))
    stream.reset()
    assert stream.read(block_ns(60), block_ns(63)) is None
    stream.write(np.zeros((0, 2), dtype=np.float32), 1)
    assert stream.read(block_ns(60), block_ns(63)) is None
