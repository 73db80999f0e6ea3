"""The HTTP half of WHIP: takes the offer from the process that sends, and hands it to the service.

Thread: `whip-offer` serves; the rest from any. Must not import: Qt, net, av. Source: RFC 9725.

Why not FFmpeg's own: it checks no certificate by itself and knows no sentence for what a service answers; and
so the token stays in this process.
"""

from __future__ import annotations

import http.client
import secrets
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urljoin, urlsplit

from studio.media.errors import StreamRefused
from studio.media.outputs.whip.target import WhipTarget

TIMEOUT_S = 10.0
_LONGEST = 1 << 20
_REDIRECTS = 3
_SDP = "application/sdp"


class Signalling:
    """For one connection: `url` takes one offer; `close` tells the service that the session is over.

    Attributes:
        url: where the process posts its offer, on this computer.
        error: what kept the service from answering; None when it answered.
    """

    def __init__(self, target: WhipTarget, *, tls: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._tls = tls
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._session = ""
        self.error: OSError | StreamRefused | None = None
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="whip-offer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the session at the service, as far as that works at once. Never raises."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(TIMEOUT_S)
        session, self._session = self._session, ""
        if session:
            try:
                self._ask("DELETE", session, b"", 2.0)
            except (OSError, http.client.HTTPException):  # it ends by itself when no media comes
                return

    def _offer(self, offer: bytes) -> bytes:
        """The service's answer. Raises OSError and StreamRefused."""
        url = self._target.url
        for _ in range(_REDIRECTS + 1):
            try:
                status, headers, body = self._ask("POST", url, offer, TIMEOUT_S)
            except http.client.HTTPException:
                raise StreamRefused("it does not speak HTTP") from None
            place = urljoin(url, headers.get("location", ""))
            if status in (307, 308):
                if self._target.secure and not place.startswith("https://"):
                    raise StreamRefused("it leads to an address without TLS")
                url = place
                continue
            if status != 201:
                raise StreamRefused(_reason(status))
            self._session = place if headers.get("location") else ""
            return body
        raise StreamRefused("it leads from one address to the next")

    def _ask(self, method: str, url: str, body: bytes, timeout_s: float) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname or "",
                parts.port,
                timeout=timeout_s,
                context=self._tls or ssl.create_default_context(),
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
        headers = {"Content-Type": _SDP} if body else {}
        same_server = parts.hostname == self._target.host
        if self._target.key and (same_server or method == "POST"):
            headers["Authorization"] = f"Bearer {self._target.key}"
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            read = answer.read(_LONGEST)
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read
        finally:
            connection.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        signalling = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                if self.path != signalling._path or not 0 < length <= _LONGEST:
                    self.send_error(404)
                    return
                try:
                    answer = signalling._offer(self.rfile.read(length))
                except (OSError, StreamRefused) as error:
                    signalling.error = error
                    self.send_error(502)
                    return
                self.send_response(201)
                self.send_header("Content-Type", _SDP)
                self.send_header("Location", f"{signalling._path}/session")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_DELETE(self) -> None:
                self.send_response(200)  # `close` tells the service
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: addresses of sessions are secrets of a kind."""

        return Handler


def _reason(status: int) -> str:
    if status in (401, 403):
        return f"it does not take the token (HTTP {status})"
    if status in (404, 410):
        return f"it knows no such address (HTTP {status})"
    if status == 409:
        return "somebody sends there already (HTTP 409)"
    if status in (400, 406, 415, 422):
        return f"it does not take H.264 with Opus (HTTP {status})"
    return f"it refused (HTTP {status})"
