"""Reads a file that the host has chosen, or says in a sentence why not.

Thread: that of the source, since a disk may hang. Must not import: anything but this room's errors.
"""

from __future__ import annotations

from pathlib import Path

from studio.media.errors import SourceUnreadable


def read_chosen(path: Path, most_bytes: int, *, what: str = "a video file", other: str = "file") -> bytes:
    """Its first bytes, at most `most_bytes`.

    Raises SourceUnreadable when it is missing, not allowed, a folder or empty. `what` and `other` name what
    to choose instead.
    """
    name = path.name
    try:
        if path.is_dir():
            raise SourceUnreadable(f"“{name}” is a folder. Choose {what} in it.")
        with path.open("rb") as file:
            data = file.read(most_bytes)
    except FileNotFoundError:
        raise SourceUnreadable(f"“{name}” is not there any more. Choose another {other}.") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise SourceUnreadable(f"“{name}” cannot be opened ({reason}). Check its permissions.") from error
    if not data:
        raise SourceUnreadable(f"“{name}” is empty. Choose another {other}.")
    return data


def check_chosen(path: Path) -> None:
    """Raises as `read_chosen` for a video file that cannot be read."""
    read_chosen(path, 1)
