"""Packets as fragmented MP4 for Media Source Extensions, pulled by whoever sends them.

Thread: the encode thread pushes; one consumer (a thread, or asyncio woken by `on_ready`) pulls.
Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from studio.media.isobmff import FragmentTimeline, init_segment
from studio.media.outputs import QUEUE_MS, OutputCounters, OutputQueue, OutputState
from studio.media.packet import Packet, StreamConfig


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof+mdat with one picture. Times as in `Packet`: the true ones, also next to a gap."""

    data: bytes
    is_key: bool
    pts_us: int
    captured_ns: int | None


class FragmentOutput:
    """An `Output` that a consumer pulls from.

    How to consume: wait for `on_ready`, send `init_segment` once, then call `get(0)` until it gives None.
    After a reconnect call `restart()`: the next fragment is a keyframe, on the same time line, so the same
    (or a newly sent) init segment fits. `ended` with nothing left to get means the broadcast is over.
    `on_ready` runs on the encode thread: `lambda: loop.call_soon_threadsafe(wake.set)` is the asyncio way.
    Only the consumer calls `get` and `restart`.
    """

    def __init__(
        self,
        name: str = "backend",
        *,
        capacity_ms: int = QUEUE_MS,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._capacity_ms = capacity_ms
        self._on_ready = on_ready
        self._lock = threading.Lock()
        self._config: StreamConfig | None = None
        self._init_segment: bytes | None = None
        self._queue: OutputQueue | None = None
        self._timeline = FragmentTimeline()
        self._packets = self._bytes = self._dropped_before = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def config(self) -> StreamConfig | None:
        """None until the first broadcast began."""
        return self._config

    @property
    def init_segment(self) -> bytes | None:
        """ftyp+moov of the current broadcast, None until the first began."""
        return self._init_segment

    @property
    def state(self) -> OutputState:
        queue = self._queue
        if queue is None:
            return OutputState.IDLE
        if queue.closed:
            return OutputState.STOPPED
        return OutputState.WAITING if queue.waiting else OutputState.RUNNING

    @property
    def ended(self) -> bool:
        return self.state is OutputState.STOPPED

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        queue = OutputQueue(self._capacity_ms, on_ready=self._on_ready, request_keyframe=request_keyframe)
        with self._lock:
            if self._queue is not None:
                self._dropped_before += self._queue.dropped
            self._config, self._init_segment = config, init_segment(config)
            self._queue, self._timeline = queue, FragmentTimeline()

    def push(self, packet: Packet) -> None:
        if self._queue is not None:
            self._queue.push(packet)

    def stop(self) -> None:
        if self._queue is not None:
            self._queue.close()

    def get(self, timeout_s: float | None = None) -> Fragment | None:
        """The next fragment. None after `timeout_s` (0: at once), at the end, before the start."""
        with self._lock:
            queue, timeline = self._queue, self._timeline
        packet = queue.pop(timeout_s) if queue is not None else None
        if packet is None:
            return None
        data = timeline.fragment(packet)
        self._packets += 1
        self._bytes += len(data)
        return Fragment(data, packet.is_key, packet.pts_us, packet.captured_ns)

    def restart(self) -> None:
        """Begins anew for a consumer that lost its place: what waits is dropped, a keyframe comes next."""
        with self._lock:
            self._timeline = FragmentTimeline()
            queue = self._queue
        if queue is not None:
            queue.clear()

    def counters(self) -> OutputCounters:
        queue = self._queue
        return OutputCounters(
            name=self._name,
            packets=self._packets,
            dropped=self._dropped_before + (queue.dropped if queue else 0),
            bytes=self._bytes,
            queued_ms=queue.queued_ms if queue else 0,
        )
