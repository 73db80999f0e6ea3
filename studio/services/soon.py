"""One signal for many changes. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, SignalInstance


class Soon(QTimer):
    """Calls ``then`` ``after_ms`` after it was asked; who asks meanwhile is told with it.

    ``prompt``: only so long after the last time, so that what comes alone is told at once.
    """

    def __init__(
        self,
        after_ms: int,
        then: Callable[[], object] | SignalInstance,
        parent: QObject | None = None,
        *,
        prompt: bool = False,
    ) -> None:
        super().__init__(parent)
        self._after_ms, self._prompt = after_ms, prompt
        self._told = QElapsedTimer()
        self.setSingleShot(True)
        self.setInterval(after_ms)
        self.timeout.connect(self._told.start)
        self.timeout.connect(then)

    def ask(self) -> None:
        """Unlike ``start`` it puts nothing off."""
        if self.isActive():
            return
        since = self._told.elapsed() if self._told.isValid() else self._after_ms
        self.start(max(0, self._after_ms - since) if self._prompt else self._after_ms)
