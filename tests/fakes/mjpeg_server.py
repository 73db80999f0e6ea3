"""A network camera as phones and cheap cameras are one: motion JPEG over HTTP, with their faults."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from studio.media.cv2_import import cv2

BOUNDARY = "frame"


def jpeg(shade: int, size: tuple[int, int] = (96, 64)) -> bytes:
    """A JPEG of one grey."""
    picture = np.full((size[1], size[0], 3), shade, np.uint8)
    return cv2.imencode(".jpg", picture)[1].tobytes()


class MjpegServer:
    """Sends `parts()` to everyone who asks for /video; each is a JPEG, or a float: seconds without any.

    `login`: "name:password" that is asked for. `served` counts connections that were answered.
    """

    def __init__(
        self, parts: Callable[[], Iterator[bytes | float]], *, login: str = "", port: int = 0
    ) -> None:
        self.parts = parts
        self.served = 0
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self, login)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}/video"

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: BaseHTTPRequestHandler, login: str) -> None:
        wanted = "Basic " + base64.b64encode(login.encode()).decode()
        if login and asked.headers.get("Authorization") != wanted:
            asked.send_response(401)
            asked.send_header("WWW-Authenticate", 'Basic realm="camera"')
            asked.end_headers()
            return
        path = asked.path.partition("?")[0]
        special = {"/forbidden": 403, "/missing": 404, "/broken": 500}.get(path)
        if special:
            asked.send_error(special)
            return
        if path == "/page":
            asked.send_response(200)
            page = b"<html><body>This is my camera</body></html>" * 40
            asked.send_header("Content-Type", "text/html")
            asked.send_header("Content-Length", str(len(page)))
            asked.end_headers()
            asked.wfile.write(page)
            return
        self.served += 1
        asked.send_response(200)
        asked.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        asked.end_headers()
        try:
            self._send(asked)
        except OSError:
            pass  # whoever watched has gone

    def _send(self, asked: BaseHTTPRequestHandler) -> None:
        for part in self.parts():
            if self.closing.is_set():
                return
            if isinstance(part, float):
                if self.closing.wait(part):
                    return
                continue
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(part)}\r\n\r\n"
            asked.wfile.write(head.encode() + part + b"\r\n")


def steady(fps: float = 30.0, shade: Callable[[float], int] = lambda _: 128) -> Iterator[bytes | float]:
    """Pictures for ever; `shade` of each from the seconds since the first."""
    began = time.monotonic()
    while True:
        yield jpeg(shade(time.monotonic() - began))
        yield 1 / fps
