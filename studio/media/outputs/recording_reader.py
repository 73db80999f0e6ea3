"""Reads a recording of ours as it was left, also by a kill: fragment by fragment, up to the last whole one.

Thread: any, one reader each. Must not import: Qt, net, cv2, av.

Why not FFmpeg's demuxer: with one fragment a packet it takes time that grows with the square of the length
(1.3 s of CPU for 10 minutes, 9 s for 30), and it cannot seek. Here every fragment has the layout that
`isobmff` writes, so one `unpack` reads it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studio.media.outputs.isobmff import PICTURE_TRACK, SYNC_SAMPLE

#: moof(mfhd, traf(tfhd, tfdt, trun)) and the head of mdat, exactly as `FragmentTimeline` writes them.
_HEAD = struct.Struct(">I4sI4sIII4sI4sIII4sIQI4sIIiIIII4s")
_NAMES = {1: b"moof", 3: b"mfhd", 7: b"traf", 9: b"tfhd", 13: b"tfdt", 17: b"trun", 25: b"mdat"}
_TRACK, _START, _DURATION, _SIZE, _FLAGS, _MDAT_SIZE = 11, 15, 21, 22, 23, 24
#: ftyp and moov; an init segment has no tables to grow by.
_LONGEST_INIT = 64 * 1024


class NotFragmented(ValueError):
    """The file is no fragmented recording of ours: finished already, or something else."""


@dataclass(frozen=True, slots=True)
class FragmentHead:
    """One picture or piece of sound; times in its track's ticks. `at`: where its data lies in the file."""

    is_picture: bool
    is_key: bool
    start: int
    duration: int
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a recording holds. `picture_end`: in ticks of the picture's track."""

    pictures: int
    sounds: int
    picture_end: int


class FragmentedRecording:
    """An open recording; a context manager. Raises OSError, and NotFragmented from the constructor."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("rb", buffering=0)
        try:
            self.bytes = self._file.seek(0, 2)
            self.init = self._read_init()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> FragmentedRecording:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def heads(self) -> Iterator[FragmentHead]:
        """Every whole fragment, in the order it was written; pictures and sound are not read."""
        position = len(self.init)
        while True:
            self._file.seek(position)
            fields = _unpack(self._file.read(_HEAD.size))
            if fields is None:
                return
            at = position + _HEAD.size
            position = at + fields[_SIZE]
            if position > self.bytes:
                return  # torn
            is_picture = fields[_TRACK] == PICTURE_TRACK
            is_key = is_picture and fields[_FLAGS] == SYNC_SAMPLE
            yield FragmentHead(is_picture, is_key, fields[_START], fields[_DURATION], at, fields[_SIZE])

    def data(self, head: FragmentHead) -> bytes:
        """The packet itself: H.264 with lengths before its units, or raw AAC."""
        self._file.seek(head.at)
        return self._file.read(head.size)

    def survey(self) -> Survey:
        """Counts by reading all heads: some 5 us each."""
        pictures = sounds = end = 0
        for head in self.heads():
            if head.is_picture:
                pictures, end = pictures + 1, head.start + head.duration
            else:
                sounds += 1
        return Survey(pictures, sounds, end)

    def _read_init(self) -> bytes:
        self._file.seek(0)
        begin = self._file.read(_LONGEST_INIT)
        position = 0
        for kind in (b"ftyp", b"moov"):
            if begin[position + 4 : position + 8] != kind:
                raise NotFragmented(self.path.name)
            position += int.from_bytes(begin[position : position + 4], "big")
        if b"mvex" not in begin[:position] or _unpack(begin[position : position + _HEAD.size]) is None:
            raise NotFragmented(self.path.name)
        return begin[:position]


def _unpack(data: bytes) -> tuple[int, ...] | None:
    """The fields of a fragment's head; None when these bytes are none."""
    if len(data) < _HEAD.size:
        return None
    fields = _HEAD.unpack(data)
    if any(fields[place] != name for place, name in _NAMES.items()):
        return None
    return fields if fields[_MDAT_SIZE] == fields[_SIZE] + 8 else None


def is_fragmented(path: Path) -> bool:
    """Whether `path` is a recording that was not finished. False for what cannot be read."""
    try:
        with FragmentedRecording(path):
            return True
    except (NotFragmented, OSError):
        return False
