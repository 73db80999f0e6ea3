"""Samples of one device on their way to the mixer: a ring that knows when each of them was captured.

Purpose: the device's clock and ours never agree; here sound is put on ours by resampling, and what remains is
measured. Thread: one thread writes (the device's), one reads (`sound`). Must not import: Qt, av, cv2.

How: chunks come late by some jitter but never early, so over two seconds the earliest arrival tells when
sample 0 was captured. The reader asks for sound of a certain time; where its place in the ring differs from
the one wanted, it reads a little faster or slower (at most 0.5 %, which nobody hears) until it fits. The
interpolation is a windowed sinc of 16 taps (Smith, "Digital Audio Resampling Home Page", CCRMA).
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import numpy.typing as npt

from studio.media.audio.samples import BLOCK, CHANNELS, RATE, Samples, silence

_TAPS, _PHASES = 16, 512
_CAPACITY = RATE * 2
#: Over this long the earliest arrival counts.
_WINDOW_NS = 2_000_000_000
#: An error is read away within about this time, and never faster than this share.
_SETTLE_SAMPLES = RATE * 2
_FASTEST = 0.005
#: Beyond this it is not drift but a jump (a device that was suspended): go there at once.
_JUMP = RATE // 10
#: A chunk that came late moves the lateness this share of the way: one hiccup is not taken for a habit;
#: what is later than the most is lost.
_LATE_SHARE, _MOST_LATE_NS = 4, 250_000_000
#: No chunk for this long, and the device gives nothing; until then a missing chunk is an underrun.
_SILENT_NS = 500_000_000


def _sinc_table() -> npt.NDArray[np.float32]:
    """Row p: taps for the place p/_PHASES between the two middle samples, Kaiser window, unity gain."""
    offsets = np.arange(_TAPS) - (_TAPS // 2 - 1)
    places = offsets[None, :] - np.arange(_PHASES + 1)[:, None] / _PHASES
    inside = np.clip(1 - (places / (_TAPS / 2)) ** 2, 0, None)
    taps = np.sinc(places) * np.i0(6.0 * np.sqrt(inside)) / np.i0(6.0)
    table: npt.NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return table


_TABLE = _sinc_table()


class DeviceStream:
    """What a device gives, readable by time. Bounded to 2 s: beyond it the oldest samples are written over.

    Counters: `underruns` (blocks in which samples were missing while the device ran), `jumps`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring = silence(_CAPACITY)
        self._written = 0  # samples since the first
        self._arrivals: deque[tuple[int, int]] = deque()  # (arrival, capture time of sample 0), ascending
        self._last_arrival_ns: int | None = None
        self._place: float | None = None  # of the reader, in samples
        self._error = 0.0
        self._late_ns = 0
        self._underruns = self._jumps = 0

    def write(self, samples: Samples, arrived_ns: int) -> None:
        """Appends n x 2 samples, the last of which was captured at or before `arrived_ns`."""
        count = len(samples)
        if count == 0:
            return
        samples = samples[-_CAPACITY:]
        with self._lock:
            places = np.arange(self._written + count - len(samples), self._written + count) % _CAPACITY
            self._ring[places] = samples
            self._written += count
            self._note(arrived_ns, count)

    def reset(self) -> None:
        """Another device follows: its clock is another one, too. Counters stay."""
        with self._lock:
            self._written = 0
            self._arrivals.clear()
            self._place = self._last_arrival_ns = None
            self._error = 0.0
            self._late_ns = 0

    def read(self, begin_ns: int, now_ns: int) -> Samples | None:
        """`BLOCK` samples from `begin_ns` on; silence where some are missing. None: the device gives none."""
        with self._lock:
            if self._last_arrival_ns is None or now_ns - self._last_arrival_ns > _SILENT_NS:
                self._place = None
                return None
            wanted = (begin_ns - self._arrivals[0][1]) * RATE / 1e9
            if self._place is None:
                if wanted < _TAPS:
                    return None  # it has only just begun
                self._place = wanted
            self._error = wanted - self._place
            if abs(self._error) > _JUMP:
                self._jumps += 1
                self._place, self._error = wanted, 0.0
            step = 1.0 + float(np.clip(self._error / _SETTLE_SAMPLES, -_FASTEST, _FASTEST))
            places = self._place + step * np.arange(BLOCK, dtype=np.float64)
            self._place += step * BLOCK
            return self._interpolate(places)

    def move(self, by_ns: int) -> None:
        """From now on the reader asks for a time that lies `by_ns` further on: that is no drift."""
        with self._lock:
            if self._place is not None:
                self._place += by_ns * RATE / 1e9

    def gives_nothing_for_ns(self, now_ns: int) -> int | None:
        """How long ago the last chunk came; None before the first of this device."""
        last = self._last_arrival_ns
        return None if last is None else max(0, now_ns - last)

    @property
    def drift_ms(self) -> float:
        """How far the sound is from its time now, after correction."""
        return abs(self._error) * 1000 / RATE

    @property
    def late_ns(self) -> int:
        """How much after its time a sample comes when it comes late: a chunk's length, a busy machine."""
        return self._late_ns

    @property
    def underruns(self) -> int:
        return self._underruns

    @property
    def jumps(self) -> int:
        return self._jumps

    def _note(self, arrived_ns: int, count: int) -> None:
        """Keeps a sliding minimum of `arrival - samples so far`, and how much later samples may come."""
        running = self._last_arrival_ns is not None
        origin = arrived_ns - self._written * 1_000_000_000 // RATE
        if self._last_arrival_ns is not None and arrived_ns - self._last_arrival_ns > _SILENT_NS:
            self._arrivals.clear()
            running = False
        self._last_arrival_ns = arrived_ns
        while self._arrivals and self._arrivals[-1][1] >= origin:
            self._arrivals.pop()
        self._arrivals.append((arrived_ns, origin))
        while arrived_ns - self._arrivals[0][0] > _WINDOW_NS:
            self._arrivals.popleft()
        late_ns = min(origin - self._arrivals[0][1] + count * 1_000_000_000 // RATE, _MOST_LATE_NS)
        if running and late_ns > self._late_ns:
            self._late_ns += (late_ns - self._late_ns) // _LATE_SHARE

    def _interpolate(self, places: npt.NDArray[np.floating]) -> Samples:
        whole = np.floor(places).astype(np.int64)
        first, last = int(whole[0]) - _TAPS // 2 + 1, int(whole[-1]) + _TAPS // 2
        known_from = max(0, self._written - _CAPACITY)
        stretch = np.arange(first, last + 1)
        window = self._ring[stretch % _CAPACITY]
        missing = (stretch < known_from) | (stretch >= self._written)
        if missing.any():
            window[missing] = 0.0
            self._underruns += 1
        around = np.lib.stride_tricks.sliding_window_view(window, _TAPS, axis=0)[whole - whole[0]]
        phases = np.rint((places - whole) * _PHASES).astype(np.int64)
        mixed: Samples = np.einsum("nct,nt->nc", around, _TABLE[phases])
        assert mixed.shape == (BLOCK, CHANNELS)
        return mixed
