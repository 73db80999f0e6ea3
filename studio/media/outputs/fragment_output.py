"""Packets as fragmented MP4 for Media Source Extensions, pulled by whoever sends them.

Thread: the encode and the sound thread push; one consumer (a thread, or asyncio woken by `on_ready`) pulls.
Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from studio.media.outputs.isobmff import FragmentTimeline, init_segment
from studio.media.outputs.output import QUEUE_MS
from studio.media.outputs.queued import QueuedOutput
from studio.media.packet import AudioPacket, Packet, StreamConfig


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof+mdat with one picture or one piece of sound. Times as in `Packet`: the true ones, also next
    to a gap. `captured_ns` is None for sound, too: how old the picture is says the picture. `init`: a new
    encoder took over, and this init segment goes before.
    """

    data: bytes
    is_key: bool
    pts_us: int
    captured_ns: int | None
    init: bytes | None = None


class FragmentOutput(QueuedOutput):
    """An `Output` that a consumer pulls from.

    How to consume: wait for `on_ready`, send `init_segment` once, then call `get(0)` until it gives None.
    After a reconnect call `restart()`: the next fragment is a keyframe, on the same time line, so the same
    (or a newly sent) init segment fits. `ended` with nothing left to get means the broadcast is over.
    `on_ready` runs on the pushing thread: `lambda: loop.call_soon_threadsafe(wake.set)` is the asyncio way.
    Only the consumer calls `get` and `restart`.
    """

    def __init__(
        self,
        name: str = "backend",
        *,
        capacity_ms: int = QUEUE_MS,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(name, capacity_ms, on_ready=on_ready)
        self._init_segment: bytes | None = None
        self._timeline = FragmentTimeline()
        self._sound_rate = 48_000

    @property
    def config(self) -> StreamConfig | None:
        """None until the broadcast began."""
        return self._config

    @property
    def init_segment(self) -> bytes | None:
        """ftyp+moov, None until the broadcast began."""
        return self._init_segment

    @property
    def ended(self) -> bool:
        """True once no packet follows; what is queued can still be got."""
        return self._queue.closed

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        self._init_segment = init_segment(config)
        if config.audio is not None:
            self._sound_rate = config.audio.sample_rate
        super().start(config, request_keyframe)

    def get(self, timeout_s: float | None = None) -> Fragment | None:
        """The next fragment. None after `timeout_s` (0: at once) without one, and at the end."""
        packet = self._queue.pop(timeout_s)
        if packet is None:
            return None
        data = self._timeline.fragment(packet, self._sound_rate)
        self._count(packet, len(data))
        if isinstance(packet, AudioPacket):
            return Fragment(data, False, packet.pts_us, None)
        fresh = self._describe_anew(packet)
        return Fragment(data, packet.is_key, packet.pts_us, packet.captured_ns, fresh)

    def restart(self) -> None:
        """Begins anew for a consumer that lost its place: what waits is dropped, a keyframe comes next."""
        self._timeline = FragmentTimeline()
        self._queue.clear()

    def _describe_anew(self, packet: Packet) -> bytes | None:
        """The init segment of the encoder that took over with this keyframe; None while it is the same."""
        if packet.config is None or packet.config == self._config:
            return None
        self._config = packet.config
        self._init_segment = init_segment(packet.config)
        return self._init_segment
