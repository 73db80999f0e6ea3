"""Tasks for tests of widgets and services without an event loop: what is started is counted and let go."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from studio.services.tasks import OnError, Tasks


class QuietTasks(Tasks):
    def __init__(self) -> None:
        super().__init__()
        self.started = 0

    def start(self, work: Coroutine[Any, Any, Any], on_error: OnError | None = None) -> None:  # type: ignore[override]
        self.started += 1
        work.close()
