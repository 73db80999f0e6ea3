"""The form that adds an RTMP target, in place under the list. GUI thread; services only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.output_settings import NAME_MAX, OutputSettings
from studio.services.tasks import Tasks
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.text_field import TextField


class AddTarget(QWidget):
    """``finished``: added or given up. The key is typed blind, and gone from the field afterwards."""

    finished = Signal()

    def __init__(self, settings: OutputSettings, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._tasks = tasks
        self.name = TextField("Name", limit=NAME_MAX, placeholder="TikTok")
        self.url = TextField("Server address", placeholder="rtmps://live.example.org/app")
        self.key = TextField("Stream key", hint=settings.keeping_words, secret=True)
        self.problem = ErrorLine()
        self.add = Button("Add", ButtonKind.COMPACT)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.add.clicked.connect(self.submit)
        self.cancel.clicked.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 2)
        column.setSpacing(10)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.name, 2, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.url, 3, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        column.addWidget(self.key)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        column.addLayout(buttons)
        for field in (self.name, self.url, self.key):
            field.submitted.connect(self.submit)
            field.edited.connect(self.problem.clear)

    def begin(self) -> None:
        """Shows itself, empty."""
        self.show()
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Adds what was typed, or says what is wrong with it."""
        if self.add.isEnabled():
            self.add.set_busy(True)
            self._tasks.start(self._add(), self.problem.show_problem)

    async def _add(self) -> None:
        try:
            problem = await self._settings.add(self.name.text, self.url.text, self.key.text)
        finally:
            self.add.set_busy(False)
        if problem:
            self.problem.show_problem(problem)
        else:
            self._finish()

    def _finish(self) -> None:
        for field in (self.name, self.url, self.key):
            field.set_text("")
        self.problem.clear()
        self.hide()
        self.finished.emit()
