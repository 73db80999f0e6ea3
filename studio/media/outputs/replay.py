"""The replay buffer: the last seconds of the broadcast in memory, saved to a file when something happened.

Thread: the encode and the sound thread push; `save` blocks and belongs into a pool. Must not import: Qt, net,
cv2.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile
from pathlib import Path

from studio.media.outputs.isobmff import FragmentTimeline, init_segment
from studio.media.outputs.output import OutputCounters, OutputState
from studio.media.outputs.recording_files import free_path
from studio.media.outputs.recording_plain import FilmFailed, PlainFile, film_sentence, tracks_of
from studio.media.packet import AudioPacket, MediaPacket, Packet, StreamConfig, to_length_prefixed

#: 120 s at 8 Mb/s; a broadcast that is larger is kept for a shorter time.
MOST_BYTES = 128 << 20


class ReplayOutput:
    """An `Output` that keeps the newest `seconds`, from a keyframe on.

    Invariant: what is kept begins with a keyframe, spans at most `seconds` and one keyframe interval, and is
    no larger than `most_bytes`; the oldest stretch between keyframes goes first. Nobody waits for what is
    kept, so nothing counts as waiting or dropped; `refused`: pictures from before a keyframe, or for which
    `most_bytes` had no room. `bytes` of the counters are those in memory now.
    """

    def __init__(self, seconds: float, *, most_bytes: int = MOST_BYTES, name: str = "replay") -> None:
        if not 0 < seconds <= 600:
            raise ValueError("a replay is between 0 and 600 seconds long")
        self._name = name
        self._length_us = round(seconds * 1e6)
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._packets: deque[MediaPacket] = deque()
        self._keys: deque[int] = deque()  # pts_us of the keyframes in it
        self._end_us = 0
        self._config: StreamConfig | None = None
        self._stopped = False
        self._taken = self._sound_taken = self._refused = self._bytes = 0
        self._request_keyframe: Callable[[], None] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def state(self) -> OutputState:
        if self._stopped:
            return OutputState.STOPPED
        if self._config is None:
            return OutputState.IDLE
        return OutputState.RUNNING if self._keys else OutputState.WAITING

    @property
    def refused(self) -> int:
        return self._refused

    @property
    def bytes(self) -> int:
        """In memory now."""
        return self._bytes

    @property
    def kept_s(self) -> float:
        """Seconds of pictures in memory; also after the end of the broadcast."""
        with self._lock:
            return (self._end_us - self._keys[0]) / 1e6 if self._keys else 0.0

    def start(self, config: StreamConfig, request_keyframe: Callable[[], None]) -> None:
        self._request_keyframe = request_keyframe
        self._config = config

    def push(self, packet: MediaPacket) -> None:
        wants_keyframe = False
        with self._lock:
            if self._stopped:
                return
            if isinstance(packet, AudioPacket):
                if self._keys:
                    self._sound_taken += 1
                    self._append(packet)
            elif packet.is_key or self._keys:
                if packet.is_key:
                    self._follow(packet.config)
                    self._keys.append(packet.pts_us)
                self._end_us = packet.pts_us + packet.duration_us
                self._taken += 1
                self._append(packet)
            else:
                self._refused += 1
            wants_keyframe = self._trim()
        if wants_keyframe and self._request_keyframe is not None:
            self._request_keyframe()

    def stop(self) -> None:
        """What is kept can still be saved; it goes with this object."""
        self._stopped = True

    def counters(self) -> OutputCounters:
        return OutputCounters(
            name=self._name,
            packets=self._taken,
            dropped=0,
            bytes=self._bytes,
            queued_ms=0,
            sound_packets=self._sound_taken,
        )

    def save(self, folder: Path, title: str, at: datetime) -> Path:
        """Writes what is kept, from the keyframe nearest to the wanted length, to a new file in `folder`.

        Blocks while the disk takes it. Raises FilmFailed with a sentence.
        """
        with self._lock:
            config, packets, keys = self._config, tuple(self._packets), tuple(self._keys)
            end_us = self._end_us
        if config is None or not keys:
            raise FilmFailed("There is no replay yet: the picture has just begun.")
        begin_us = min(keys, key=lambda key_us: abs(end_us - key_us - self._length_us))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = free_path(folder, f"{title} replay".strip(), at)
        except OSError as error:
            raise FilmFailed(film_sentence(error, folder / "replay")) from error
        from_key = dropwhile(lambda one: not _begins(one, begin_us), packets)
        return _write(path, config, [one for one in from_key if one.pts_us >= begin_us], begin_us)

    def _follow(self, config: StreamConfig | None) -> None:
        """A new encoder took over: what it makes cannot be in one file with what was before."""
        if config is not None and config != self._config:
            self._config = config
            self._forget()

    def _append(self, packet: MediaPacket) -> None:
        self._packets.append(packet)
        self._bytes += len(packet.data)

    def _trim(self) -> bool:
        """Lets the oldest go. True when all had to, and a keyframe is needed to begin anew."""
        while len(self._keys) > 1 and (
            self._end_us - self._keys[1] >= self._length_us or self._bytes > self._most_bytes
        ):
            self._keys.popleft()
            while not _begins(self._packets[0], self._keys[0]):
                self._bytes -= len(self._packets.popleft().data)
        if self._bytes <= self._most_bytes:
            return False
        self._refused += sum(isinstance(one, Packet) for one in self._packets)
        self._forget()
        return True

    def _forget(self) -> None:
        self._packets.clear()
        self._keys.clear()
        self._bytes = 0


def _begins(packet: MediaPacket, key_us: int) -> bool:
    """Whether `packet` is the keyframe of that time."""
    return isinstance(packet, Packet) and packet.is_key and packet.pts_us == key_us


def _write(path: Path, config: StreamConfig, packets: Sequence[MediaPacket], begin_us: int) -> Path:
    sound_rate = config.audio.sample_rate if config.audio is not None else 48_000
    timeline = FragmentTimeline()
    with tracks_of(init_segment(config)) as like:
        plain = PlainFile(path, like, len(packets))
    try:
        for packet in packets:
            moved = replace(packet, pts_us=packet.pts_us - begin_us)
            start, duration = timeline.span(moved, sound_rate)
            if isinstance(packet, AudioPacket):
                plain.write(packet.data, start, duration, is_picture=False, is_key=False)
            else:
                data = to_length_prefixed(packet.data)
                plain.write(data, start, duration, is_picture=True, is_key=packet.is_key)
        return plain.finish()
    except BaseException:
        plain.abandon()
        raise
