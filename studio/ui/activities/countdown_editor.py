"""The card that begins a countdown. GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.countdown import clock_words, seconds_of
from studio.model.limits import Limits
from studio.services.activities import ActivitiesService
from studio.ui.activities.editor import Editor
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.text_field import TextField

_WIDTH = 420
_READY = (60, 180, 300, 600, 1_800)


class CountdownEditor(Editor):
    """Takes the place of a countdown that runs."""

    def __init__(self, activities: ActivitiesService, limits: Limits, parent: QWidget) -> None:
        about = "Everyone sees the same clock. Another one takes its place."
        super().__init__("Countdown", about, "Start countdown", _WIDTH, parent)
        self._activities, self._limits = activities, limits
        self.title = TextField(
            "Until what", limit=limits.countdown_title_max, hint="optional", placeholder="Next sketch"
        )
        self.length = TextField("How long", hint="minutes, or 2:30", placeholder="5")
        self.length.line.setMaxLength(12)
        self.body.addWidget(self.title)
        self.body.addWidget(self.length)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.ready = []
        for seconds in _READY:
            button = Button(f"{seconds // 60} min", ButtonKind.COMPACT)
            button.clicked.connect(partial(self._choose, seconds))
            row.addWidget(button)
            self.ready.append(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.end_body()
        self.first = self.length
        self.title.submitted.connect(self.submit)
        self.length.submitted.connect(self.submit)

    def begin(self) -> bool:
        seconds = seconds_of(self.length.text)
        if seconds is None:
            self.length.set_error("For example 5 for five minutes, 2:30 or 45s")
        elif seconds > self._limits.activity_seconds_max:
            self.length.set_error(f"At most {clock_words(self._limits.activity_seconds_max)}")
        for field in (self.title, self.length):
            if field.error or not field.valid:
                field.line.setFocus()
                return False
        assert seconds is not None  # else its field had an error
        self._activities.set_countdown(self.title.text, seconds)
        return True

    def _choose(self, seconds: int) -> None:
        self.length.set_text(str(seconds // 60))
        self.submit()
