"""One signal for many changes: said a moment after the first of them. GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


class Soon(QTimer):
    """Calls ``then`` ``after_ms`` after it was asked; who asks meanwhile is told with it."""

    def __init__(
        self, after_ms: int, then: Callable[[], object] | SignalInstance, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(after_ms)
        self.timeout.connect(then)

    def ask(self) -> None:
        """Unlike ``start`` it puts nothing off."""
        if not self.isActive():
            self.start()
