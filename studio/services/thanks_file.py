"""Ticks of a LIVE on this disk: one JSON line each, appended, so that a kill of the studio loses none.

A file of its own, not the profile: that is written whole half a second late, and is no place for thousands of
lines that end with their LIVE. Not the backend either: whom a host has thanked is a note of the host's.

GUI thread: a line of some sixty bytes, left to the system to put on the disk (a power cut may cost the last
ones; then a person waits once more). Must not import Qt.
"""

from __future__ import annotations

import errno
import hashlib
import logging
from pathlib import Path

import msgspec

from studio.model.thanks import Tick, standing

log = logging.getLogger(__name__)

_SUFFIX = ".thanks.jsonl"
#: No file of ours grows longer (some 15,000 ticks): what is, was not written by us.
_MOST_BYTES = 1 << 20
#: LIVEs whose ticks are kept; the oldest files go. Those that ended are deleted with their summary.
_KEPT = 10


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    person_id: str
    through_seq: int
    undone: bool = False


class ThanksFile:
    """The ticks of one room below ``folder``. A room's id is the backend's word: it never becomes a path."""

    def __init__(self, folder: Path, room_id: str) -> None:
        name = hashlib.sha256(room_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._path = folder / (name + _SUFFIX)

    @property
    def path(self) -> Path:
        return self._path

    def read(self) -> list[Tick]:
        """What stands, in order; lines that are none (torn by a kill, edited by hand) are left out."""
        try:
            with self._path.open("rb") as file:
                lines = file.read(_MOST_BYTES).splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            log.warning("whom you have thanked cannot be read from %s: %s", self._path, error.strerror)
            return []
        found: list[tuple[Tick, bool]] = []
        for line in lines:
            try:
                one = msgspec.json.decode(line, type=_Line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                log.warning("a line in %s is no tick", self._path.name)
                continue
            found.append((Tick(person_id=one.person_id, through_seq=one.through_seq), one.undone))
        return standing(found)

    def append(self, tick: Tick, *, undone: bool = False) -> None:
        """Once this returns, a kill does not lose it. Raises OSError, also when the file is full."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = msgspec.json.encode(
            _Line(person_id=tick.person_id, through_seq=tick.through_seq, undone=undone)
        )
        with self._path.open("ab+") as file:
            size = file.tell()
            if size + len(line) + 2 > _MOST_BYTES:
                raise OSError(errno.EFBIG, "the file of this LIVE is full", str(self._path))
            if size:
                file.seek(size - 1)
                if file.read(1) != b"\n":  # a line torn by a kill must not take this one with it
                    line = b"\n" + line
            file.write(line + b"\n")

    def delete(self) -> None:
        """The LIVE is over: nothing will be asked of it any more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s stays behind: %s", self._path, error.strerror)


def forget_old(folder: Path) -> None:
    """Deletes the files of LIVEs long over: a studio that was killed could not."""
    try:
        files = sorted(folder.glob("*" + _SUFFIX), key=lambda path: -path.stat().st_mtime)
        for path in files[_KEPT:]:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("old files stay in %s: %s", folder, error.strerror)
