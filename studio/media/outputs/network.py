"""Sends the broadcast to one server, and comes back by itself when the connection breaks.

What all protocols have in common: queue, retries, counters, state. Thread: the output's own sends (called
`<protocol>:<name>`); the encode and sound threads push; the rest from any. Must not import: Qt, net, av.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from socket import gaierror
from typing import Protocol

from studio.media.clock import Clock, MonotonicClock
from studio.media.errors import StreamRefused
from studio.media.outputs.output import QUEUE_MS
from studio.media.outputs.queued import QueuedOutput
from studio.media.outputs.status import OutputPhase, OutputStatus
from studio.media.packet import MediaPacket, Packet, StreamConfig

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
#: A server that takes the key and closes soon after is not asked again every second.
_HELD_NS = 10_000_000_000
_IDLE_S = 1.0


class Connection(Protocol):
    """One try to reach a server, used once. `open`, `send` and `idle` raise OSError and StreamRefused.

    Only `abort` may come from another thread than the others. `bytes`: what was sent.
    """

    bytes: int

    def open(self, config: StreamConfig) -> None:
        """Connects, within a time limit. Whether the stream is taken shows the first `send` at the latest."""
        ...

    def send(self, packet: MediaPacket) -> bool:
        """False for a packet that was left out. Within a time limit."""
        ...

    def idle(self) -> None:
        """There was nothing to send for a while: notices a server that closed."""
        ...

    def close(self) -> None:
        """Never raises, harmless twice."""
        ...

    def abort(self) -> None:
        """Makes a blocked `open` or `send` end now."""
        ...


class NetworkOutput(QueuedOutput):
    """An `Output` to a server.

    Invariant: tries for ever until `stop`, waiting 1 s first and doubling to 30 s; after every connect the
    server gets a keyframe first. What could not be sent meanwhile is counted as dropped. Neither the log nor
    a sentence ever holds a secret. `on_status()` runs on this output's thread at every change.
    `connect()` makes the connection of one try; `explain(error)` makes the host's sentence of what it raised.
    `fresh`: what waited while the first connection was made is dropped, for protocols without delay.
    """

    def __init__(
        self,
        name: str,
        protocol: str,
        connect: Callable[[], Connection],
        explain: Callable[[OSError | StreamRefused], str],
        *,
        capacity_ms: int = QUEUE_MS,
        fresh: bool = False,
        on_status: Callable[[], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, capacity_ms)
        self._connect = connect
        self._explain = explain
        self._fresh = fresh
        self._on_status = on_status
        self._clock: Clock = clock or MonotonicClock()
        self._thread = threading.Thread(target=self._run, name=f"{protocol}:{name}", daemon=True)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._connection: Connection | None = None
        self._status = OutputStatus()
        self._connects = 0

    @property
    def status(self) -> OutputStatus:
        return self._status

    @property
    def connects(self) -> int:
        """How often a server took the stream: 1 without any cut."""
        return self._connects

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        super().start(config, request_keyframe)
        self._thread.start()

    def push(self, packet: MediaPacket) -> None:
        if isinstance(packet, Packet) and packet.config is not None:
            self._config = packet.config  # the next connection begins with what is made by then
        super().push(packet)

    def stop(self) -> None:
        """Sends what waits if the server takes it, then closes; `join` says when."""
        self._stop.set()
        self._wake.set()
        super().stop()

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

    def _run(self) -> None:
        delay_s = FIRST_RETRY_S
        last = OutputStatus(OutputPhase.FAILED, f"{self.name} broke; switch it off and on again.")
        try:
            while not self._stop.is_set():
                self._announce(OutputStatus(OutputPhase.CONNECTING, self._status.sentence))
                began_ns = self._clock.now_ns()
                try:
                    self._one_connection()
                except (OSError, StreamRefused) as error:
                    if self._stop.is_set():
                        break
                    held = self._clock.now_ns() - began_ns >= _HELD_NS
                    delay_s = FIRST_RETRY_S if held else delay_s
                    self._wait(delay_s, self._explain(error))
                    delay_s = min(delay_s * 2, LONGEST_RETRY_S)
            last = OutputStatus(OutputPhase.STOPPED)
        finally:
            self._queue.close()
            self._queue.clear()
            self._announce(last)

    def _one_connection(self) -> None:
        """Returns when the broadcast ended."""
        config = self._config
        assert config is not None, "started with a configuration"
        connection = self._connect()
        self._connection = connection
        try:
            connection.open(config)
            self._connects += 1
            if self._connects > 1:
                self._queue.clear()  # old pictures would arrive late; a keyframe comes at once
            while (packet := self._queue.pop(_IDLE_S)) is not None or not self._queue.closed:
                if packet is None:
                    connection.idle()
                    continue
                before = connection.bytes
                if connection.send(packet):
                    self._count(packet, connection.bytes - before)
                    if self._status.phase is not OutputPhase.LIVE:
                        self._announce(OutputStatus(OutputPhase.LIVE))
                        if self._fresh:
                            self._queue.clear()
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


#: No connection, whatever the protocol: `explain_unreached` has their sentences. Ask before wider errors.
UNREACHED = (ssl.SSLCertVerificationError, gaierror, ConnectionRefusedError)


def explain_unreached(error: OSError, name: str, host: str, port: int) -> str:
    """What any protocol says when there is no connection: one sentence, what happened and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{name}: the certificate of {host} is not trusted. Check the address."
    if isinstance(error, gaierror):
        return f"{name}: there is no server named {host}. Check the address and your network."
    if isinstance(error, ConnectionRefusedError):
        return f"{name}: nothing answers at {host}, port {port}. Check the address."
    return f"{name}: no connection to {host} ({error.strerror or type(error).__name__})."
