"""The targets and the recording, each with its switch, and a way to add one. GUI thread; services only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from studio.services.output_settings import OutputSettings
from studio.services.tasks import Tasks
from studio.ui.outputs.add_target import AddTarget
from studio.ui.outputs.output_row import OutputRow
from studio.ui.widgets.button import Button, ButtonKind

#: Longer than any LIVE: then gigabytes say more than hours.
_PLENTY_MINUTES = 600


class OutputList(QWidget):
    """Goes into the card of the Ready screen, below the backend."""

    def __init__(
        self,
        settings: OutputSettings,
        tasks: Tasks,
        kbps: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        """``kbps``: what the recording will take, to say how long the disk lasts."""
        super().__init__(parent)
        self._settings = settings
        self._tasks = tasks
        self._kbps = kbps
        self.rows: list[OutputRow] = []
        self._targets = QVBoxLayout()
        self._targets.setSpacing(4)
        self.recording = OutputRow("Record to disk", "Folder…", "Choose the folder of recordings")
        self.recording.switched.connect(settings.set_record)
        self.recording.acted.connect(self._choose_folder)
        self.form = AddTarget(settings, tasks, kbps)
        self.form.hide()
        self.form.finished.connect(self._form_finished)
        self.add = Button("Add a target…", ButtonKind.LINK)
        self.add.clicked.connect(self._begin_adding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._targets)
        column.addWidget(self.recording)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.form)
        settings.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tasks.start(self._settings.load())

    def refresh(self) -> None:
        """Shows what the settings say now."""
        found = self._settings.rows
        if [row.name for row in self.rows] != [target.name for target in found]:
            self._rebuild([target.name for target in found])
        for row, target in zip(self.rows, found, strict=True):
            row.show_state(target.words, target.enabled, target.usable)
        self.recording.show_state(self._disk_words(), self._settings.record)
        self.recording.setToolTip(str(self._settings.folder))

    def _rebuild(self, names: list[str]) -> None:
        for row in self.rows:
            self._targets.removeWidget(row)
            row.deleteLater()
        self.rows = [OutputRow(name, "Remove", f"Remove {name}") for name in names]
        for row in self.rows:
            row.switched.connect(partial(self._settings.set_enabled, row.name))
            row.acted.connect(partial(self._remove, row.name))
            self._targets.addWidget(row)

    def _disk_words(self) -> str:
        minutes = self._settings.minutes_left(self._kbps())
        if minutes is None or self._settings.free_bytes is None:
            return "crash-safe MP4"
        if minutes >= _PLENTY_MINUTES:
            return f"crash-safe MP4 · {self._settings.free_bytes / 1e9:,.0f} GB free"
        return f"crash-safe MP4 · room for {minutes // 60} h {minutes % 60} min"

    def _remove(self, name: str) -> None:
        self._tasks.start(self._settings.remove(name))

    def _begin_adding(self) -> None:
        self.add.hide()
        self.form.begin()

    def _form_finished(self) -> None:
        self.add.show()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Where recordings go", str(self._settings.folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._folder_chosen)
        dialog.open()

    def _folder_chosen(self, folder: str) -> None:
        self._tasks.start(self._settings.set_folder(Path(folder)))
