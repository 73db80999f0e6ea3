"""The journal's files on the disk: names, who may read them, who writes, and what to do when that fails.

Blocks; any thread but the GUI's.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sys
from pathlib import Path

SUFFIX = ".journal"
#: A journal that is being rewritten; what a kill leaves of it holds nothing that the journal does not.
PART_SUFFIX = ".journal-part"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
#: Ids that are file names everywhere, also where case does not count.
_PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}|_[0-9a-f]{32}")
_WINDOWS_NAMES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_BINARY = getattr(os, "O_BINARY", 0)
_LOCKED_BYTE = 0x7FFFFFFE  # beyond what is written: a lock on Windows also stops reading there

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class Busy(OSError):
    """Somebody else holds this journal: a LIVE that is on air, or another studio."""


def journal_path(folder: Path, room_id: str) -> Path:
    """Where a LIVE's journal lies. A room's id is the backend's word: only a plain one becomes a name."""
    if _PLAIN_ID.fullmatch(room_id) and not _WINDOWS_NAMES.fullmatch(room_id):
        return folder / (room_id + SUFFIX)
    name = hashlib.sha256(room_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return folder / f"_{name}{SUFFIX}"


def make_folder(folder: Path) -> None:
    """Makes the folder, for its owner only, also when it was there with more rights. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(_FOLDER_MODE)


def open_private(path: Path, flags: int) -> int:
    """Opens a file that its owner alone may read. Raises OSError."""
    fd = os.open(path, flags | _BINARY | getattr(os, "O_CLOEXEC", 0), _FILE_MODE)
    try:
        if sys.platform != "win32" and os.fstat(fd).st_mode & 0o077:
            os.fchmod(fd, _FILE_MODE)
    except OSError:
        os.close(fd)
        raise
    return fd


def hold(path: Path, *, create: bool = False) -> int:
    """Opens a journal for its one writer; closing it lets go, and so does a kill.

    Raises Busy; FileNotFoundError unless ``create``; OSError.
    """
    while True:
        fd = open_private(path, os.O_RDWR | os.O_APPEND | (os.O_CREAT if create else 0))
        try:
            _lock(fd, path)
            if same_file(fd, path):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # it was rewritten or deleted between opening and locking


def same_file(fd: int, path: Path) -> bool:
    """Whether what is open is still what lies there."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def write_all(fd: int, data: bytes) -> None:
    """Writes all of it. Raises OSError; then a part of it may be written."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(folder: Path) -> None:
    """A new name in it is on the disk when this returns. Raises OSError."""
    if sys.platform == "win32":  # folders cannot be opened there; NTFS logs its names itself
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def advice(error: OSError, folder: Path) -> str:
    """What is wrong and what to do, in one sentence for the host."""
    if isinstance(error, Busy):
        return "Another Host Studio is writing this LIVE's journal: close it."
    if error.errno in _FULL:
        return f"The disk is full: make room where the journal lies ({folder}); it goes on by itself."
    if error.errno in _FORBIDDEN:
        return f"The journal may not be written: check the rights of {folder}; it goes on by itself."
    return f"The journal cannot be written ({error.strerror or error}): check the disk of {folder}."


def _lock(fd: int, path: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            raise Busy(error.errno, "somebody else writes it", str(path)) from error
        raise
