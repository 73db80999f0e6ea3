"""A certificate for one WebRTC connection: its fingerprint goes into the offer, nobody else ever sees it.

Thread: any. Must not import: Qt, net. FFmpeg would make one of RSA by itself, which WebRTC stacks that take
elliptic curves alone (aiortc 1.16) refuse with a TLS alert; every stack takes P-256 (RFC 8827, section 6.5).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: Browsers make theirs for 30 days; a LIVE is shorter.
_DAYS = 2


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) as PEM files in `folder`, which is its owner's alone. Raises OSError."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "WebRTC")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .sign(key, hashes.SHA256())
    )
    written = folder / "certificate.pem", folder / "key.pem"
    written[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    written[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return written
