"""A voice that speaks when the test says so. The real one is under test in test_qt_voice.py."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class StillVoice(QObject):
    """``said``: texts in order; `end` is the end of what is being said."""

    finished = Signal()
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.how: list[tuple[str, float, float]] = []
        self.stopped = 0
        self.trouble = ""

    def voices(self) -> list[str]:
        return ["Anne", "Bob"]

    def say(self, text: str, *, voice: str, rate: float, volume: float) -> None:
        if self.trouble:
            self.failed.emit(self.trouble)
            return
        self.said.append(text)
        self.how.append((voice, rate, volume))

    def stop(self) -> None:
        self.stopped += 1

    def end(self) -> None:
        self.finished.emit()
