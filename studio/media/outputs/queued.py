"""What every output with a queue has: its name and state, its queue, and what left it.

Thread: the encode and sound threads push; the output's own consumer counts.
Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.media.outputs.output import OutputCounters, OutputQueue, OutputState
from studio.media.packet import AudioPacket, MediaPacket, StreamConfig


class QueuedOutput:
    """An `Output` whose packets wait in an `OutputQueue` until its consumer takes them."""

    def __init__(self, name: str, capacity_ms: int, *, on_ready: Callable[[], None] | None = None) -> None:
        self._name = name
        self._request_keyframe: Callable[[], None] | None = None
        self._queue = OutputQueue(capacity_ms, on_ready=on_ready, request_keyframe=self._ask_for_keyframe)
        self._config: StreamConfig | None = None
        self._packets = self._sound_packets = self._bytes = 0

    @property
    def name(self) -> str:
        return self._name

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

    def push(self, packet: MediaPacket) -> None:
        self._queue.push(packet)

    def stop(self) -> None:
        self._queue.close()

    def counters(self) -> OutputCounters:
        return self._queue.counters(
            self._name, packets=self._packets, size=self._bytes, sound_packets=self._sound_packets
        )

    def _count(self, packet: MediaPacket, size: int) -> None:
        """`packet` has left, as `size` bytes."""
        self._bytes += size
        if isinstance(packet, AudioPacket):
            self._sound_packets += 1
        else:
            self._packets += 1

    def _ask_for_keyframe(self) -> None:
        if self._request_keyframe is not None:
            self._request_keyframe()
