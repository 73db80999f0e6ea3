"""The address of a network camera, checked once at the border. It may hold a password: it never shows it.

Thread: any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

#: What FFmpeg may speak for each kind of address: a playlist must not name files of this machine.
_PROTOCOLS = {
    "http": "http,https,tls,tcp,crypto,httpproxy",
    "https": "http,https,tls,tcp,crypto,httpproxy",
    "rtsp": "rtsp,rtp,rtcp,udp,tcp,tls,http,https",
    "rtsps": "rtsp,rtsps,rtp,rtcp,srtp,udp,tcp,tls,http,https",
}
_LONGEST = 2048


class BadNetworkAddress(ValueError):
    """The sentence says what is wrong, without the address."""


class NetworkAddress:
    """An address of http, https, rtsp or rtsps. Invariant: `repr` holds neither name nor password."""

    __slots__ = ("_full", "_parts")

    def __init__(self, text: str, user: str = "", password: str = "") -> None:
        """Without a scheme it is http, as phones show it. `user` wins over one in the address.

        Raises BadNetworkAddress.
        """
        text = text.strip()
        if not text:
            raise BadNetworkAddress("Give the address that the camera or its app shows.")
        if len(text) > _LONGEST or not text.isprintable() or " " in text:
            raise BadNetworkAddress("This address has characters that no address has. Copy it once more.")
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise BadNetworkAddress(
                "This is not an address. One looks like http://192.168.1.20:8080/video."
            ) from None
        if parts.scheme.lower() not in _PROTOCOLS:
            raise BadNetworkAddress("Use an address that begins with http, https, rtsp or rtsps.")
        if not host or port == 0:
            raise BadNetworkAddress(
                "This address names no camera. One looks like http://192.168.1.20:8080/video."
            )
        if password and not user and not parts.username:
            raise BadNetworkAddress("A password needs a user name beside it.")
        place = parts.netloc.rpartition("@")[2]
        if user:
            place = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
        elif parts.username is not None:
            place = parts.netloc
        parts = parts._replace(scheme=parts.scheme.lower(), netloc=place, fragment="")
        self._parts = parts
        self._full = urlunsplit(parts)

    @property
    def scheme(self) -> str:
        return self._parts.scheme

    @property
    def host(self) -> str:
        return self._parts.hostname or ""

    @property
    def protocols(self) -> str:
        """FFmpeg's `protocol_whitelist` for it."""
        return _PROTOCOLS[self._parts.scheme]

    @property
    def shown(self) -> str:
        """What the host may see and a log may keep: where it is, without name, password and parameters."""
        return f"{self._parts.scheme}://{self._parts.netloc.rpartition('@')[2]}{self._parts.path}"

    def reveal(self) -> str:
        """The whole of it, for whoever connects or keeps it in the keyring."""
        return self._full

    def __repr__(self) -> str:
        return f"NetworkAddress({self.shown!r})"
