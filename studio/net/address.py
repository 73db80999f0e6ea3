"""Where a backend is: checked once, when a person types it or a file names it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from studio.protocol import EVENTS_PATH, PUBLISH_PATH

_SCHEMES = {"ws": "ws", "http": "ws", "wss": "wss", "https": "wss"}


class BadAddress(ValueError):
    """What was typed is not a backend's address; the text says what would be."""


@dataclass(frozen=True, slots=True)
class BackendAddress:
    """A backend's origin, such as ``wss://live.example.org`` or ``ws://127.0.0.1:8700``."""

    secure: bool
    host: str
    port: int

    @property
    def origin(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self._authority}"

    @property
    def web(self) -> str:
        """The viewer page."""
        return f"{'https' if self.secure else 'http'}://{self._authority}/"

    @property
    def events_url(self) -> str:
        return self.origin + EVENTS_PATH

    @property
    def publish_url(self) -> str:
        return self.origin + PUBLISH_PATH

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse_address(text: str) -> BackendAddress:
    """Reads what a person typed; ``BadAddress`` with a sentence otherwise.

    Unencrypted addresses are taken for this machine and private networks alone: a sign-in token
    never crosses the open internet in plain text.
    """
    text = text.strip()
    if not text:
        raise BadAddress("Type the backend's address, such as wss://live.example.org")
    try:
        parts = urlsplit(text if "://" in text else f"wss://{text}")
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"“{text}” is not an address: {error}") from error
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None:
        raise BadAddress(f"An address starts with wss:// or ws://, not {parts.scheme}://")
    if not parts.hostname:
        raise BadAddress("The address has no host name, such as live.example.org")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BadAddress("The address must not hold a name, password or token; sign in below instead")
    if parts.path not in ("", "/"):
        raise BadAddress(f"Leave out “{parts.path}”: the address ends with the host name or port")
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        raise BadAddress(f"“{parts.hostname}” is not a host name, such as live.example.org") from None
    if port == 0:
        raise BadAddress("Port 0 cannot be connected to")
    if "://" not in text and _is_local(parts.hostname):
        scheme = "ws"
    if scheme == "ws" and not _is_local(parts.hostname):
        raise BadAddress("That address is on the internet and not encrypted; use wss://")
    secure = scheme == "wss"
    return BackendAddress(secure, parts.hostname, port or (443 if secure else 80))


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local
