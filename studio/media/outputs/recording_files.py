"""Files of a recording: their names, and a fragmented MP4 that survives a kill.

Thread: `record` writes; naming is pure but for looking what exists. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path

from studio.media.outputs.isobmff import FragmentTimeline, init_segment
from studio.media.packet import AudioPacket, MediaPacket, StreamConfig

#: What Windows refuses in a name; the other systems refuse a part of it.
_REFUSED = re.compile(r'[<>:"/\\|?*]')
#: Devices of Windows, which cannot be file names there, whatever follows the first dot.
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
#: Bytes of UTF-8. With the date, a number and the ending it stays below 255, the limit of Linux.
_TITLE_BYTES = 150


def safe_title(title: str) -> str:
    """`title` as part of a file name on Windows, macOS and Linux; empty when nothing of it can stay."""
    seen = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in title)
    words = " ".join(_REFUSED.sub(" ", seen).split()).strip(". ")
    words = words.encode()[:_TITLE_BYTES].decode(errors="ignore").rstrip(". ")
    return _DEVICES.sub(r"\1_", words)


def free_path(folder: Path, title: str, at: datetime, suffix: str = ".mp4") -> Path:
    """A name in `folder` that no file has: "2026-11-22 18-05 title.mp4", then "… (2).mp4" and so on."""
    stem = f"{at:%Y-%m-%d %H-%M} {safe_title(title)}".rstrip()
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}){suffix}"
    return path


def part_path(target: Path) -> Path:
    """Where `target` grows until it is complete."""
    return target.with_name(target.name + ".part")


class FragmentFile:
    """One fragmented MP4, made anew. Time in it begins at 0 with the first picture written.

    Invariant: after `write` returns, a kill of this process loses nothing of the packet; after `sync`, a
    power cut does not either. Raises OSError as the disk does; what of a packet was on a disk that got full
    is taken back, so that the file ends with a whole one.
    """

    def __init__(self, path: Path, config: StreamConfig) -> None:
        self.path = path
        self._rate = config.audio.sample_rate if config.audio is not None else 48_000
        self._timeline = FragmentTimeline()
        self._base_us: int | None = None
        self.bytes = self.duration_us = 0
        self._file = path.open("xb", buffering=0)
        try:
            self._put(init_segment(config))
        except OSError:
            self._file.close()
            with contextlib.suppress(OSError):
                path.unlink()  # nothing is in it
            raise

    def write(self, packet: MediaPacket) -> int:
        """Appends a packet; gives the bytes written. Sound of before the first picture is left out."""
        if self._base_us is None and not isinstance(packet, AudioPacket):
            self._base_us = packet.dts_us
        base_us = self._base_us
        if base_us is None or packet.pts_us < base_us:
            return 0
        moved: MediaPacket
        if isinstance(packet, AudioPacket):
            moved = dataclasses.replace(packet, pts_us=packet.pts_us - base_us)
        else:
            moved = dataclasses.replace(
                packet, pts_us=packet.pts_us - base_us, dts_us=packet.dts_us - base_us
            )
            self.duration_us = moved.pts_us + moved.duration_us
        return self._put(self._timeline.fragment(moved, self._rate))

    @property
    def begun_us(self) -> int:
        """Where this file begins, on the broadcast's time line; 0 before its first picture."""
        return self._base_us or 0

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Syncs and closes. Harmless a second time."""
        if self._file.closed:
            return
        try:
            self.sync()
        finally:
            self._file.close()

    def _put(self, data: bytes) -> int:
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            with contextlib.suppress(OSError):  # a disk that has gone
                self._file.truncate(self.bytes)
            raise
        self.bytes += len(data)
        return len(data)
