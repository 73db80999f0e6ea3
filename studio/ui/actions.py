"""Every command of the studio in one list: name, shortcut, when it can be used. GUI thread.

The window's shortcuts, the menus and the command palette all come from here, so that nothing can be done
with the mouse alone. Knows the phases of a LIVE, nothing else of the services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.services.live import Phase


@dataclass(frozen=True)
class Command:
    """``phases``: when it can be used (empty: always). ``words``: what else people may search for.
    ``possible``: whether it can be used at all now.
    """

    action: QAction
    phases: frozenset[Phase]
    words: str
    possible: Callable[[], bool]


class Actions(QObject):
    """The registry. Invariant: an action is enabled only in its phases, and names are unique."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._phase = Phase.SIGNED_OUT

    def add(
        self,
        name: str,
        text: str,
        act: Callable[[], object],
        *,
        shortcut: str = "",
        phases: tuple[Phase, ...] = (),
        words: str = "",
        possible: Callable[[], bool] = lambda: True,
    ) -> QAction:
        """Registers a command. ``name`` is stable ("live.end"), ``text`` is what people read."""
        if name in self._commands:
            raise ValueError(f"two commands are called {name!r}")
        action = QAction(text, self)
        action.setObjectName(name)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda: act())
        self._window.addAction(action)
        self._commands[name] = Command(action, frozenset(phases), words, possible)
        self._enable(self._commands[name])
        return action

    def get(self, name: str) -> QAction:
        """The action called ``name``; ``KeyError`` when there is none."""
        return self._commands[name].action

    def usable(self) -> list[Command]:
        """What can be done now, in the order it was registered."""
        return [command for command in self._commands.values() if command.action.isEnabled()]

    def set_phase(self, phase: Phase) -> None:
        """Enables what belongs to ``phase``."""
        self._phase = phase
        for command in self._commands.values():
            self._enable(command)

    def look(self) -> None:
        """Something that decides whether a command is possible has changed."""
        for command in self._commands.values():
            self._enable(command)

    def _enable(self, command: Command) -> None:
        fits = not command.phases or self._phase in command.phases
        command.action.setEnabled(fits and command.possible())
