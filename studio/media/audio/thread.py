"""The sound thread: every 42.7 ms mixes two blocks, measures them and, on air, encodes them for every output.

Thread: `sound`; its methods may be called from any thread. Must not import: Qt, net, cv2.

Blocks lie on the same monotonic clock as the compositor's ticks, so sound and picture share one time line and
cannot drift apart; a device's own clock is dealt with in `stream`. A block is mixed `_LAG` blocks after its
time: until then what the device recorded has arrived.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from studio.media.audio.aac import AacEncoder
from studio.media.audio.limiter import LOOK_AHEAD
from studio.media.audio.mixer import Mixer
from studio.media.audio.samples import BLOCK, RATE, Samples, block_ns, silence
from studio.media.audio.stream import DeviceStream
from studio.media.clock import Clock, MonotonicClock
from studio.media.errors import EncoderFailed
from studio.media.outputs.output import Output
from studio.media.packet import AudioConfig, AudioPacket

log = logging.getLogger(__name__)

#: 64 ms: a block, a device's chunk of 20 ms, and 20 ms for a busy machine.
_LAG = 3
#: Blocks mixed at one waking: after a sleep code and data are out of the caches, and the first block takes
#: five times what the next one does (measured beside x264). Every other block waits 21 ms for it.
_TOGETHER = 2
#: So much missing (the machine slept) is left out; less is filled with silence, because players want no hole.
_LONGEST_FILL = RATE // BLOCK


@dataclass(frozen=True, slots=True)
class SoundCounters:
    """`drift_ms`: how far a device is from its place on the time line, and the most one was on air.

    `underruns`: blocks with samples missing, of devices and what plays. `peak_dbfs`: the loudest on air.
    """

    drift_ms: float = 0.0
    most_drift_ms: float = 0.0
    underruns: int = 0
    peak_dbfs: float = 0.0
    encoded: int = 0
    late: int = 0


@dataclass(slots=True)
class _Broadcast:
    """One time on air: from `go_on_air` until `leave_air`."""

    encoder: AacEncoder
    outputs: tuple[Output, ...]
    epoch_ns: int | None = None  # capture time of pts 0
    next_block: int | None = None
    base: int = 0  # pts in samples of block 0
    ended: threading.Event = field(default_factory=threading.Event)


class SoundThread:
    """Invariant: after `leave_air` returned True nothing is pushed any more.

    Attributes: `stream` and `second`, where the microphone and the second device write; `mixer`, for
    settings, music, alerts and meters.
    """

    def __init__(
        self, *, on_error: Callable[[EncoderFailed], None] | None = None, clock: Clock | None = None
    ) -> None:
        self.stream, self.second = DeviceStream(), DeviceStream()
        self.mixer = Mixer(self.stream, self.second)
        self._on_error = on_error
        self._clock: Clock = clock or MonotonicClock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._lock = threading.Lock()
        self._broadcast: _Broadcast | None = None
        self._leaving: _Broadcast | None = None
        self._most_drift = 0.0
        self._underruns_before = self._encoded = self._late = 0

    def start(self) -> None:
        """Starts the thread; again, it does nothing."""
        with self._lock:
            if self._thread.ident is None and not self._stop.is_set():
                self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Ends the thread. False if it had not ended in time."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def go_on_air(self, outputs: Iterable[Output]) -> AudioConfig:
        """Opens the encoder; sound begins with `first_picture`. Raises EncoderFailed."""
        broadcast = _Broadcast(AacEncoder(), tuple(outputs))
        with self._lock:
            self._broadcast = broadcast
            self._most_drift, self._encoded, self._late = 0.0, 0, 0
            self._underruns_before = self.mixer.underruns
        self.mixer.program.forget()
        return broadcast.encoder.config

    def add_output(self, output: Output) -> None:
        """`output` gets sound from the next block on; nothing off air."""
        with self._lock:
            if self._broadcast is not None:
                self._broadcast.outputs = (*self._broadcast.outputs, output)

    def remove_output(self, output: Output) -> None:
        """`output` gets no sound more, but for a block that is being handed out."""
        with self._lock:
            if self._broadcast is not None:
                kept = (one for one in self._broadcast.outputs if one is not output)
                self._broadcast.outputs = tuple(kept)

    def first_picture(self, pts_ns: int, tick_ns: int) -> None:
        """The first picture was pushed: it was due at `pts_ns`, where pts 0 is.

        `tick_ns`: the time from picture to picture. A source's picture waits half of it on average until it
        is composed, and sound of the same moment must wait as long.
        """
        with self._lock:
            if self._broadcast is not None:
                self._broadcast.epoch_ns = pts_ns - tick_ns // 2

    def leave_air(self, timeout_s: float = 2.0) -> bool:
        """Ends the sound of the broadcast. Waits; False if the thread had not let go in time."""
        with self._lock:
            broadcast, self._broadcast = self._broadcast, None
            self._leaving = broadcast
        if broadcast is None or not self._thread.is_alive():
            return True
        return broadcast.ended.wait(timeout_s)

    def counters(self) -> SoundCounters:
        return SoundCounters(
            drift_ms=self.mixer.drift_ms,
            most_drift_ms=self._most_drift,
            underruns=self.mixer.underruns - self._underruns_before,
            peak_dbfs=self.mixer.program.loudest_dbfs,
            encoded=self._encoded,
            late=self._late,
        )

    def _run(self) -> None:
        start_ns = self._clock.now_ns()
        number = 0
        while not self._clock.wait_until(start_ns + block_ns(number + _TOGETHER - 1), self._stop):
            due = (self._clock.now_ns() - start_ns) * RATE // (BLOCK * 1_000_000_000)
            if due > number + _LONGEST_FILL:
                self._late += due - number
                number = due
            lag = _LAG + self.mixer.ahead_blocks
            for one in range(number - lag, number - lag + _TOGETHER):
                block = self.mixer.mix(start_ns + block_ns(one), self._clock.now_ns())
                self._broadcast_block(start_ns, one, block)
            number += _TOGETHER
        self._let_go()

    def _broadcast_block(self, start_ns: int, number: int, block: Samples) -> None:
        with self._lock:
            broadcast = self._broadcast
        self._let_go()
        if broadcast is None or broadcast.epoch_ns is None:
            return
        try:
            self._encode(broadcast, start_ns, number, block)
        except EncoderFailed as error:
            log.error("sound: %s", error)
            with self._lock:
                if self._broadcast is broadcast:
                    self._broadcast = None
            broadcast.ended.set()
            if self._on_error is not None:
                self._on_error(error)

    def _encode(self, broadcast: _Broadcast, start_ns: int, number: int, block: Samples) -> None:
        if broadcast.next_block is None:
            assert broadcast.epoch_ns is not None
            base = (start_ns - broadcast.epoch_ns) * RATE // 1_000_000_000 - LOOK_AHEAD
            if base + number * BLOCK < 0:
                return  # before the first picture
            broadcast.base, broadcast.next_block = base, number
            self._most_drift = 0.0
        missing = number - broadcast.next_block
        if missing < 0:
            return  # a strip reads further ahead from now on: this was heard already
        if missing <= _LONGEST_FILL:
            for gap in range(broadcast.next_block, number):
                self._push(broadcast, broadcast.encoder.encode(silence(), broadcast.base + gap * BLOCK))
        broadcast.next_block = number + 1
        self._push(broadcast, broadcast.encoder.encode(block, broadcast.base + number * BLOCK))
        self._most_drift = max(self._most_drift, self.mixer.drift_ms)

    def _push(self, broadcast: _Broadcast, packets: list[AudioPacket]) -> None:
        self._encoded += len(packets)
        for packet in packets:
            for output in broadcast.outputs:
                output.push(packet)

    def _let_go(self) -> None:
        """On the sound thread: a broadcast that was left is flushed, and not touched again."""
        with self._lock:
            leaving, self._leaving = self._leaving, None
        if leaving is None or leaving.ended.is_set():
            return
        try:
            self._push(leaving, leaving.encoder.flush())
        except EncoderFailed as error:
            log.warning("sound: %s", error)
        leaving.ended.set()
