"""The plain GETs: the viewer page and the gifts, with strict headers. Event-loop thread; small files only.

Paths never reach the file system as they came: each part is checked, and the file must lie below its folder.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_ROOM = re.compile(r"/room/[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_PLAIN_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", re.ASCII)
_MAX_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Cached:
    stamp: tuple[int, int]
    body: bytes
    etag: str


class Pages:
    """Answers GET and HEAD for ``/``, ``/room/<id>``, ``/static/...`` and ``/gifts/...``."""

    def __init__(self, viewer_dir: Path, gifts_dir: Path) -> None:
        self._viewer = viewer_dir.resolve()
        self._gifts = gifts_dir.resolve()
        self._cache: dict[Path, _Cached] = {}

    def respond(self, request: Request) -> Response:
        """The file that path names, 304 when the browser has it, 404 or 405."""
        if request.method not in ("GET", "HEAD"):
            return reply(
                request, HTTPStatus.METHOD_NOT_ALLOWED, b"GET only\n", headers={"Allow": "GET, HEAD"}
            )
        path = self._find(unquote(request.path.partition("?")[0]))
        file = self._read(path) if path is not None else None
        if path is None or file is None:
            return reply(request, HTTPStatus.NOT_FOUND, b"There is nothing here.\n")
        long_lived = path.suffix == ".woff2"
        headers = {
            "ETag": file.etag,
            "Cache-Control": "public, max-age=604800" if long_lived else "no-cache",
        }
        if file.etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
            return reply(request, HTTPStatus.NOT_MODIFIED, b"", headers=headers)
        return reply(request, HTTPStatus.OK, file.body, _TYPES[path.suffix], headers)

    def _find(self, path: str) -> Path | None:
        if path == "/" or _ROOM.fullmatch(path):
            return self._viewer / "index.html"
        folder, _, rest = path.lstrip("/").partition("/")
        root = {"static": self._viewer, "gifts": self._gifts}.get(folder)
        parts = rest.split("/")
        if root is None or not all(_PLAIN_PART.fullmatch(part) for part in parts):
            return None
        file = root.joinpath(*parts)
        if file.suffix not in _TYPES or not file.resolve().is_relative_to(root):
            return None
        return file

    def _read(self, path: Path) -> _Cached | None:
        """The file, read again only when it changed."""
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            cached = self._cache.get(path)
            if cached is None or cached.stamp != stamp:
                if not path.is_file() or status.st_size > _MAX_FILE:
                    return None
                body = path.read_bytes()
                cached = _Cached(stamp, body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
                self._cache[path] = cached
        except OSError:
            return None  # removed or unreadable: for the browser it does not exist
        return cached


def reply(
    request: Request,
    status: HTTPStatus,
    body: bytes,
    content_type: str = "text/plain; charset=utf-8",
    headers: dict[str, str] | None = None,
) -> Response:
    """A whole response with the security headers; the connection closes after it."""
    fields = Headers(
        {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy(request.headers.get("Host", "")),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    )
    for name, value in (headers or {}).items():
        fields.pop(name, None)
        fields[name] = value
    return Response(status.value, status.phrase, fields, b"" if request.method == "HEAD" else body)


def policy(host: str) -> str:
    """The page's Content-Security-Policy.

    Older browsers do not count WebSockets as 'self': they are named.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{sockets}; media-src blob:; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def same_origin(request: Request) -> bool:
    """Whether a WebSocket comes from our own page, or from no page at all (an app sends no Origin)."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and host.lower() == request.headers.get("Host", "").lower()
