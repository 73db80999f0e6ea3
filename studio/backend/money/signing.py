"""The backend's signing key: Ed25519, made once, in its data folder, readable by its owner alone. Blocks."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from studio.backend.errors import StorageError

KEY_NAME = "statement-key.pem"


class Signer:
    """Signs what the ledger says; anybody who has the public key can check it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = raw.hex()

    def sign(self, data: bytes) -> str:
        """64 bytes, as hexadecimal digits."""
        return self._key.sign(data).hex()


def load_signer(folder: Path) -> Signer:
    """The key of this data folder, made at its first use.

    `StorageError` when it cannot be read or is none: a key is never replaced in silence, or statements
    signed before would look forged.
    """
    path = folder / KEY_NAME
    try:
        return Signer(_read(path)) if path.exists() else Signer(_make(path))
    except OSError as error:
        raise StorageError(f"cannot use the signing key {path}: {error.strerror or error}") from error


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StorageError(
            f"the signing key {path} is damaged; bring it back from a copy, or move it away: statements "
            "that were signed with it can then no longer be checked against this backend"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageError(f"the signing key {path} is no Ed25519 key")
    return key


def _make(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    part = path.with_suffix(".part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        os.fsync(fd)
    finally:
        os.close(fd)
    part.replace(path)
    return key
