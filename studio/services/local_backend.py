"""The backend on this computer, while the studio uses it.

When it died and could not start again, the host reads why where the connection is shown, and every further
try of the connection starts it first.

GUI thread; starting blocks and goes to the pool.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from studio.net.address import BackendAddress
from studio.net.errors import Disconnected
from studio.services.link import LinkService, LinkState
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)

#: What the backend adds for whoever started it in a terminal.
_FOR_TERMINALS = "; choose another"


class Child(Protocol):
    """``net.EmbeddedBackend``."""

    on_restart_failed: Callable[[str], None]

    @property
    def address(self) -> BackendAddress | None: ...

    def start(self) -> BackendAddress: ...


class LocalBackend(QObject):
    """Invariant: ``link.trouble`` is set only while our backend is the one of the link and is down."""

    _failure_came = Signal(str)

    def __init__(self, child: Child, link: LinkService, tasks: Tasks) -> None:
        super().__init__()
        self._child = child
        self._link = link
        self._tasks = tasks
        self._waited = self._starting = False
        self._failure_came.connect(self._restart_failed)
        child.on_restart_failed = self._failure_came.emit
        link.changed.connect(self._link_changed)

    async def start(self) -> BackendAddress:
        """Starts it unless it runs; ``Disconnected`` says why not."""
        return await self._tasks.blocking(self._child.start)

    @Slot(str)
    def _restart_failed(self, why: str) -> None:
        if self._child.address is not None and self._link.address == self._child.address:
            reason = why.partition(_FOR_TERMINALS)[0].rstrip(".")
            self._link.set_trouble(f"{reason}. Put that right and press Retry now.")

    @Slot()
    def _link_changed(self) -> None:
        waiting = self._link.retry_in_s is not None
        begins, self._waited = self._waited and not waiting, waiting
        down = bool(self._link.trouble) and self._link.state is LinkState.RECONNECTING
        if begins and down and not self._starting:
            self._starting = True
            self._tasks.start(self._start_again())

    async def _start_again(self) -> None:
        try:
            await self.start()
        except Disconnected as error:
            log.warning("%s", error)
            self._restart_failed(str(error))
            return
        finally:
            self._starting = False
        log.info("the backend on this computer runs again")
        self._link.set_trouble("")
        self._link.retry_now()
