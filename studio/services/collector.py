"""Python's cycle collector, on the GUI thread alone.

Left to itself it runs in whichever thread happens to allocate; when that is a media thread and the
garbage holds a widget or a timer, Qt destroys it there and the process dies. Owned by ``app``.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from studio.services.gui_thread import assert_gui_thread

_LOOK_EVERY_MS = 500
#: Every so many looks the older generations too: they cost milliseconds and hold little.
_MIDDLE_EVERY, _OLD_EVERY = 8, 120


class GuiCollector(QObject):
    """Invariant: between ``start`` and ``stop`` cycles are collected on the GUI thread and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """What is there now (modules, classes) is left out of all later collections: it stays for good."""
        assert_gui_thread()
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _look(self) -> None:
        self._looks += 1
        if self._looks % _OLD_EVERY == 0:
            gc.collect(2)
        elif self._looks % _MIDDLE_EVERY == 0:
            gc.collect(1)
        else:
            gc.collect(0)
