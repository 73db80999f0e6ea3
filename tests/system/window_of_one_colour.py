"""A program of one window in one colour, on X11: told by lines on standard input, run by test_screen.py.

`close` closes the window, `open` opens it again, `#rrggbb` paints it.
"""

from __future__ import annotations

import subprocess
import sys
import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget


class Told(QObject):
    came = Signal(str)
    ended = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._window = QWidget()
        self._colour = "#ff2000"
        self.came.connect(self.do)
        self.do("open")

    @Slot(str)
    def do(self, line: str) -> None:
        if line == "close":
            self._window.destroy()
            self._window = QWidget()
        elif line == "open":
            self._window.setWindowTitle(self._title)
            self._window.setGeometry(100, 80, 300, 200)
            self._window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            self._paint()
            self._window.show()
            self._list()
        else:
            self._colour = line
            self._paint()
        QApplication.processEvents()
        print("done", flush=True)

    def _paint(self) -> None:
        self._window.setStyleSheet(f"background: {self._colour}")

    def _list(self) -> None:
        """What a window manager does: without one nobody keeps the list of windows."""
        number = hex(int(self._window.winId()))
        command = ["xprop", "-root", "-f", "_NET_CLIENT_LIST", "32x", "-set", "_NET_CLIENT_LIST", number]
        subprocess.run(command, check=True)


def main() -> int:
    app = QApplication(sys.argv)
    told = Told(sys.argv[1])
    told.ended.connect(app.quit)

    def listen() -> None:
        for line in sys.stdin:
            told.came.emit(line.strip())
        told.ended.emit()

    threading.Thread(target=listen, daemon=True).start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
