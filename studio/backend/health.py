"""`/healthz`: whether the backend can really write. Event-loop thread."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from http import HTTPStatus

from sqlalchemy import delete
from websockets.http11 import Request, Response

from studio.backend.errors import Rejected
from studio.backend.pages import reply
from studio.backend.storage import schema
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer

log = logging.getLogger(__name__)

_EVERY_S = 1.0
_TIMEOUT_S = 3.0


class Health:
    """Writes and syncs a row, at most once a second however often it is asked."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._checked_at = -_EVERY_S
        self._healthy = False
        self._lock = asyncio.Lock()

    async def respond(self, request: Request, *, rooms: int) -> Response:
        """200 when the row was written, else 503; with the same in JSON."""
        healthy = await self._can_write()
        body = json.dumps({"ok": healthy, "writes": healthy, "rooms": rooms}).encode()
        status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return reply(request, status, body + b"\n", "application/json")

    async def _can_write(self) -> bool:
        async with self._lock:
            if time.monotonic() - self._checked_at < _EVERY_S:
                return self._healthy
            try:
                async with asyncio.timeout(_TIMEOUT_S):
                    await self._writer.submit(_beat)
                self._healthy = True
            except (Rejected, TimeoutError) as error:
                log.warning("the backend cannot write: %s", error)
                self._healthy = False
            self._checked_at = time.monotonic()
            return self._healthy


def _beat(tx: Tx) -> None:
    tx.execute(delete(schema.heartbeat))
    tx.add("heartbeat", {"id": 1, "at_ms": tx.now_ms})
