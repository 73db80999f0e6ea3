"""Counts what a host can send: the measured upload of the Ready screen. Event-loop thread.

On the publish path, after a `Measure`. Nothing is stored or passed on. Bounded: `MEASURE_BYTES` or
`MEASURE_S` a run, one run an account in `_REST_S`, at most `_MOST_AT_ONCE` runs on the whole server.
"""

from __future__ import annotations

import asyncio

from websockets.asyncio.server import ServerConnection

from studio.backend.errors import Rejected
from studio.protocol.codec import ProtocolError
from studio.protocol.codes import ErrorCode
from studio.protocol.media import MEASURE_BYTES, MEASURE_PIECE, MEASURE_S, Measured

_REST_S = 10.0
_MOST_AT_ONCE = 8
#: The last run of so many accounts is remembered.
_REMEMBERED = 1_000
#: A host that sends nothing more is not waited for.
_SILENCE_S = 5.0


class UploadMeter:
    """`admit` first, then `run`."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._running = 0

    def admit(self, account_id: str) -> None:
        """Raises Rejected(TOO_FAST) for an account that measured just now, and while many others do."""
        now = asyncio.get_running_loop().time()
        wait_s = self._last.get(account_id, now - _REST_S) + _REST_S - now
        if wait_s > 0 or self._running >= _MOST_AT_ONCE:
            raise Rejected(ErrorCode.TOO_FAST, retry_after_ms=round(1_000 * max(1.0, wait_s)))
        self._last.pop(account_id, None)
        self._last[account_id] = now
        while len(self._last) > _REMEMBERED:
            self._last.pop(next(iter(self._last)))

    async def run(self, socket: ServerConnection) -> Measured:
        """Takes pieces until an empty one, or a limit; the time runs from the first piece to the last."""
        loop = asyncio.get_running_loop()
        self._running += 1
        try:
            begin = end = loop.time()
            count = first = 0
            while count < MEASURE_BYTES and end - begin < MEASURE_S:
                async with asyncio.timeout(_SILENCE_S):
                    piece = await socket.recv()
                if isinstance(piece, str) or len(piece) > MEASURE_PIECE:
                    detail = f"pieces are binary and at most {MEASURE_PIECE} bytes"
                    raise ProtocolError(ErrorCode.MALFORMED, detail)
                if not piece:
                    break
                end = loop.time()
                if count == 0:
                    begin, first = end, len(piece)
                count += len(piece)
            return Measured(size=count - first, took_us=max(1, round((end - begin) * 1e6)))
        finally:
            self._running -= 1
