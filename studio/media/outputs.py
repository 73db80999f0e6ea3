"""Where packets go: what an output is, and the bounded queue each of them has.

Thread: the encode thread pushes, the output's own consumer pops. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from studio.media.packet import Packet, StreamConfig

#: Default capacity. Longer only makes a LIVE later, not smoother.
QUEUE_MS = 2000


class OutputState(Enum):
    IDLE = "idle"  # no broadcast yet
    RUNNING = "running"
    WAITING = "waiting"  # for a keyframe: at the beginning and after dropping
    STOPPED = "stopped"  # the broadcast ended; what is queued can still be taken


@dataclass(frozen=True, slots=True)
class OutputCounters:
    """`packets` and `bytes` that left, `dropped` packets, milliseconds of media that wait now."""

    name: str
    packets: int
    dropped: int
    bytes: int
    queued_ms: int


class Output(Protocol):
    """Takes the packets of one broadcast; the next gets a new output.

    No method may block or raise: the encode thread calls them.
    """

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> OutputState: ...

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        """The broadcast begins."""
        ...

    def push(self, packet: Packet) -> None: ...

    def stop(self) -> None:
        """The broadcast ended, no packet follows. Without `start` when the encoder failed to begin."""
        ...

    def counters(self) -> OutputCounters: ...


class OutputQueue:
    """Packets waiting for one consumer, bounded in milliseconds of media.

    Policy: when a packet does not fit, the oldest go, up to the next keyframe in the queue; if there is none,
    everything goes and nothing is taken until a keyframe comes (one is asked for). Counter `dropped`.
    Invariant: what a consumer pops can be decoded after what it popped before, up to the next keyframe:
    no packet is handed out whose predecessors since its keyframe were not.
    `on_ready` is called on the pushing thread when the empty queue gets a packet, and at `close`.
    """

    def __init__(
        self,
        capacity_ms: int = QUEUE_MS,
        *,
        on_ready: Callable[[], None] | None = None,
        request_keyframe: Callable[[], None] | None = None,
    ) -> None:
        if capacity_ms < 1:
            raise ValueError("an output queue holds at least a millisecond")
        self._capacity_us = capacity_ms * 1000
        self._on_ready = on_ready
        self._request_keyframe = request_keyframe
        self._packets: deque[Packet] = deque()
        self._changed = threading.Condition()
        self._waiting = True
        self._closed = False
        self._dropped = 0

    def push(self, packet: Packet) -> None:
        """Appends `packet`, making room if needed. Ignored once closed."""
        ready = wants_keyframe = False
        with self._changed:
            if self._closed:
                return
            was_waiting = self._waiting
            if self._packets and self._span_us(packet) > self._capacity_us:
                self._drop_to_keyframe(packet)
            if self._waiting and not packet.is_key:
                self._dropped += 1
                wants_keyframe = not was_waiting
            else:
                self._waiting = False
                ready = not self._packets
                self._packets.append(packet)
                self._changed.notify()
        if wants_keyframe and self._request_keyframe is not None:
            self._request_keyframe()
        if ready and self._on_ready is not None:
            self._on_ready()

    def pop(self, timeout_s: float | None = None) -> Packet | None:
        """The oldest packet. None after `timeout_s` (0: at once) without one, or when closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._packets or self._closed, timeout_s)
            return self._packets.popleft() if self._packets else None

    def clear(self) -> None:
        """Drops everything and waits for a keyframe, which it asks for: the consumer begins anew."""
        with self._changed:
            self._dropped += len(self._packets)
            self._packets.clear()
            self._waiting = True
        if self._request_keyframe is not None:
            self._request_keyframe()

    def close(self) -> None:
        """No more pushes; pops go on until it is empty."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._on_ready is not None:
            self._on_ready()

    @property
    def waiting(self) -> bool:
        return self._waiting

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def dropped(self) -> int:
        return self._dropped

    @property
    def queued_ms(self) -> int:
        with self._changed:
            return self._span_us(self._packets[-1]) // 1000 if self._packets else 0

    def _span_us(self, newest: Packet) -> int:
        return newest.pts_us + newest.duration_us - self._packets[0].pts_us

    def _drop_to_keyframe(self, newest: Packet) -> None:
        """Drops whole stretches from the front until `newest` fits behind what is left."""
        while self._packets and self._span_us(newest) > self._capacity_us:
            self._packets.popleft()
            self._dropped += 1
            while self._packets and not self._packets[0].is_key:
                self._packets.popleft()
                self._dropped += 1
        if not self._packets:
            self._waiting = True
