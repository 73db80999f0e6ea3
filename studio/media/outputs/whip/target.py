"""Where WHIP goes: the address a service shows, checked once, and the token beside it.

Thread: any; immutable. Must not import: Qt, net.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from studio.media.outputs.rtmp.target import BadTarget

#: Over plain HTTP the token could be read by anyone on the way; to this computer there is no way.
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class WhipTarget:
    """One place to send to. Raises BadTarget. The token shows in no `repr`, log or sentence.

    Attributes:
        name: what the host calls it. url: as the service shows it, "https://host[:port]/path".
        key: the bearer token; may be empty where the address says it all. host, port, secure: parts of `url`.
    """

    name: str
    url: str
    key: str = field(repr=False)
    host: str = field(init=False)
    port: int = field(init=False)
    secure: bool = field(init=False)

    def __post_init__(self) -> None:
        url = self.url.strip()
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadTarget("This address cannot be read; copy it again from the service") from None
        if parts.scheme not in ("https", "http"):
            raise BadTarget("A WHIP address begins with https://")
        if not parts.hostname or any(ord(letter) <= 32 for letter in url):
            raise BadTarget("The address names no server; it looks like https://live.example.org/whip/room")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise BadTarget("Use https:// here: over http:// the token could be read on the way")
        if parts.username is not None or parts.password is not None:
            raise BadTarget("The address must not hold a name or password; the token has a field of its own")
        if port == 0:
            raise BadTarget("Port 0 cannot be connected to")
        if any(not 32 < ord(letter) < 127 for letter in self.key):
            raise BadTarget("The token holds a space, a line break or a foreign letter; copy it again")
        if len(self.key) > 4_000:
            raise BadTarget("The token is too long; copy it again")
        secure = parts.scheme == "https"
        for name, value in (
            ("url", url),
            ("host", parts.hostname),
            ("port", port or (443 if secure else 80)),
            ("secure", secure),
        ):
            object.__setattr__(self, name, value)
