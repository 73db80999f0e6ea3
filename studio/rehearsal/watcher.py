"""A practice viewer's eyes: watches the picture as the viewer page does, but measures instead of showing.

One asyncio loop. Reads the media socket, checks that the stream is one a decoder could play (init segment
first, then a keyframe, time only forward) and reports its delay to the server every few seconds.
"""

from __future__ import annotations

import asyncio
import statistics
from collections import deque
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from studio.protocol.codec import ProtocolError, decode_media_answer, encode
from studio.protocol.commands import ReportPicture
from studio.protocol.media import (
    HEADER_SIZE,
    MAX_MEDIA_MESSAGE,
    MediaKind,
    MediaMessage,
    MediaReady,
    Watch,
    unpack_media,
)
from studio.rehearsal.link import Link, LinkEnded
from studio.rehearsal.tally import PictureTally

PING_EVERY_S = 2.0
REPORT_EVERY_S = 3.0
RETRY_S = 1.0
_PICTURE_TRACK = 1


def is_sound(payload: bytes) -> bool:
    """Whether a fragment (moof+mdat) is of another track than the first, which is the picture's."""
    track_header = payload.find(b"tfhd", 0, 256)
    number = payload[track_header + 8 : track_header + 12]  # after version and flags
    return track_header > 0 and int.from_bytes(number, "big") != _PICTURE_TRACK


class StreamCheck:
    """Judges media messages as they arrive. Invariant: ``take`` is True for what a decoder could play."""

    def __init__(self, tally: PictureTally) -> None:
        self._tally = tally
        self._started = False
        self._playing = False
        self._last_pts_us: int | None = None
        self._gaps_us: deque[int] = deque(maxlen=30)
        self.skipped = 0

    def take(self, message: MediaMessage) -> bool:
        """Counts one message; False when it comes out of order."""
        if message.kind is MediaKind.INIT:
            self._tally.streams += 1
            self._started, self._playing, self._last_pts_us = True, False, None
            self._gaps_us.clear()
            return True
        if is_sound(message.payload):
            return self._started  # on a time line of its own; pictures are what is counted here
        key = message.kind is MediaKind.KEYFRAME
        self._tally.keyframes += key
        if not self._started or not (key or self._playing) or not self._forward(message.pts_us, key):
            self._tally.out_of_order += 1
            return False
        self._playing = True
        return True

    def _forward(self, pts_us: int, key: bool) -> bool:
        last, self._last_pts_us = self._last_pts_us, pts_us
        if last is None:
            return True
        gap = pts_us - last
        if gap <= 0:
            return False
        if len(self._gaps_us) >= 5:
            usual = statistics.median(self._gaps_us)
            if key and gap > 1.5 * usual:
                # A viewer that fell behind was moved on to a keyframe: what lies between was never sent.
                lost = round(gap / usual) - 1
                self.skipped += lost
                self._tally.skipped += lost
        self._gaps_us.append(gap)
        return True


class PictureWatcher:
    """Reads one room's picture through its own socket; ``link`` tells the time and carries the reports."""

    def __init__(self, url: str, room_id: str, link: Link, tally: PictureTally) -> None:
        self._url = url
        self._local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._room_id = room_id
        self._link = link
        self._tally = tally
        self._recent_ms: list[float] = []
        self._skipped_before = 0
        self._check = StreamCheck(tally)

    async def run(self) -> None:
        """Watches until cancelled or the LIVE ends; connects again when the picture stops."""
        self._tally.watchers += 1
        keeper = asyncio.ensure_future(self._keep_time_and_report())
        try:
            while not self._link.room_closed.is_set():
                try:
                    await self._watch()
                except (OSError, TimeoutError, WebSocketException, ProtocolError):
                    pass  # no picture now (not yet published, cut, too slow): it may come
                await asyncio.sleep(RETRY_S)
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def _watch(self) -> None:
        async with connect(
            self._url,
            open_timeout=10,
            close_timeout=1,
            max_size=MAX_MEDIA_MESSAGE + HEADER_SIZE,
            compression=None,
            proxy=None if self._local else True,
        ) as socket:
            await socket.send(encode(Watch(room_id=self._room_id)))
            self._check = StreamCheck(self._tally)
            self._skipped_before = 0
            await self._read(socket)

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            data = await socket.recv()
            if isinstance(data, str):
                if not isinstance(decode_media_answer(data), MediaReady):
                    return
                continue
            self._tally.messages += 1
            self._tally.bytes += len(data)
            try:
                message = unpack_media(data)
            except ValueError:
                self._tally.out_of_order += 1
                continue
            if self._check.take(message) and message.kind is not MediaKind.INIT:
                self._measure(message.captured_ms)

    def _measure(self, captured_ms: int) -> None:
        now = self._link.server_ms()
        if now is None or captured_ms <= 0:
            return
        self._tally.latencies_ms.append(now - captured_ms)
        if len(self._recent_ms) < 1_000:
            self._recent_ms.append(now - captured_ms)

    async def _keep_time_and_report(self) -> None:
        loop = asyncio.get_running_loop()
        next_report = loop.time() + REPORT_EVERY_S
        while True:
            await self._link.ask_time()
            await asyncio.sleep(PING_EVERY_S if self._link.server_ms() is not None else 0.2)
            if loop.time() >= next_report and self._recent_ms:
                next_report = loop.time() + REPORT_EVERY_S
                await self._report()

    async def _report(self) -> None:
        latency = max(0, min(600_000, round(statistics.median(self._recent_ms))))
        dropped = self._check.skipped - self._skipped_before
        self._recent_ms.clear()
        self._skipped_before = self._check.skipped
        try:
            await self._link.ask(
                ReportPicture(room_id=self._room_id, latency_ms=latency, dropped=max(0, dropped))
            )
        except LinkEnded:
            return  # the viewer has gone; this watcher is about to be cancelled
