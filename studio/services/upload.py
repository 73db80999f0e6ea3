"""How much of the host's upload reaches the backend, measured before a LIVE. GUI thread.

Signal: ``changed``. Never while on air: it would take from the LIVE what it measures.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from studio.net.address import BackendAddress
from studio.net.connection import LinkState
from studio.net.errors import Disconnected, Rejected
from studio.net.secret import Secret
from studio.net.upload import measure_upload
from studio.services.link import LinkService

log = logging.getLogger(__name__)

#: Going back to the Ready screen soon measures nothing anew.
_FRESH_S = 60.0

Measure = Callable[[BackendAddress, Secret, ssl.SSLContext | None], Awaitable[float]]


class UploadService(QObject):
    """Attributes: ``kbps``: what was measured to the present backend; None before, and when it failed."""

    changed = Signal()

    def __init__(
        self,
        link: LinkService,
        on_air: Callable[[], bool],
        tls: ssl.SSLContext | None = None,
        measure: Measure = measure_upload,
    ) -> None:
        super().__init__()
        self._link, self._on_air, self._tls, self._measure = link, on_air, tls, measure
        self._address: BackendAddress | None = None
        self._at_s = 0.0
        self._running = False
        self.kbps: int | None = None

    async def measure(self) -> None:
        """Measures if that was not done just now; nothing without a signed-in connection, or while on air."""
        address, token = self._link.address, self._link.token
        if self._running or self._on_air() or address is None or not token:
            return
        if self._link.state is not LinkState.CONNECTED:
            return
        if address == self._address and time.monotonic() - self._at_s < _FRESH_S:
            return
        self._running, self._address, self.kbps = True, address, None
        try:
            self.kbps = round(await self._measure(address, token, self._tls) / 1_000)
            log.info("upload to the backend: %d kb/s", self.kbps)
        except (Rejected, Disconnected) as error:
            log.info("upload not measured: %s", error)
        finally:
            self._running, self._at_s = False, time.monotonic()
            self.changed.emit()
