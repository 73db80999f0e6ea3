"""Sends the broadcast to one RTMP server, and comes back by itself when it breaks.

Thread: `rtmp:<name>` sends; the encode thread pushes; the rest from any thread. Must not import: Qt, net, av.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from socket import gaierror

from studio.media.clock import Clock, MonotonicClock
from studio.media.outputs.output import QUEUE_MS, OutputCounters, OutputQueue, OutputState
from studio.media.outputs.rtmp.chunks import RtmpError
from studio.media.outputs.rtmp.connection import RtmpConnection
from studio.media.outputs.rtmp.target import RtmpTarget
from studio.media.outputs.status import OutputPhase, OutputStatus
from studio.media.packet import AudioPacket, MediaPacket, StreamConfig

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
#: A server that takes the key and closes soon after is not asked again every second.
_HELD_NS = 10_000_000_000
_IDLE_S = 1.0


class RtmpOutput:
    """An `Output` over RTMP or RTMPS.

    Invariant: tries for ever until `stop`, waiting 1 s first and doubling to 30 s; after every connect the
    server gets a keyframe first. What could not be sent meanwhile is counted as dropped. Neither the log nor
    a sentence ever holds the stream key. `on_status()` runs on this output's thread at every change.
    """

    def __init__(
        self,
        target: RtmpTarget,
        *,
        capacity_ms: int = QUEUE_MS,
        on_status: Callable[[], None] | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._target = target
        self._on_status = on_status
        self._tls = tls
        self._clock: Clock = clock or MonotonicClock()
        self._request_keyframe: Callable[[], None] | None = None
        self._queue = OutputQueue(capacity_ms, request_keyframe=self._ask_for_keyframe)
        self._config: StreamConfig | None = None
        self._thread = threading.Thread(target=self._run, name=f"rtmp:{target.name}", daemon=True)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._connection: RtmpConnection | None = None
        self._status = OutputStatus()
        self._packets = self._sound_packets = self._bytes = self._connects = 0

    @property
    def name(self) -> str:
        return self._target.name

    @property
    def status(self) -> OutputStatus:
        return self._status

    @property
    def connects(self) -> int:
        """How often a server took the stream: 1 without any cut."""
        return self._connects

    @property
    def state(self) -> OutputState:
        if self._queue.closed:
            return OutputState.STOPPED
        if self._config is None:
            return OutputState.IDLE
        return OutputState.WAITING if self._queue.waiting else OutputState.RUNNING

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        self._request_keyframe = request_keyframe
        self._config = config
        self._thread.start()

    def push(self, packet: MediaPacket) -> None:
        self._queue.push(packet)

    def stop(self) -> None:
        """Sends what waits if the server takes it, then closes; `join` says when."""
        self._stop.set()
        self._wake.set()
        self._queue.close()

    def retry_now(self) -> None:
        """Ends the present wait."""
        self._wake.set()

    def join(self, timeout_s: float) -> bool:
        """Waits for the end after `stop`; cuts the connection after `timeout_s`. False if that failed."""
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        connection = self._connection
        if self._thread.is_alive() and connection is not None:
            connection.abort()
            self._thread.join(1.0)
        return not self._thread.is_alive()

    def counters(self) -> OutputCounters:
        return self._queue.counters(
            self.name, packets=self._packets, size=self._bytes, sound_packets=self._sound_packets
        )

    def _run(self) -> None:
        config = self._config
        assert config is not None, "started with a configuration"
        delay_s = FIRST_RETRY_S
        last = OutputStatus(OutputPhase.FAILED, f"{self.name} broke; end the LIVE and start it again.")
        try:
            while not self._stop.is_set():
                self._announce(OutputStatus(OutputPhase.CONNECTING, self._status.sentence))
                began_ns = self._clock.now_ns()
                try:
                    self._one_connection(config)
                except (OSError, RtmpError) as error:
                    if self._stop.is_set():
                        break
                    held = self._clock.now_ns() - began_ns >= _HELD_NS
                    delay_s = FIRST_RETRY_S if held else delay_s
                    self._wait(delay_s, explain(error, self._target))
                    delay_s = min(delay_s * 2, LONGEST_RETRY_S)
            last = OutputStatus(OutputPhase.STOPPED)
        finally:
            self._queue.close()
            self._queue.clear()
            self._announce(last)

    def _one_connection(self, config: StreamConfig) -> None:
        """Returns when the broadcast ended."""
        connection = RtmpConnection(self._target, tls=self._tls)
        self._connection = connection
        try:
            connection.open(config)
            self._connects += 1
            if self._connects > 1:
                self._queue.clear()  # old pictures would arrive late; a keyframe comes at once
            self._announce(OutputStatus(OutputPhase.LIVE))
            while (packet := self._queue.pop(_IDLE_S)) is not None or not self._queue.closed:
                if packet is None:
                    connection.idle()
                    continue
                before = connection.bytes
                if connection.send(packet):
                    self._bytes += connection.bytes - before
                    if isinstance(packet, AudioPacket):
                        self._sound_packets += 1
                    else:
                        self._packets += 1
        finally:
            self._connection = None
            connection.close()

    def _wait(self, delay_s: float, sentence: str) -> None:
        self._wake.clear()
        if self._stop.is_set():  # set before the clear above
            return
        end_ns = self._clock.now_ns() + int(delay_s * 1e9)
        while (left_ns := end_ns - self._clock.now_ns()) > 0:
            left_s = max(1, round(left_ns / 1e9))
            self._announce(OutputStatus(OutputPhase.RETRYING, sentence, left_s))
            step_ns = min(left_ns, 1_000_000_000)
            if self._clock.wait_until(self._clock.now_ns() + step_ns, self._wake):
                return

    def _announce(self, status: OutputStatus) -> None:
        if status == self._status:
            return
        if (status.phase, status.sentence) != (self._status.phase, self._status.sentence):
            said = f" ({status.sentence})" if status.sentence else ""
            log.info("output %r: %s%s", self.name, status.phase.value, said)
        self._status = status
        if self._on_status is not None:
            self._on_status()

    def _ask_for_keyframe(self) -> None:
        if self._request_keyframe is not None:
            self._request_keyframe()


def explain(error: OSError | RtmpError, target: RtmpTarget) -> str:
    """One sentence: what happened and what to do. Never holds the stream key."""
    name, host = target.name, target.host
    if isinstance(error, RtmpError):
        return f"{name}: the server answers, but {error}. Check the address and the stream key."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{name}: the certificate of {host} is not trusted. Check the address."
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"{name}: {host} closed the connection. If that goes on, check the stream key."
    if isinstance(error, ssl.SSLError):
        return f"{name}: {host} does not speak TLS; perhaps its address begins with rtmp://, not rtmps://."
    if isinstance(error, gaierror):
        return f"{name}: there is no server named {host}. Check the address and your network."
    if isinstance(error, ConnectionRefusedError):
        return f"{name}: nothing answers at {host}, port {target.port}. Check the address."
    if isinstance(error, TimeoutError):
        return f"{name}: {host} takes nothing in. Check your network; it is tried again by itself."
    if isinstance(error, ConnectionError):
        return f"{name}: {host} closed the connection. If that goes on, check the stream key."
    return f"{name}: no connection to {host} ({error.strerror or type(error).__name__})."
