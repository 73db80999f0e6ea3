"""Secrets hide themselves; the store keeps them in a keyring or, without one, in memory alone."""

import logging
import pickle

import keyring
import pytest
from keyring.backends import fail
from keyring.errors import KeyringLocked

from studio.net.credentials import CredentialStore
from studio.net.secret import Secret
from tests.fakes.keyring_memory import MemoryKeyring


def test_a_secret_shows_only_when_asked(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret("hunter2")
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("%s %r", secret, {"token": secret})
    assert "hunter2" not in caplog.text + f"{secret}{secret!r}{[secret]}"
    assert secret.reveal() == "hunter2"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_token_is_there_for_the_next_start() -> None:
    assert CredentialStore().put("token:rin@x", Secret("t1"))
    later = CredentialStore()
    found = later.get("token:rin@x")
    assert found is not None and found.reveal() == "t1"
    later.delete("token:rin@x")
    assert CredentialStore().get("token:rin@x") is None
    later.delete("token:rin@x")  # twice is harmless


def test_without_a_keyring_it_stays_in_memory_and_says_so() -> None:
    keyring.set_keyring(fail.Keyring())
    store = CredentialStore()
    assert not store.persistent
    assert not store.put("token", Secret("t1"))
    found = store.get("token")
    assert found is not None and found.reveal() == "t1"
    assert "Memory only" in store.place
    assert CredentialStore().get("token") is None


class _LockedKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("the person said no")


def test_a_keyring_that_refuses_is_given_up_without_losing_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    keyring.set_keyring(_LockedKeyring())
    store = CredentialStore()
    assert not store.put("token", Secret("hunter2"))
    found = store.get("token")
    assert found is not None and found.reveal() == "hunter2"
    assert "Memory only" in store.place
    assert "hunter2" not in caplog.text


class _PlainFileKeyring(MemoryKeyring):
    pass


_PlainFileKeyring.__module__ = "keyrings.alt.file"


def test_a_keyring_that_writes_plain_files_is_not_used() -> None:
    backend = _PlainFileKeyring()
    keyring.set_keyring(backend)
    store = CredentialStore()
    assert not store.put("token", Secret("t1"))
    assert backend.get_password("Host Studio", "token") is None
