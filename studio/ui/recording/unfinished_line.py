"""Recordings that a crash left as they were: a line that offers to finish them. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.services.recordings import RecordingsService
from studio.ui.widgets.error_line import ErrorLine


class UnfinishedLine(ErrorLine):
    """Hidden while there are none; says how far it is while they are finished."""

    def __init__(self, recordings: RecordingsService, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._recordings = recordings
        self.acted.connect(self._act)
        recordings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what was found, or how far the finishing is."""
        recordings = self._recordings
        film = recordings.finishing
        if film is not None:
            tens = int(recordings.share * 10) * 10  # every word of it is read out by screen readers
            self._say(f"Finishing {film.path.name} · {tens} %", "Cancel", "blue")
            return
        count = len(recordings.unfinished)
        if not count:
            self.clear()
        elif count == 1:
            name = recordings.unfinished[0].name
            self._say(f"Not finished: {name}. It plays; finishing makes it a plain MP4.", "Finish")
        else:
            self._say(
                f"{count} recordings are not finished. They play; finishing makes them plain MP4s.", "Finish"
            )

    def _say(self, words: str, action: str, tone: str = "gold") -> None:
        if words != self.sentence:
            self.show_problem(words, action, tone)

    def _act(self) -> None:
        if self._recordings.finishing is not None:
            self._recordings.cancel_finishing()
        else:
            self._recordings.finish_unfinished()
