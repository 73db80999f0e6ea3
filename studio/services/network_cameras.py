"""The network cameras a host has added: names in the profile, addresses in the keyring, tried before kept.

GUI thread; the keyring and the trying are done in the pool. Signals: ``changed``.
"""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QObject, Signal

from studio.media.errors import SourceError, SourceUnreadable
from studio.media.sources.network import NetworkSource
from studio.media.sources.network_address import BadNetworkAddress, NetworkAddress
from studio.net.credentials import CredentialStore
from studio.net.secret import Secret
from studio.services.profile import Profile, SavedNetworkCamera
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

NAME_MAX = 32
#: More belong to a building, not to a LIVE.
_MOST = 8


class NetworkCameras(QObject):
    """Invariant: names are unique; an address is in the keyring or in memory, never in profile or log."""

    changed = Signal()

    def __init__(self, profile: Profile, store: CredentialStore, tasks: Tasks) -> None:
        super().__init__()
        self._profile = profile
        self._store = store
        self._tasks = tasks

    @property
    def rows(self) -> tuple[SavedNetworkCamera, ...]:
        """Names, and where each is, without name and password."""
        return tuple(self._profile.saved.network_cameras)

    @property
    def keeping_words(self) -> str:
        """Where an address typed now will be kept."""
        return self._store.keeping_words

    def source(self, name: str) -> NetworkSource:
        """The camera with that name, not opened yet; its address is looked up at each open."""
        return NetworkSource(name, name, partial(self._address, name))

    async def add(self, name: str, address: str, user: str, password: str, *, untried: bool = False) -> str:
        """Tries a camera and keeps it; a sentence when that fails, else empty. ``untried``: keeps it anyway.

        What is wrong with the name or the address itself is refused either way.
        """
        name = " ".join(name.split())
        problem = self._wrong_name(name)
        if problem:
            return problem
        try:
            checked = NetworkAddress(address, user.strip(), password)
        except BadNetworkAddress as error:
            return str(error)
        if not untried:
            problem = await self._tasks.blocking(lambda: tried(name, checked))
            if problem:
                return problem
        secret = Secret(checked.reveal())
        await self._tasks.blocking(lambda: self._store.put(_key_name(name), secret))
        if self._wrong_name(name):  # added twice, while the first was tried
            return self._wrong_name(name)
        kept = [*self._profile.saved.network_cameras, SavedNetworkCamera(name, checked.shown)]
        self._profile.update(network_cameras=kept)
        self.changed.emit()
        return ""

    def may_be_added(self, name: str, address: str, user: str, password: str) -> bool:
        """Whether nothing but the trying stands against it."""
        try:
            NetworkAddress(address, user.strip(), password)
        except BadNetworkAddress:
            return False
        return not self._wrong_name(" ".join(name.split()))

    async def remove(self, name: str) -> None:
        """Forgets a camera and its address."""
        kept = [camera for camera in self._profile.saved.network_cameras if camera.name != name]
        self._profile.update(network_cameras=kept)
        self.changed.emit()
        await self._tasks.blocking(lambda: self._store.delete(_key_name(name)))

    def _wrong_name(self, name: str) -> str:
        saved = self._profile.saved.network_cameras
        if not 1 <= len(name) <= NAME_MAX:
            return f"Give it a name of at most {NAME_MAX} characters."
        if any(camera.name == name for camera in saved):
            return f"There is a network camera named “{name}” already."
        return f"{_MOST} network cameras at most." if len(saved) >= _MOST else ""

    def _address(self, name: str) -> NetworkAddress:
        """On the camera's own thread: a keyring may block. Raises SourceUnreadable."""
        secret = self._store.get(_key_name(name))
        if secret is None:
            raise SourceUnreadable(
                f"The address of “{name}” is gone from the keyring. Remove it and add it again."
            )
        try:
            return NetworkAddress(secret.reveal())
        except BadNetworkAddress:  # a keyring edited by hand
            raise SourceUnreadable(
                f"The address of “{name}” is broken. Remove it and add it again."
            ) from None


def tried(name: str, address: NetworkAddress) -> str:
    """Opens a camera and takes a picture: a sentence when that fails, else empty. Blocks for up to 8 s."""
    source = NetworkSource(name, f"trying {name}", lambda: address)
    try:
        source.open()
    except SourceError as error:
        return str(error)
    finally:
        source.close()
    return ""


def _key_name(name: str) -> str:
    return f"network camera:{name}"
