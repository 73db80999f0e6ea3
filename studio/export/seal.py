"""The chain: each line ends in the digest of itself and of the line before. Pure."""

from __future__ import annotations

import hashlib

#: SHA-256, as hexadecimal digits.
DIGITS = 64
START = "0" * DIGITS


def digest(before: str, body: bytes) -> str:
    """Of a line's ``body`` behind the line whose digest was ``before``."""
    return hashlib.sha256(before.encode() + b"\n" + body).hexdigest()
