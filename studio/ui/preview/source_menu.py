"""The menu of picture sources: cameras by name and by address, video files, pattern, demo. GUI thread."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import QWidget

from studio.services.broadcast import BroadcastService
from studio.services.source_list import network_choice
from studio.services.tasks import Tasks
from studio.ui import theme
from studio.ui.preview.camera_card import CameraCard
from studio.ui.preview.network_card import NetworkCard
from studio.ui.theme import icons
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.popup import Menu

_ICONS = {"camera": "camera", "network": "globe", "file": "film", "pattern": "pattern", "demo": "play"}
_GROUPS = ("camera", "network", "file", "pattern", "demo")
_FILES = "Videos (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.ts);;All files (*)"


class SourceMenu(Menu):
    """Filled when it opens, and again when cameras come and go meanwhile."""

    def __init__(self, broadcast: BroadcastService, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self._broadcast = broadcast
        self._tasks = tasks
        self._choices = QActionGroup(self)
        self.setAccessibleName("Picture source")
        self.aboutToShow.connect(self._opening)
        broadcast.source.changed.connect(self._changed)
        self._parent = self._tile = parent
        self.fill()

    # Cards are made when first asked for.

    @cached_property
    def _network(self) -> NetworkCard:
        card = NetworkCard(self._broadcast.source.network, self._tasks, self._parent)
        card.added.connect(lambda name: self._broadcast.source.choose(network_choice(name).id))
        return card

    @cached_property
    def _settings(self) -> CameraCard:
        return CameraCard(self._broadcast.source.camera, self._parent)

    def stand_on(self, tile: QWidget) -> None:
        """Its cards open above that tile."""
        self._tile = tile

    def open_network(self) -> NetworkCard:
        """Shows the form that adds a network camera."""
        self._network.open_at(self._tile)
        return self._network

    def open_settings(self) -> CameraCard:
        """Shows what can be set on the camera."""
        self._settings.open_at(self._tile)
        return self._settings

    def choose_file(self) -> None:
        """Asks for a video file; not modal, so the LIVE goes on behind it."""
        dialog = FileDialog("Choose a video", _FILES, self.parentWidget())
        dialog.fileSelected.connect(self._broadcast.source.add_file)
        dialog.show()

    def fill(self) -> None:
        """Makes the entries anew from what the service knows now."""
        self.clear()
        sources = self._broadcast.source.choices
        for kind in _GROUPS:
            of_kind = [source for source in sources if source.kind == kind]
            for source in of_kind:
                self._entry(source.name, kind, source.id)
            if kind == "camera" and not of_kind:
                self.addAction(self._icon("camera-off", off=True), "No camera found").setEnabled(False)
            if kind == "camera" and self._broadcast.source.camera.is_camera:
                self.addAction(self._icon("settings"), "Camera settings…", self.open_settings)
            if kind == "network":
                self.addAction(self._icon("globe"), "Network camera…", self.open_network)
                self.addSeparator()
            if kind == "file":
                self.addAction(self._icon("folder"), "Video file…", self.choose_file)

    def _entry(self, name: str, kind: str, source_id: str) -> None:
        action = QAction(name, self)
        action.setCheckable(True)
        chosen = source_id == self._broadcast.source.id
        action.setChecked(chosen)
        action.setIcon(self._icon("check" if chosen else _ICONS[kind], on=chosen))
        action.triggered.connect(lambda: self._broadcast.source.choose(source_id))
        self._choices.addAction(action)
        self.addAction(action)

    def _icon(self, name: str, *, on: bool = False, off: bool = False) -> QIcon:
        t = theme.current()
        return icons.icon(name, t.teal if on else t.text2, 16, disabled=t.text3 if off else None)

    def _opening(self) -> None:
        self._tasks.start(self._broadcast.source.refresh())
        self.fill()

    def _changed(self) -> None:
        """Also while hidden: whoever opens it places it by its size."""
        bottom = self.geometry().bottom()
        self.fill()
        if self.isVisible():  # it stands on its tile: grows upwards
            self.adjustSize()
            self.move(self.x(), bottom - self.height() + 1)
