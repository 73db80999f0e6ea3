"""What a start needs before anything runs: certificate, shipped files, and sentences for what went wrong.

Any thread (reads a few small files). Must not import the server.
"""

from __future__ import annotations

import errno
import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from studio import __version__, places
from studio.backend.errors import BackendError
from studio.backend.pages import Pages
from studio.backend.settings import BackendSettings
from studio.backend.word_lists import load_word_lists
from studio.model.gift import GiftCatalogue


def why_not_listening(settings: BackendSettings, error: OSError) -> str:
    """One sentence for an address that cannot be bound."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} on {settings.host} is taken by another program; "
            "choose another with --listen"
        )
    where = f"{settings.host}:{settings.port}"
    return f"cannot listen on {where}: {error.strerror or error}; choose another address with --listen"


def server_name() -> str:
    """What Hello says we are."""
    return f"host-studio/{__version__}"


def tls_context(settings: BackendSettings) -> ssl.SSLContext | None:
    """TLS 1.2 or newer with that certificate; None without one. `BackendError` when it cannot be used."""
    if settings.tls_cert is None:
        if settings.tls_key is not None:
            raise BackendError("--tls-key needs --tls-cert")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise BackendError(
            f"cannot use the certificate {settings.tls_cert}: {reason}; "
            "give a PEM certificate with --tls-cert and its unencrypted key with --tls-key"
        ) from error
    return context


def check_money(settings: BackendSettings) -> None:
    """`BackendError` for rates or times nobody could keep books with."""
    wrong = settings.rates.wrong()
    if not wrong and not (0 <= settings.hold_s < math.inf and settings.fresh_sign_in_s > 0):
        wrong = "A hold takes 0 seconds or more, and a fresh sign-in has an age."
    if wrong:
        raise BackendError(f"the settings of the money cannot be used: {wrong}")


@dataclass(frozen=True, slots=True)
class Shipped:
    """The program's own files that the backend needs. ``lists``: word lists, by language."""

    catalogue: GiftCatalogue
    pages: Pages
    lists: Mapping[str, tuple[str, ...]]


def load_resources(settings: BackendSettings) -> Shipped:
    """Gifts, viewer page, word lists. `BackendError` when the program's own files are not there or broken."""
    try:
        gifts_dir: Path = settings.gifts_dir or places.resource_path("gifts")
        viewer_dir: Path = settings.viewer_dir or places.resource_path("viewer")
        catalogue = GiftCatalogue.from_json((gifts_dir / "catalogue.json").read_bytes())
        lists = load_word_lists(places.resource_path("words"))
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise BackendError(
            f"the program's own files are damaged: {error}; install Host Studio again"
        ) from error
    return Shipped(catalogue, Pages(viewer_dir, gifts_dir), lists)
