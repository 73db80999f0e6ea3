"""Where every happening of the connection goes: to each listener, in a fixed order, failures apart.

GUI thread. A listener that fails is logged with its stack and does not keep the others from
hearing: a drawing bug must never cost the earnings panel a gift.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from studio.protocol.frames import Fault, Identified, Notice
from studio.protocol.session import Happening, RoomEvents, RoomLost, RoomResumed

log = logging.getLogger(__name__)


class Listener:
    """Overrides what it cares about."""

    def on_identified(self, identified: Identified) -> None:
        """The session is open (first time, or again)."""

    def on_events(self, batch: RoomEvents) -> None:
        """New events of the room, each exactly once, in order."""

    def on_resumed(self, resumed: RoomResumed) -> None:
        """Missed events are about to follow."""

    def on_lost(self, lost: RoomLost) -> None:
        """The room cannot be followed any more."""

    def on_notice(self, notice: Notice) -> None:
        """News for this account."""

    def on_fault(self, fault: Fault) -> None:
        """The backend did not like what we sent."""


class EventRouter:
    """Listeners hear in the order they were added: journal, live, earnings, feed, alerts."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self.failures = 0

    def add(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def route(self, happening: Happening) -> None:
        """Hands one happening to everyone."""
        for listener in self._listeners:
            hear = _method(listener, happening)
            if hear is None:
                return
            try:
                hear(happening)
            except Exception:  # one bug must not silence the rest
                self.failures += 1
                log.exception("%s failed on %s", type(listener).__name__, type(happening).__name__)


def _method(listener: Listener, happening: Happening) -> Callable[..., None] | None:
    match happening:
        case RoomEvents():
            return listener.on_events
        case RoomResumed():
            return listener.on_resumed
        case RoomLost():
            return listener.on_lost
        case Notice():
            return listener.on_notice
        case Identified():
            return listener.on_identified
        case Fault():
            return listener.on_fault
        case _:
            return None
