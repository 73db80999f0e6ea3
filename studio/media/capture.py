"""The capture thread: owns one source, keeps its newest picture in a mailbox, reopens it after a loss.

Thread: `capture`, one per source; its methods may be called from any thread. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from studio.media.clock import Clock, MonotonicClock
from studio.media.errors import SourceError
from studio.media.frame import Frame
from studio.media.mailbox import Mailbox
from studio.media.sources.source import VideoSource
from studio.media.stats import RateMeter

log = logging.getLogger(__name__)

#: How long a new thread waits for the one before it to give the same device back.
_HANDOVER_S = 2.0


class CaptureState(Enum):
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"  # not giving pictures; tried again by itself
    STOPPED = "stopped"  # ended: asked to, or with an error that waiting does not mend


@dataclass(frozen=True, slots=True)
class RetryDelays:
    """Seconds between attempts to open: doubling from first to longest."""

    first_s: float = 1.0
    longest_s: float = 5.0


StateCallback = Callable[[CaptureState, SourceError | None], None]


class CaptureThread:
    """Reads one source until told to stop.

    Invariant: only the thread itself touches the source (but for `interrupt`), so a driver that blocks can
    never be closed under its own feet: `stop` gives up waiting after its time limit and the thread, a daemon,
    closes the source whenever the driver returns.
    `on_state(state, error)` runs on the capture thread, once per change, and `on_frame(frame)` once per
    picture as it comes; keep them short. `process` makes of each the picture that is handed on, or None for
    nothing. With `after`, a thread that was asked to end, the same device is opened once that one has given
    it back.
    """

    def __init__(
        self,
        source: VideoSource,
        mailbox: Mailbox[Frame],
        *,
        on_state: StateCallback | None = None,
        on_frame: Callable[[Frame], None] | None = None,
        process: Callable[[Frame], Frame | None] | None = None,
        after: CaptureThread | None = None,
        retry: RetryDelays | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._source = source
        self._mailbox = mailbox
        self._on_state = on_state
        self._on_frame = on_frame
        self._process = process
        self._after = after
        self._retry = retry or RetryDelays()
        self._clock: Clock = clock or MonotonicClock()
        self._stop = threading.Event()
        self._reopen = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._rate = RateMeter()
        self._state = CaptureState.OPENING
        self._captured = 0
        self._last_frame_ns: int | None = None

    @property
    def source(self) -> VideoSource:
        return self._source

    @property
    def state(self) -> CaptureState:
        return self._state

    @property
    def captured(self) -> int:
        """Pictures taken since the start."""
        return self._captured

    @property
    def fps(self) -> float:
        """Pictures a second over the last 2 s; falls to 0 when they stop."""
        return self._rate.per_second(self._clock.now_ns())

    @property
    def silent_ms(self) -> int | None:
        """Milliseconds since the last picture, None before the first: finds a camera that froze."""
        last = self._last_frame_ns
        return None if last is None else max(0, self._clock.now_ns() - last) // 1_000_000

    def start(self) -> None:
        self._thread.start()

    def reopen(self) -> None:
        """Gives the device back and opens it again, soon; returns at once. A driver that blocks must return
        first.
        """
        self._reopen.set()
        self._source.interrupt()

    def request_stop(self) -> None:
        """Asks it to end; returns at once."""
        self._stop.set()
        self._source.interrupt()

    def join(self, timeout_s: float) -> bool:
        """Waits for the end. False when it had not come after `timeout_s`."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """Stops it. False when the source's driver still blocks; the app may go on and exit."""
        self.request_stop()
        ended = self.join(timeout_s)
        if not ended:
            log.warning(
                "source %r still blocks after %.1f s; leaving it behind", self._source.name, timeout_s
            )
        return ended

    def _run(self) -> None:
        after, self._after = self._after, None
        if after is not None and after.source.key == self._source.key:
            ended = after.join(_HANDOVER_S)
            while after.source is self._source and not ended and not self._stop.is_set():
                ended = after.join(_HANDOVER_S)  # one object, and it still belongs to that thread
            if after.source is self._source and not ended:
                self._announce(CaptureState.STOPPED, None)
                return
        final: SourceError | None = None
        delay_s = self._retry.first_s
        self._announce(CaptureState.OPENING, None)
        try:
            while not self._stop.is_set():
                try:
                    self._source.open()
                    delay_s = self._retry.first_s
                    self._read_until_stopped()
                except SourceError as error:
                    self._source.close()
                    if not error.transient:
                        final = error
                        break
                    self._announce(CaptureState.LOST, error)
                    self._clock.wait_until(self._clock.now_ns() + int(delay_s * 1e9), self._stop)
                    delay_s = min(delay_s * 2, self._retry.longest_s)
        finally:
            self._source.close()
            self._announce(CaptureState.STOPPED, final)

    def _read_until_stopped(self) -> None:
        while not self._stop.is_set():
            if self._reopen.is_set():
                self._reopen.clear()
                self._announce(CaptureState.OPENING, None)
                self._source.close()
                self._source.open()
            frame = self._source.read()
            if frame is None:
                continue
            self._captured += 1
            self._last_frame_ns = frame.pts_ns
            self._rate.add(frame.pts_ns)
            if self._on_frame is not None:
                self._on_frame(frame)
            made = frame if self._process is None else self._process(frame)
            if made is not None:
                self._mailbox.put(made)
            if self._state is not CaptureState.RUNNING:
                self._announce(CaptureState.RUNNING, None)

    def _announce(self, state: CaptureState, error: SourceError | None) -> None:
        self._state = state
        log.info("source %r: %s%s", self._source.name, state.value, f" ({error})" if error else "")
        if self._on_state is not None:
            self._on_state(state, error)
