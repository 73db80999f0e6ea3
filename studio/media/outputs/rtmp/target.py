"""Where RTMP goes: the address a platform shows, checked once, and the stream key beside it.

Thread: any; immutable. Must not import: Qt, net.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PORTS = {"rtmp": 1935, "rtmps": 443}


class BadTarget(ValueError):
    """`str(error)` says what is wrong with the address or key."""


@dataclass(frozen=True, slots=True)
class RtmpTarget:
    """One place to send to. Raises BadTarget. The key shows in no `repr`, and belongs in no log or sentence.

    Attributes:
        name: what the host calls it. url: as the platform shows it, "rtmps://host[:port]/app", without key.
        key: the stream key; may be empty for a server of one's own. host, port, app, secure: parts of `url`.
    """

    name: str
    url: str
    key: str = field(repr=False)
    host: str = field(init=False)
    port: int = field(init=False)
    app: str = field(init=False)
    secure: bool = field(init=False)

    def __post_init__(self) -> None:
        host, port, app, secure = _parse(self.url.strip())
        if any(ord(letter) <= 32 or ord(letter) == 127 for letter in self.key):
            raise BadTarget("The stream key holds a space or line break; copy it again")
        if len(self.key) > 1000:
            raise BadTarget("The stream key is too long; copy it again")
        for name, value in (("host", host), ("port", port), ("app", app), ("secure", secure)):
            object.__setattr__(self, name, value)

    def scrub(self, text: str) -> str:
        """`text` without the stream key: servers repeat it in what they answer."""
        return text.replace(self.key, "***") if self.key else text


def target_from_address(name: str, address: str) -> RtmpTarget:
    """A target from one line, "rtmp://host/app/key", as ffmpeg takes it. Raises BadTarget."""
    url, _, key = address.strip().rpartition("/")
    return RtmpTarget(name, url, key)


def _parse(url: str) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget("This address cannot be read; copy it again from the platform") from None
    if parts.scheme not in _PORTS:
        raise BadTarget("The address begins with rtmp:// or rtmps://")
    if parts.username is not None or parts.password is not None:
        raise BadTarget("The address must not hold a name or password; the stream key has a field of its own")
    app = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    if not parts.hostname or any(ord(letter) <= 32 for letter in url):
        raise BadTarget("The address names no server; it looks like rtmp://live.example.org/app")
    if not app:
        raise BadTarget("The address ends with the name of the app, such as rtmp://live.example.org/app")
    if port == 0:
        raise BadTarget("Port 0 cannot be connected to")
    return parts.hostname, port or _PORTS[parts.scheme], app, parts.scheme == "rtmps"
