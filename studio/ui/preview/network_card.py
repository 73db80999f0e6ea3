"""The card of network cameras: those that were added, and the form that tries one and adds it. GUI thread."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.network_cameras import NAME_MAX, NetworkCameras
from studio.services.tasks import Tasks
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.text_field import TextField

_WIDTH = 440
_ABOUT = "A phone app or an IP camera: MJPEG, RTSP or a video stream, by the address it shows."


class NetworkCard(PopupCard):
    """``added(name)``: a camera was tried and kept. The password is gone from its field afterwards."""

    added = Signal(str)

    def __init__(self, cameras: NetworkCameras, tasks: Tasks, parent: QWidget) -> None:
        super().__init__("Network cameras", _WIDTH, parent)
        self._cameras = cameras
        self._tasks = tasks
        self._trying: asyncio.Task[None] | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.removes: list[Button] = []
        self.name = TextField("Name", limit=NAME_MAX, placeholder="Phone")
        self.address = TextField("Address", placeholder="http://192.168.1.20:8080/video")
        self.user = TextField("User name", placeholder="if it asks for one")
        self.password = TextField("Password", secret=True)
        self.problem = ErrorLine()
        self.anyway = Button("Add anyway", ButtonKind.LINK)
        self.add = Button("Try and add", ButtonKind.COMPACT)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self._build()
        for field in (self.name, self.address, self.user, self.password):
            field.submitted.connect(self.submit)
            field.edited.connect(self._edited)
        self.add.clicked.connect(self.submit)
        self.anyway.clicked.connect(partial(self.submit, untried=True))
        self.cancel.clicked.connect(self.hide)
        cameras.changed.connect(self._list)
        self._list()

    def open_at(self, tile: QWidget) -> None:
        self.anyway.hide()
        self.problem.clear()
        super().open_at(tile)
        self.name.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def submit(self, *, untried: bool = False) -> None:
        """Tries what was typed and adds it, or says what is wrong."""
        if self._trying is None:
            self.problem.clear()
            self.anyway.hide()
            self.add.set_busy(True)
            self._trying = self._tasks.start(self._add(untried), self._say)
            self._trying.add_done_callback(self._tried)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever closes the card gives up what is being tried."""
        super().hideEvent(event)
        if self._trying is not None:
            self._trying.cancel()
        self.password.set_text("")

    def _build(self) -> None:
        about = f"{_ABOUT} The address with its password is {self._cameras.keeping_words}."
        self.body.addWidget(Label(about, Role.SMALL, wrap=True))
        self.body.addLayout(self._rows)
        for first, second in ((self.name, self.address), (self.user, self.password)):
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(first, 2, Qt.AlignmentFlag.AlignTop)
            row.addWidget(second, 3, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)
        self.body.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.anyway)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        self.body.addLayout(buttons)
        self.anyway.hide()

    async def _add(self, untried: bool) -> None:
        fields = (self.name.text, self.address.text, self.user.text, self.password.text)
        problem = await self._cameras.add(*fields, untried=untried)
        if problem:
            self._say(problem)
            # What is wrong with name or address is refused either way; only the trying can be left out.
            self.anyway.setVisible(not untried and self._cameras.may_be_added(*fields))
            return
        for field in (self.name, self.address, self.user, self.password):
            field.set_text("")
        self.hide()
        self.added.emit(" ".join(fields[0].split()))

    def _say(self, sentence: str) -> None:
        self.problem.show_problem(sentence)

    def _tried(self, _task: asyncio.Task[None]) -> None:
        self._trying = None
        self.add.set_busy(False)

    def _edited(self) -> None:
        self.problem.clear()
        self.anyway.hide()

    def _list(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.removes = []
        for camera in self._cameras.rows:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 2, 0, 2)
            row.setSpacing(10)
            row.addWidget(ElidedLabel(camera.name, Role.STRONG))
            row.addWidget(ElidedLabel(camera.shown, Role.HINT), 1)
            remove = Button("Remove", ButtonKind.LINK)
            remove.setAccessibleName(f"Remove {camera.name}")
            remove.clicked.connect(partial(self._remove, camera.name))
            row.addWidget(remove)
            self.removes.append(remove)
            self._rows.addWidget(line)

    def _remove(self, name: str) -> None:
        self._tasks.start(self._cameras.remove(name), self._say)
