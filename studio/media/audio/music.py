"""A music file under the voice: decoded ahead on a thread of its own, in a loop.

Thread: `music` decodes, `sound` reads. Must not import: Qt, cv2.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from studio.media.audio.ahead import DecodedAhead
from studio.media.audio.converter import samples_of, to_this_room
from studio.media.audio.samples import BLOCK, Samples, silence
from studio.media.errors import SourceUnreadable

log = logging.getLogger(__name__)


class MusicFile(DecodedAhead[Samples]):
    """Plays a file that FFmpeg reads. `read` never waits: what is not decoded yet is silence (`underruns`).

    `on_error` runs on the `music` thread, once, when the file cannot be played (any more).
    """

    def __init__(self, path: Path, on_error: Callable[[SourceUnreadable], None]) -> None:
        super().__init__("music")
        self._path = path
        self._on_error = on_error

    @property
    def path(self) -> Path:
        return self._path

    def read(self, _begin_ns: int = 0, _now_ns: int = 0) -> Samples:
        """The next `BLOCK` samples, whatever the time."""
        with self._changed:
            if self._ahead:
                self._started = True
                block = self._ahead.popleft()
                self._changed.notify_all()
                return block
            if self._started and not self._stopped:
                self._underruns += 1
        return silence()

    def _run(self) -> None:
        try:
            for block in self._blocks():
                if not self._put(block):
                    return
        except (FFmpegError, OSError, ValueError, IndexError) as error:
            reason = getattr(error, "strerror", None) or "it holds no sound this app can read"
            log.warning("music: %s", error)
            self._on_error(SourceUnreadable(f"“{self._path.name}” cannot be played ({reason})."))

    def _blocks(self) -> Iterator[Samples]:
        rest = silence(0)
        while True:
            decoded = 0
            for samples in self._decode_once():
                decoded += len(samples)
                rest = np.concatenate([rest, samples])
                while len(rest) >= BLOCK:
                    yield rest[:BLOCK]
                    rest = rest[BLOCK:]
            if decoded == 0:
                raise ValueError("no sound in it")

    def _decode_once(self) -> Iterator[Samples]:
        resampler = to_this_room()
        with av.open(str(self._path)) as container:
            if not container.streams.audio:
                raise ValueError("no sound in it")
            for frame in container.decode(container.streams.audio[0]):
                frame.pts = None  # the resampler would fill holes of a damaged file with hours of silence
                for part in resampler.resample(frame):
                    yield samples_of(part)
            for part in resampler.resample(None):
                yield samples_of(part)
