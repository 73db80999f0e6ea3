"""A camera and a microphone that see and hear the same moment: white and a tone, once every ten seconds.

Between them the looped clip goes on, and someone speaks. The microphone's clock is wrong, as every device's
is. Threads: the source belongs to its capture thread, the microphone has a thread of its own.
"""

from __future__ import annotations

import random
import threading
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.media.audio.samples import RATE, Samples
from studio.media.audio.stream import DeviceStream
from studio.media.clock import now_ns
from studio.media.frame import Frame
from studio.media.sources.file_source import FileSource

PERIOD_NS = 10_000_000_000
LASTS_NS = 200_000_000
#: Nobody speaks for so long before a tone: its begin must stand out.
_HUSH_NS = 300_000_000
TONE_HZ = 3_000
TONE = 0.5
_SPEECH_PEAK = 0.25
_CHUNK = RATE // 50


@dataclass(frozen=True, slots=True)
class Moments:
    """When it flashes and beeps: at `origin_ns` of `now_ns`, and every `period_ns` from there."""

    origin_ns: int
    period_ns: int = PERIOD_NS

    def number(self, at_ns: int) -> int:
        return (at_ns - self.origin_ns) // self.period_ns

    def since(self, at_ns: int) -> int:
        """Nanoseconds since the newest moment."""
        return (at_ns - self.origin_ns) % self.period_ns


class FlashingClip(FileSource):
    """A looped clip whose pictures are white for `LASTS_NS` from each moment on.

    Attributes: `first_lit`: of each moment by number, when its first white picture was taken. A camera sees
    a flash with the next picture; how much later that is, is known here.
    """

    def __init__(self, path: Path, moments: Moments) -> None:
        super().__init__(path, name="Flashing clip")
        self._moments = moments
        self.first_lit: dict[int, int] = {}

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is None or self._moments.since(frame.pts_ns) >= LASTS_NS:
            return frame
        self.first_lit.setdefault(self._moments.number(frame.pts_ns), frame.pts_ns)
        return Frame(np.full_like(frame.array, 255), frame.pts_ns)


class Microphone:
    """Writes speech and tones into a `DeviceStream`, by a clock that is `ppm` millionths too fast.

    Chunks of 20 ms, each up to 4 ms after its last sample was recorded, later when the machine is busy.
    """

    def __init__(self, stream: DeviceStream, speech: Path, moments: Moments, ppm: float) -> None:
        self._stream, self._moments = stream, moments
        self._speech = _load(speech)
        self._ns_a_sample = 1e9 / (RATE * (1 + ppm / 1e6))
        self._dice = random.Random(7)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="long run's microphone", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(5)

    def _run(self) -> None:
        begin, made = now_ns(), 0
        while True:
            due = begin + round((made + _CHUNK) * self._ns_a_sample) + self._dice.randrange(4_000_000)
            if self._ended.wait(max(0, due - now_ns()) / 1e9):
                return
            self._stream.write(self._record(begin, made), now_ns())
            made += _CHUNK

    def _record(self, begin: int, made: int) -> Samples:
        at_ns = begin + (np.arange(made, made + _CHUNK) * self._ns_a_sample).astype(np.int64)
        period_ns = self._moments.period_ns
        since = (at_ns - self._moments.origin_ns) % period_ns
        heard = self._speech[np.arange(made, made + _CHUNK) % len(self._speech)]
        heard = np.where(since >= period_ns - _HUSH_NS, 0.0, heard)
        tone = TONE * np.sin(2 * np.pi * TONE_HZ * since / 1e9)
        heard = np.where(since < LASTS_NS, tone, heard).astype(np.float32)
        return np.stack([heard, heard], axis=1)


def _load(speech: Path) -> npt.NDArray[np.float32]:
    """Mono at `RATE`, from 16 bits of any rate."""
    with wave.open(str(speech), "rb") as file:
        assert file.getsampwidth() == 2
        recorded = np.frombuffer(file.readframes(file.getnframes()), "<i2")[:: file.getnchannels()]
        rate = file.getframerate()
    places = np.arange(len(recorded) * RATE // rate) * rate / RATE
    heard = np.interp(places, np.arange(len(recorded)), recorded)
    return (heard * _SPEECH_PEAK / np.abs(heard).max()).astype(np.float32)
