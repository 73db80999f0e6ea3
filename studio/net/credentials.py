"""Access tokens and stream keys in the system's keyring, or in memory when there is none.

The calls block (a keyring may ask the person for a password): run them off the GUI thread. Nothing
ever falls back to a plain file, and passwords are never stored.
"""

from __future__ import annotations

import logging
import threading

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from studio.net.secret import Secret

log = logging.getLogger(__name__)

SERVICE = "Host Studio"
#: keyrings.alt writes plain files, which this app promises not to do; fail and null keep nothing.
_NOT_USED = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
_NAMES = {
    "SecretService": "Secret Service keyring",
    "kwallet": "KDE Wallet",
    "macOS": "macOS Keychain",
    "Windows": "Windows Credential Manager",
    "libsecret": "libsecret keyring",
}


class CredentialStore:
    """Invariant: a secret that was put is there until deleted or, in memory, until the app ends."""

    def __init__(self) -> None:
        self._memory: dict[str, Secret] = {}
        self._lock = threading.Lock()
        self._broken = ""

    @property
    def persistent(self) -> bool:
        return not self._broken and _usable(keyring.get_keyring())

    @property
    def keeping_words(self) -> str:
        """Where what is typed now will be kept, in the words of a form."""
        return "kept in the system keyring" if self.persistent else "kept in memory until the app closes"

    @property
    def place(self) -> str:
        """Where secrets are, in the words of the Ready screen."""
        if not self.persistent:
            return "Memory only: no usable keyring, you sign in again after a restart"
        return f"Token in {_shown_name(keyring.get_keyring())}"

    def put(self, name: str, secret: Secret) -> bool:
        """Keeps a secret; True when it will outlast this run."""
        with self._lock:
            self._memory[name] = secret
            if not self.persistent:
                return False
            try:
                keyring.set_password(SERVICE, name, secret.reveal())
            except (KeyringError, OSError, RuntimeError) as error:
                self._give_up(error)
                return False
            return True

    def get(self, name: str) -> Secret | None:
        """The secret, or None."""
        with self._lock:
            if name in self._memory:
                return self._memory[name]
            if not self.persistent:
                return None
            try:
                value = keyring.get_password(SERVICE, name)
            except (KeyringError, OSError, RuntimeError) as error:
                self._give_up(error)
                return None
            return Secret(value) if value else None

    def delete(self, name: str) -> None:
        """Forgets a secret everywhere."""
        with self._lock:
            self._memory.pop(name, None)
            if not self.persistent:
                return
            try:
                keyring.delete_password(SERVICE, name)
            except PasswordDeleteError:
                log.debug("no stored secret of that name")
            except (KeyringError, OSError, RuntimeError) as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._broken = type(error).__name__
        log.warning("the keyring does not work (%s); secrets stay in memory", type(error).__name__)


def _usable(backend: KeyringBackend) -> bool:
    if type(backend).__module__.startswith(_NOT_USED):
        return False
    inner = getattr(backend, "backends", None)  # the chainer: usable when one of its links is
    return inner is None or any(_usable(link) for link in inner)


def _shown_name(backend: KeyringBackend) -> str:
    inner = getattr(backend, "backends", None)
    if inner:
        return _shown_name(next(link for link in inner if _usable(link)))
    module = type(backend).__module__.rpartition(".")[2]
    return _NAMES.get(module, f"{module} keyring")
