"""Marks beside a recording: one JSON line each, appended and synced, so that a kill loses none.

Thread: `record` writes, any reads. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from studio.model.mark import MOST_MARKS, Mark

log = logging.getLogger(__name__)

_SUFFIX = ".marks.jsonl"
#: No file of ours is longer; what is was not written by us.
_MOST_BYTES = 1 << 20


def marks_path(recording: Path) -> Path:
    """Where the marks of `recording` are."""
    return recording.with_name(recording.stem + _SUFFIX)


def append_mark(recording: Path, mark: Mark) -> None:
    """Once this returns, neither a kill nor a power cut loses the mark. Raises OSError."""
    with marks_path(recording).open("ab") as file:
        file.write(msgspec.json.encode(mark) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_marks(recording: Path) -> tuple[Mark, ...]:
    """In the order they were set; lines that are none (torn by a kill, edited by hand) are left out."""
    try:
        with marks_path(recording).open("rb") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        log.warning("marks of %s: %s", recording.name, error.strerror)
        return ()
    found: list[Mark] = []
    for line in lines[:MOST_MARKS]:
        try:
            found.append(msgspec.json.decode(line, type=Mark))
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.warning("a line in %s is no mark", marks_path(recording).name)
    return tuple(found)
