"""Opens screens and windows as the studio does, on X11; run by test_screen.py, told by standard input.

`screen NAME`, `window TITLE` open a source; `pixel X Y` reads on until the picture stands still for three
reads and prints the pixel; `read` prints the error that the next pictures bring; `lists` what is there.
Every answer is one line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from studio.media.errors import SourceError
from studio.media.sources.pushed import PushedSource
from studio.services.screen_feed import list_screens, list_windows, screen_source, window_source


def answer(source: PushedSource | None, word: str, rest: str) -> tuple[PushedSource | None, object]:
    match word:
        case "lists":
            return source, [[s.target for s in list_screens()], [w.target for w in list_windows()]]
        case "screen" | "window":
            source = screen_source(rest, pointer=False) if word == "screen" else window_source(rest)
            source.open()
            return source, source.size
        case "pointer":
            x, y = (int(part) for part in rest.split())
            QCursor.setPos(x, y)
            source = screen_source("")
            source.open()
            return source, source.size
        case "reopen" if source is not None:
            source.open()
            return source, source.size
        case "pixel" if source is not None:
            x, y = (int(part) for part in rest.split())
            for _ in range(6):
                frame = source.read()
            assert frame is not None
            return source, frame.array[y, x].tolist()
        case "read" if source is not None:
            for _ in range(300):
                source.read()
            return source, "goes on"
        case "close" if source is not None:
            source.close()
            return None, sorted(thread.name for thread in threading.enumerate())
    raise ValueError(word)


class Ended(QObject):
    ended = Signal()


def work(ended: Ended) -> None:
    source: PushedSource | None = None
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        try:
            source, said = answer(source, word, rest)
        except SourceError as error:
            if source is not None:
                source.close()
            said = {"error": type(error).__name__, "says": str(error)}
        print(json.dumps(said), flush=True)
    ended.ended.emit()


def main() -> int:
    app = QApplication(sys.argv)
    ended = Ended()
    ended.ended.connect(app.quit)
    threading.Thread(target=work, args=(ended,), name="capture", daemon=True).start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
