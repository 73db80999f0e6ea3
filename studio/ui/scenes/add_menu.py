"""The menu that adds a layer: cameras, screens, windows, files, text and colour. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from studio.model.scene import SourceKind, SourceSpec
from studio.model.text import cut_to
from studio.services.broadcast import BroadcastService
from studio.services.layer_sources import LayerSources
from studio.services.screen_feed import Surface
from studio.services.tasks import Tasks
from studio.ui import theme
from studio.ui.preview.network_card import NetworkCard
from studio.ui.scenes.kinds import ICONS, IMAGE_FILES, VIDEO_FILES
from studio.ui.scenes.new_layer import NewLayers
from studio.ui.theme import icons
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.popup import Menu

_LONGEST = 60
_LOOKING = "Looking…"


class AddLayerMenu(Menu):
    """``typed``: a text layer was added, whose words come next. Lists are asked for when it opens."""

    typed = Signal()

    def __init__(
        self,
        new: NewLayers,
        sources: LayerSources,
        broadcast: BroadcastService,
        tasks: Tasks,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._new, self._sources, self._tasks = new, sources, tasks
        self.setAccessibleName("Add a layer")
        self.network_card = NetworkCard(broadcast.source.network, tasks, parent)
        self.network_card.added.connect(partial(self._add, SourceKind.NETWORK))
        self._lists: dict[SourceKind, Menu] = {}
        self._list(SourceKind.CAMERA, "Camera")
        self.addAction(_icon("globe"), "Network camera…", self._open_network)
        self._list(SourceKind.NETWORK, "Known network camera")
        self._list(SourceKind.SCREEN, "Screen")
        self._list(SourceKind.WINDOW, "Window")
        self.addSeparator()
        self.addAction(_icon("image"), "Image…", self.choose_image)
        self.addAction(_icon("film"), "Video…", self.choose_video)
        self.addSeparator()
        self.addAction(_icon("letters"), "Text", self.add_text)
        self.addAction(_icon("colour"), "Colour", self.add_colour)
        self.aboutToShow.connect(self._opening)

    def choose_image(self) -> None:
        """Asks for a picture; not modal, so the LIVE goes on behind it."""
        self._ask("Choose an image", IMAGE_FILES, SourceKind.IMAGE)

    def choose_video(self) -> None:
        """Asks for a video; it loops, and is heard while its scene is on."""
        self._ask("Choose a video", VIDEO_FILES, SourceKind.VIDEO)

    def add_text(self) -> None:
        """A text, to be typed next."""
        if self._new.add(SourceSpec(kind=SourceKind.TEXT, text="Your text"), "Text"):
            self.typed.emit()

    def add_colour(self) -> None:
        """A plain area, at the lower edge first."""
        self._new.add(SourceSpec(kind=SourceKind.COLOUR, colour="#9184ff"), "Colour")

    def _list(self, kind: SourceKind, title: str) -> None:
        menu = Menu(self)
        menu.setTitle(title)
        menu.setIcon(_icon(ICONS[kind]))
        self._lists[kind] = menu
        self.addMenu(menu)

    def _opening(self) -> None:
        for kind in (SourceKind.SCREEN, SourceKind.WINDOW):
            self._fill(kind, (), _LOOKING)
        self._fill(SourceKind.CAMERA, (), _LOOKING)
        known = self._sources.network_cameras()
        self._fill(SourceKind.NETWORK, known, "")
        self._lists[SourceKind.NETWORK].menuAction().setVisible(bool(known))
        self._tasks.start(self._ask_for_lists())

    async def _ask_for_lists(self) -> None:
        self._fill(SourceKind.SCREEN, await self._sources.screens(), "No screen found")
        self._fill(SourceKind.CAMERA, await self._sources.cameras(), "No further camera found")
        self._fill(SourceKind.WINDOW, await self._sources.windows(), "No window can be captured here")

    def _fill(self, kind: SourceKind, surfaces: tuple[Surface, ...], nothing: str) -> None:
        menu = self._lists[kind]
        menu.clear()
        if kind is SourceKind.CAMERA:
            main = partial(self._new.add, SourceSpec(), "Camera")
            menu.addAction(_icon("camera"), "The one of the Camera tile", main)
        for surface in surfaces:
            name = cut_to(surface.name, _LONGEST)
            act: Callable[[], object] = partial(self._add, kind, surface.target, surface.name)
            menu.addAction(_icon(ICONS[kind]), name.replace("&", "&&"), act)
        if not surfaces and nothing:
            menu.addAction(nothing).setEnabled(False)

    def _add(self, kind: SourceKind, target: str, name: str = "") -> None:
        self._new.add(SourceSpec(kind=kind, target=target), name or target or kind.value)

    def _open_network(self) -> None:
        parent = self.parentWidget()
        assert parent is not None, "it stands on its button"
        self.network_card.open_at(parent)

    def _ask(self, title: str, filters: str, kind: SourceKind) -> None:
        dialog = FileDialog(title, filters, self.parentWidget())
        dialog.fileSelected.connect(partial(self._new.add_file, kind))
        dialog.show()


def _icon(name: str) -> QIcon:
    t = theme.current()
    return icons.icon(name, t.text2, 16, disabled=t.text3)
