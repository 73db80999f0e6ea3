"""Writes a plain MP4 that begins with its index: plays everywhere, seeks at once, has chapters.

Thread: any, one writer each; PyAV holds the GIL while the index is written, so files of hours are written by
a process of their own (`recording_worker`). Must not import: Qt, net, cv2.

No second pass over the file ("faststart" moves every byte once more, and cannot be cancelled): the counts
are known before, so the room for the index is left at the beginning.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.stream import Stream

from studio.media.outputs.isobmff import TIMESCALE
from studio.media.outputs.recording_files import part_path
from studio.model.mark import Chapter

if TYPE_CHECKING:
    from av.container.core import Chapter as AvChapter

log = logging.getLogger(__name__)

#: What the index takes a sample at most: size 4, duration 8, place 8, chunk 12, keyframe 4 bytes.
_INDEX_BYTES = 36
_INDEX_BASE, _CHAPTER_BYTES = 8192, 1024
#: Rounding to the ticks of a track, at its begin and its end.
_DURATION_TOLERANCE_S = 0.05


class FilmFailed(Exception):
    """A file could not be made; the text is a sentence for the host. What it was made from is untouched."""


def index_bytes(samples: int, chapters: int) -> int:
    """The room left for the index of so many samples."""
    return _INDEX_BASE + samples * _INDEX_BYTES + chapters * _CHAPTER_BYTES


class PlainFile:
    """One plain MP4 in the making.

    Invariant: `target` appears in one step, complete, verified and synced, or not at all. Call `finish` or
    `abandon`. Raises FilmFailed.
    """

    def __init__(
        self, target: Path, like: InputContainer, samples: int, chapters: Sequence[Chapter] = ()
    ) -> None:
        """`like`: has the same tracks. `samples`: how many pictures and sounds come at most."""
        self._target, self._part = target, part_path(target)
        self._pictures = self._sounds = 0
        self._end_s = 0.0
        self._container: OutputContainer | None = None
        room = index_bytes(samples, len(chapters))
        with self._failing():
            container = av.open(str(self._part), "w", format="mp4", options={"moov_size": str(room)})
            self._container = container
            self._tracks = _tracks_like(container, like)
            if chapters:
                container.set_chapters([_chapter(number, one) for number, one in enumerate(chapters)])

    def write(self, data: bytes, start: int, duration: int, *, is_picture: bool, is_key: bool) -> None:
        """One picture (units after their lengths) or sound; times in its track's ticks, never going back."""
        assert self._container is not None, "not finished yet"
        packet: av.Packet[Stream] = av.Packet(data)
        packet.stream = self._tracks[0 if is_picture else 1]
        if packet.stream.time_base is not None:  # it is copied from a track that has one
            packet.time_base = packet.stream.time_base
        packet.pts = packet.dts = start
        packet.duration = duration
        packet.is_keyframe = is_key or not is_picture
        with self._failing():
            self._container.mux_one(packet)
        if is_picture:
            self._pictures += 1
            self._end_s = (start + duration) / TIMESCALE
        else:
            self._sounds += 1

    def finish(self) -> Path:
        """Closes, syncs, verifies, and gives the file its name, in the place of what had it."""
        container, self._container = self._container, None
        assert container is not None, "finished once"
        with self._failing():
            container.close()
            _sync(self._part)
            self._verify()
            os.replace(self._part, self._target)
            _sync_folder(self._target.parent)
        return self._target

    def abandon(self) -> None:
        """Takes away what was written. Harmless after `finish`."""
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(FFmpegError, OSError, ValueError):
                container.close()
        with contextlib.suppress(OSError):
            self._part.unlink()

    def _verify(self) -> None:
        """What a player will find: the same number of pictures and sounds, as long as they were."""
        with av.open(str(self._part), "r") as film:
            found = (film.streams.video[0].frames, sum(track.frames for track in film.streams.audio))
            picture = film.streams.video[0]
            length_s = float((picture.duration or 0) * (picture.time_base or 0))
        if found != (self._pictures, self._sounds) or abs(length_s - self._end_s) > _DURATION_TOLERANCE_S:
            log.error(
                "%s holds %s of %d s, not %d and %d of %d s",
                self._part.name, found, length_s, self._pictures, self._sounds, self._end_s,
            )  # fmt: skip
            raise FilmFailed(f"{self._target.name} could not be written without a fault. Try it again.")

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Turns what the disk and the muxer say into a sentence, and leaves nothing behind."""
        try:
            yield
        except (FFmpegError, OSError, ValueError) as error:
            self.abandon()
            raise FilmFailed(film_sentence(error, self._target)) from error
        except FilmFailed:
            self.abandon()
            raise


def film_sentence(error: Exception, target: Path) -> str:
    """Why `target` could not be written, and what to do."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk with {target.parent} is full: {target.name} was not written. Make room."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target.name} was not written: {target.parent} may not be written to."
    if number == errno.ENOENT:
        return f"{target.name} was not written: {target.parent} or what it is made from is gone."
    return f"{target.name} was not written ({getattr(error, 'strerror', None) or error})."


@contextlib.contextmanager
def tracks_of(init: bytes) -> Iterator[InputContainer]:
    """A container with the tracks that `init` (ftyp and moov) describes, and nothing in them."""
    with av.open(io.BytesIO(init), "r", format="mp4") as described:
        yield described


def _tracks_like(container: OutputContainer, like: InputContainer) -> list[Stream]:
    """The same tracks; the picture comes first."""
    tracks: list[Stream] = []
    for track in (*like.streams.video, *like.streams.audio):
        made = container.add_stream_from_template(track)
        made.time_base = track.time_base
        tracks.append(made)
    return tracks


def _chapter(number: int, chapter: Chapter) -> AvChapter:
    return {
        "id": number,
        "start": chapter.start_ms,
        "end": chapter.end_ms,
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some network disks refuse
        log.info("folder %s is not synced: %s", folder, error.strerror)
    finally:
        os.close(handle)
