"""A real WHIP service for the tests: aiortc behind a small HTTP server, decoding what it gets."""

from __future__ import annotations

import asyncio
import re
import threading
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

aiortc = pytest.importorskip("aiortc")
from aiortc.mediastreams import MediaStreamError  # noqa: E402 - only where the library is


class WhipServer:
    """Takes sessions for one token. `pictures`, `sounds`: decoded frames; `sizes`: of pictures."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.pictures = self.sounds = self.offers = self.goodbyes = 0
        self.sizes: set[tuple[int, int]] = set()
        self.loudest = 0
        self.refuse = 0
        self._peers: list[aiortc.RTCPeerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._threads = [threading.Thread(target=self._loop.run_forever, daemon=True)]
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._threads.append(threading.Thread(target=self._http.serve_forever, daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/whip/room"

    def cut(self) -> None:
        """Ends every session from this side, as a service that restarts."""
        self._await(asyncio.run_coroutine_threadsafe(self._close_peers(), self._loop))

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join(10)
        self._loop.close()

    def _await(self, future: Future[object]) -> object:
        return future.result(20)

    async def _close_peers(self) -> None:
        peers, self._peers = self._peers, []
        await asyncio.gather(*(peer.close() for peer in peers))

    async def _answer(self, offer: str) -> str:
        peer = aiortc.RTCPeerConnection()
        self._peers.append(peer)
        peer.on("track", lambda track: asyncio.ensure_future(self._take(track)))
        # aiortc negotiates the baseline profile alone, though its decoder takes every one, as browsers do.
        offer = re.sub(r"profile-level-id=[0-9a-fA-F]{6}", "profile-level-id=42e01f", offer)
        await peer.setRemoteDescription(aiortc.RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return str(peer.localDescription.sdp)

    async def _take(self, track: aiortc.MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    self.pictures += 1
                    self.sizes.add((frame.width, frame.height))
                else:
                    self.sounds += 1
                    self.loudest = max(self.loudest, int(abs(frame.to_ndarray()).max()))
        except MediaStreamError:
            return

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.offers += 1
                if self.headers.get("Authorization") != f"Bearer {server.token}":
                    self.send_error(401)
                    return
                if server.refuse:
                    self.send_error(server.refuse)
                    return
                made = asyncio.run_coroutine_threadsafe(server._answer(offer), server._loop)
                answer = str(server._await(made)).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/sdp")
                self.send_header("Location", "/whip/room/1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_DELETE(self) -> None:
                server.goodbyes += self.headers.get("Authorization") == f"Bearer {server.token}"
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """The tests say what matters."""

        return Handler
