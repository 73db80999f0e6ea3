"""The payout a host asked for and whose answer is not known yet, on this disk: one small file an account.

Written before anything is sent, so that the same request, by its id, can be sent again after a kill. Blocks:
any one thread but the GUI's. Must not import Qt.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import msgspec

from studio.journal.files import make_folder, open_private, sync_folder, write_all

log = logging.getLogger(__name__)

_MOST_BYTES = 4_096


class PayoutWish(msgspec.Struct, frozen=True, kw_only=True):
    """``request_id``: the command's, for good; ``diamonds`` is what was asked for."""

    request_id: str
    diamonds: int
    asked_ms: int


class PayoutWishFile:
    """At most one wish of one account at one backend. Neither's name becomes a path."""

    def __init__(self, folder: Path, account_id: str, backend: str) -> None:
        name = hashlib.sha256(f"{account_id}@{backend}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._path = folder / f"{name}.payout.json"

    def read(self) -> PayoutWish | None:
        """What was asked for and not answered. One that cannot be read is set aside. Raises OSError."""
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(_MOST_BYTES), type=PayoutWish)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            aside = self._path.with_suffix(".unreadable")
            log.warning("%s cannot be read (%s); kept as %s", self._path.name, error, aside.name)
            self._path.replace(aside)
            return None

    def write(self, wish: PayoutWish) -> None:
        """Once this returns it survives a power cut. Raises OSError."""
        make_folder(self._path.parent)
        fresh = self._path.with_suffix(".new")
        fd = open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            write_all(fd, msgspec.json.encode(wish))
            os.fsync(fd)
        finally:
            os.close(fd)
        fresh.replace(self._path)
        sync_folder(self._path.parent)

    def clear(self) -> None:
        """The answer is known. Raises OSError."""
        self._path.unlink(missing_ok=True)
