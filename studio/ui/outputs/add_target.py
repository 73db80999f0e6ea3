"""The form that adds a server to send to, in place under the list. GUI thread; services only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.output_settings import NAME_MAX, OutputSettings
from studio.services.target_presets import CUSTOM, PRESETS, TargetPreset
from studio.services.tasks import Tasks
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.field import Field
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField


class AddTarget(QWidget):
    """``finished``: added or given up. The key is typed blind, and gone from the field afterwards."""

    finished = Signal()

    def __init__(
        self, settings: OutputSettings, tasks: Tasks, kbps: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        """``kbps()``: what will be sent, to say whether the service takes it."""
        super().__init__(parent)
        self._settings = settings
        self._tasks = tasks
        self._kbps = kbps
        self._preset = CUSTOM
        self.service = Select("Service")
        for preset in PRESETS:
            self.service.addItem(preset.title)
        self.name = TextField("Name", limit=NAME_MAX)
        self.url = TextField("Server address")
        self.key = TextField("Stream key", hint=settings.keeping_words, secret=True)
        self._hint = Label("", Role.HINT, wrap=True)
        self.problem = ErrorLine()
        self.add = Button("Add", ButtonKind.COMPACT)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self._lay_out()
        self.service.activated.connect(self._service_chosen)
        self.add.clicked.connect(self.submit)
        self.cancel.clicked.connect(self._finish)
        for field in (self.name, self.url, self.key):
            field.submitted.connect(self.submit)
            field.edited.connect(self.problem.clear)
        self._show_preset(CUSTOM)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 2)
        column.setSpacing(10)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(Field("Service", self.service), 2, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.name, 3, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        column.addWidget(self.url)
        column.addWidget(self.key)
        column.addWidget(self._hint)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        column.addLayout(buttons)

    def begin(self) -> None:
        """Shows itself, empty."""
        self.service.setCurrentIndex(0)
        self._service_chosen(0)
        self.show()
        self.service.setFocus(Qt.FocusReason.OtherFocusReason)

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

    def _service_chosen(self, place: int) -> None:
        """Fills in what is known; what the host typed for another service goes."""
        before, preset = self._preset, PRESETS[place]
        if self.name.text in ("", before.title):
            self.name.set_text("" if preset is CUSTOM else preset.title)
        if self.url.text in ("", before.url):
            self.url.set_text(preset.url)
        self._show_preset(preset)

    def _show_preset(self, preset: TargetPreset) -> None:
        self._preset = preset
        self.name.line.setPlaceholderText("" if preset is CUSTOM else preset.title)
        self.url.line.setPlaceholderText(preset.example)
        self.key.line.setPlaceholderText(preset.key_words)
        kbps = self._kbps()
        hint = preset.hint(kbps)
        if preset is CUSTOM:
            hint = "RTMP: rtmp:// or rtmps:// with its stream key. WHIP: https:// with its token."
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._hint.set_tone("gold" if 0 < preset.most_kbps < kbps else "")

    def _finish(self) -> None:
        for field in (self.name, self.url, self.key):
            field.set_text("")
        self.problem.clear()
        self.hide()
        self.finished.emit()
