"""Closing the window in order: ask while on air, stop the parts, then really close. GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QMainWindow

from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.confirm_strip import ConfirmStrip

log = logging.getLogger(__name__)

_END, _LEAVE, _STAY = "end", "leave", "stay"
_ON_AIR = (Phase.OPENING, Phase.LIVE, Phase.ENDING)


class Closing:
    """Invariant: ``allowed`` only after ``on_close`` came back (or there is none); it runs once."""

    def __init__(
        self, services: Services, window: QMainWindow, on_close: Callable[[], Awaitable[None]] | None
    ) -> None:
        self._services = services
        self._window = window
        self._on_close = on_close
        self._running = False
        self.allowed = False
        self.strip = ConfirmStrip()
        self.strip.answered.connect(self._answered)
        services.live.phase_changed.connect(self._phase_changed)

    def begin(self) -> None:
        """The person wants to close: asks while on air, starts at once otherwise."""
        if self._running:
            return
        live = self._services.live
        if live.phase not in _ON_AIR:
            self._stop()
            return
        people = f"{live.viewers:,} viewer{'' if live.viewers == 1 else 's'}"
        self.strip.ask(
            f"You are on air, with {people}. Close Host Studio?",
            (
                (_END, "End LIVE and close", "live"),
                (_LEAVE, "Close and resume later", "text"),
                (_STAY, "Stay on air", "text"),
            ),
        )

    def _answered(self, answer: str) -> None:
        if answer == _END:
            self.strip.set_busy("Ending the LIVE…")
            self._services.tasks.start(self._end_then_stop(), lambda _sentence: self.strip.hide())
        elif answer == _LEAVE:
            self._stop()
        else:
            self.strip.hide()

    async def _end_then_stop(self) -> None:
        await self._services.live.end_live()
        if self._services.live.phase in _ON_AIR:
            self.strip.hide()  # it could not be ended; the window says why
        else:
            self._stop()

    def _stop(self) -> None:
        if self._running:
            return
        self._running = True
        self.strip.ask("Closing…", ((_STAY, "Stay on air", "text"),))
        self.strip.set_busy("Closing: stopping camera, connection and files…")
        self._services.profile.flush()
        self._services.tasks.start(self._stop_parts())

    async def _stop_parts(self) -> None:
        try:
            if self._on_close is not None:
                await self._on_close()
        finally:
            # Whatever failed is in the log by now; a window that cannot be closed helps nobody.
            self.allowed = True
            self._window.close()

    def _phase_changed(self, phase: Phase) -> None:
        if phase not in _ON_AIR and not self._running:
            self.strip.hide()
