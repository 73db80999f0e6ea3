"""The sound of a video clip, in step with its pictures: decoded ahead, read by the mixer block by block.

Thread: `clip sound` decodes, `sound` reads; `start` and `stop` from any. Must not import: Qt, cv2.

The pictures' clock says which moment is shown when. Sound that is further from it than `_TOLERANCE` jumps
there; otherwise blocks follow one another without a seam.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from studio.media.audio.ahead import DecodedAhead
from studio.media.audio.converter import samples_of, to_this_room
from studio.media.audio.samples import BLOCK, RATE, Samples, silence
from studio.media.clock import Clock, MonotonicClock
from studio.media.sources.clip_clock import ClipClock

log = logging.getLogger(__name__)

#: 15 ms, in samples: more than the half block that jumping by whole blocks leaves.
_TOLERANCE = RATE * 15 // 1000
#: Further ahead than this it is quicker to seek than to decode what lies between.
_SEEK_FROM = 2 * RATE
#: A hole in the file's time stamps up to this is filled with silence; a larger one is a broken stamp.
_LONGEST_HOLE = 10 * RATE
#: How much later than its time the mixer mixes a block, where it does not say for which time it asks.
_MIXED_LATER_NS = 64_000_000


class ClipSound(DecodedAhead[tuple[int, Samples]]):
    """Plays the sound of `path` when `clip` says. `read` never waits: what is missing is silence.

    Each block ahead lies beside its media time in samples.
    """

    def __init__(self, path: Path, clip: ClipClock, *, clock: Clock | None = None) -> None:
        super().__init__("clip sound")
        self._path = path
        self._clip = clip
        self._clock: Clock = clock or MonotonicClock()
        self._wanted: int | None = None  # where to go on decoding

    def read(self, begin_ns: int | None = None, _now_ns: int | None = None) -> Samples:
        """The `BLOCK` samples that are heard from `begin_ns` on; without it, of what is mixed just now."""
        if begin_ns is None:
            begin_ns = self._clock.now_ns() - _MIXED_LATER_NS
        media_ns = self._clip.media_ns(begin_ns)
        with self._changed:
            if media_ns is None or media_ns < 0 or self._stopped:
                return silence()
            wanted = media_ns * RATE // 1_000_000_000
            while self._ahead and self._ahead[0][0] < wanted - _TOLERANCE:
                self._ahead.popleft()
            self._changed.notify_all()
            if self._ahead and self._ahead[0][0] < wanted + _SEEK_FROM:
                self._started, self._wanted = True, None
                # Ahead of the pictures, which were late: it waits for them.
                return self._ahead.popleft()[1] if self._ahead[0][0] <= wanted + _TOLERANCE else silence()
            self._ahead.clear()
            self._wanted = wanted
            self._underruns += self._started
            return silence()

    def _run(self) -> None:
        try:
            with av.open(str(self._path)) as container:
                if container.streams.audio:
                    self._decode(container)
        except (FFmpegError, OSError, ValueError, IndexError) as error:
            log.warning("the sound of a clip: %s", error)

    def _decode(self, container: InputContainer) -> None:
        begin = 0
        while True:
            surprises = self._clip.surprises
            for at, block in self._blocks(container, begin):
                if not self._put((at, block)):
                    return
                begin = at + BLOCK
                if self._clip.surprises != surprises:
                    begin = self._begin_of_pass()
                    break
                far = self._far_from(at)
                if far is not None:
                    begin = far
                    break

    def _begin_of_pass(self) -> int:
        """The pictures began a pass at another moment than was foreseen: what was decoded for it is wrong."""
        begin = self._clip.pass_ns * RATE // 1_000_000_000
        with self._changed:
            while self._ahead and self._ahead[-1][0] >= begin:
                self._ahead.pop()
        return begin

    def _far_from(self, at: int) -> int | None:
        """Where to go on instead, if the reader waits far from `at`."""
        with self._changed:
            wanted = self._wanted
            if wanted is None or abs(wanted - at) < _SEEK_FROM:
                return None
            self._wanted = None
            return wanted + RATE // 10

    def _blocks(self, container: InputContainer, begin: int) -> Iterator[tuple[int, Samples]]:
        """Blocks from media time `begin` (in samples) to the end of its pass, silence where there is none."""
        pass_ns, length_ns = self._clip.place(begin * 1_000_000_000 // RATE)
        first = pass_ns * RATE // 1_000_000_000
        end = first + length_ns * RATE // 1_000_000_000
        at, rest = begin, silence(0)
        for place, samples in _pieces(container, begin - first):
            place += first
            if place + len(samples) <= at + len(rest):
                continue
            gap = place - at - len(rest)
            if gap < 0:
                samples = samples[-gap:]
            elif 0 < gap <= _LONGEST_HOLE:
                rest = np.concatenate([rest, silence(gap)])
            rest = np.concatenate([rest, samples])
            while len(rest) >= BLOCK and at < end:
                yield at, rest[:BLOCK]
                at, rest = at + BLOCK, rest[BLOCK:]
            if at >= end:
                return
        while at < end:
            yield at, np.concatenate([rest[:BLOCK], silence(BLOCK - len(rest[:BLOCK]))])
            at, rest = at + BLOCK, rest[BLOCK:]


def _pieces(container: InputContainer, offset: int) -> Iterator[tuple[int, Samples]]:
    """Decoded samples from about `offset` (in samples from the file's begin) on, each with its place."""
    stream = container.streams.audio[0]
    begin_us = container.start_time or 0
    # Also for the begin: it makes the decoder anew after the last pass. Too early is fine, it is skipped.
    container.seek(max(begin_us, begin_us + (offset - RATE // 5) * 1_000_000 // RATE))
    resampler = to_this_room()
    place: int | None = None
    for frame in _frames(container, stream):
        stamp = None if frame.time is None else round((frame.time - begin_us / 1e6) * RATE)
        if place is None or (stamp is not None and abs(stamp - place) > RATE // 20):
            place = stamp if stamp is not None else place or 0
        frame.pts = None  # the resampler would fill holes of a damaged file with hours of silence
        for part in resampler.resample(frame):
            samples = samples_of(part)
            yield place, samples
            place += len(samples)
    for part in resampler.resample(None):
        yield place or 0, samples_of(part)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except FFmpegError:  # a hole in the file: what comes after it may be whole
            continue
