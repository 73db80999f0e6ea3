"""Where packets go: what an output is, and the bounded queue each of them has.

Thread: the encode thread pushes pictures, the sound thread sound, the output's own consumer pops.
Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from studio.media.packet import AudioPacket, MediaPacket, Packet, StreamConfig

#: Default capacity. Longer only makes a LIVE later, not smoother.
QUEUE_MS = 2000
#: Sound may wait this much longer than pictures: a slow consumer loses pictures, only a dead one sound.
SOUND_FACTOR = 2


class OutputState(Enum):
    IDLE = "idle"  # no broadcast yet
    RUNNING = "running"
    WAITING = "waiting"  # for a keyframe: at the beginning and after dropping
    STOPPED = "stopped"  # the broadcast ended; what is queued can still be taken


@dataclass(frozen=True, slots=True)
class OutputCounters:
    """`packets` and `bytes` that left, milliseconds of media that wait now; `packets` and `dropped` count
    pictures, the fields with `sound_` sound.
    """

    name: str
    packets: int
    dropped: int
    bytes: int
    queued_ms: int
    sound_packets: int = 0
    sound_dropped: int = 0


class Output(Protocol):
    """Takes the packets of one broadcast; the next gets a new output.

    No method may block or raise: the encode thread calls them, and the sound thread calls `push` as well.
    Sound begins after the first picture was pushed; a `push` after `stop` is ignored.
    """

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> OutputState: ...

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        """The broadcast begins."""
        ...

    def push(self, packet: MediaPacket) -> None: ...

    def stop(self) -> None:
        """The broadcast ended, no packet follows. Without `start` when the encoder failed to begin."""
        ...

    def counters(self) -> OutputCounters: ...


class OutputQueue:
    """Packets waiting for one consumer, bounded in milliseconds of media.

    Policy for pictures: when one does not fit, the oldest go, up to the next keyframe in the queue; if there
    is none, all go and no picture is taken until a keyframe comes (one is asked for). Counter `dropped`.
    Policy for sound: it stays and is taken while pictures are dropped. Only beyond `SOUND_FACTOR` times the
    capacity, when nobody pops at all, the oldest goes (counter `sound_dropped`). Sound before the first
    keyframe, at the beginning and after `clear`, is not taken: a consumer begins with a picture.
    Invariant: a picture that a consumer pops can be decoded after the one it popped before, up to the next
    keyframe: none is handed out whose predecessors since its keyframe were not.
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
        self._packets: deque[MediaPacket] = deque()
        self._changed = threading.Condition()
        self._waiting = True
        self._begun = False
        self._closed = False
        self._dropped = self._sound_dropped = 0

    def push(self, packet: MediaPacket) -> None:
        """Appends `packet`, making room if needed. Ignored once closed."""
        ready = wants_keyframe = False
        with self._changed:
            if self._closed:
                return
            was_waiting = self._waiting
            taken = self._admit_sound(packet) if isinstance(packet, AudioPacket) else self._admit(packet)
            if taken:
                ready = not self._packets
                self._packets.append(packet)
                self._changed.notify()
            wants_keyframe = self._waiting and not was_waiting
        if wants_keyframe and self._request_keyframe is not None:
            self._request_keyframe()
        if ready and self._on_ready is not None:
            self._on_ready()

    def pop(self, timeout_s: float | None = None) -> MediaPacket | None:
        """The oldest packet. None after `timeout_s` (0: at once) without one, or when closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._packets or self._closed, timeout_s)
            return self._packets.popleft() if self._packets else None

    def clear(self) -> None:
        """Drops everything and waits for a keyframe, which it asks for: the consumer begins anew."""
        with self._changed:
            for packet in self._packets:
                self._count_dropped(packet)
            self._packets.clear()
            self._waiting = True
            self._begun = False
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
        """Pictures."""
        return self._dropped

    @property
    def sound_dropped(self) -> int:
        return self._sound_dropped

    def counters(self, name: str, *, packets: int, size: int, sound_packets: int) -> OutputCounters:
        """What the output called `name` shows: what left it (`size` in bytes), what waits or went here."""
        return OutputCounters(
            name=name,
            packets=packets,
            dropped=self.dropped,
            bytes=size,
            queued_ms=self.queued_ms,
            sound_packets=sound_packets,
            sound_dropped=self.sound_dropped,
        )

    @property
    def queued_ms(self) -> int:
        """Of pictures or of sound, whichever is more."""
        with self._changed:
            return max(self._span_of(Packet), self._span_of(AudioPacket)) // 1000

    def _admit(self, packet: Packet) -> bool:
        """Makes room for a picture; False when it cannot be decoded without what is gone."""
        while (oldest := self._oldest(Packet)) is not None and _span_us(oldest, packet) > self._capacity_us:
            if not self._drop_to_keyframe():
                self._waiting = True
        if self._waiting and not packet.is_key:
            self._dropped += 1
            return False
        self._waiting = False
        self._begun = True
        return True

    def _admit_sound(self, packet: AudioPacket) -> bool:
        """Makes room for sound; False before the first picture."""
        if not self._begun:
            self._sound_dropped += 1
            return False
        while (oldest := self._oldest(AudioPacket)) is not None:
            if _span_us(oldest, packet) <= SOUND_FACTOR * self._capacity_us:
                break
            self._packets.remove(oldest)
            self._sound_dropped += 1
        return True

    def _oldest(self, kind: type[MediaPacket]) -> MediaPacket | None:
        return next((packet for packet in self._packets if isinstance(packet, kind)), None)

    def _drop_to_keyframe(self) -> bool:
        """Drops the oldest stretch of pictures; sound between them stays. False when no picture is left."""
        kept: deque[MediaPacket] = deque()
        stretches = 0
        for packet in self._packets:
            if isinstance(packet, Packet):
                stretches += packet.is_key or stretches == 0
                if stretches == 1:
                    self._dropped += 1
                    continue
            kept.append(packet)
        self._packets = kept
        return stretches > 1

    def _span_of(self, kind: type[MediaPacket]) -> int:
        found = [packet for packet in self._packets if isinstance(packet, kind)]
        return _span_us(found[0], found[-1]) if found else 0

    def _count_dropped(self, packet: MediaPacket) -> None:
        if isinstance(packet, AudioPacket):
            self._sound_dropped += 1
        else:
            self._dropped += 1


def _span_us(oldest: MediaPacket, newest: MediaPacket) -> int:
    return newest.pts_us + newest.duration_us - oldest.pts_us
