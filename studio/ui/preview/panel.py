"""The preview column: the picture in its own shape, the tiles under it. GUI thread."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.services.picture_source import SourceState
from studio.services.studio import Services
from studio.ui.look.card import LookCard
from studio.ui.look.eyedropper import Eyedropper
from studio.ui.look.tile import LookTile
from studio.ui.overlays.card import OverlaysCard
from studio.ui.preview.source_menu import SourceMenu
from studio.ui.preview.tile_rows import TileRows
from studio.ui.preview.view import PreviewView
from studio.ui.reactions.card import ReactionsCard
from studio.ui.scenes.card import ScenesCard
from studio.ui.scenes.editor import SceneEditor
from studio.ui.scenes.tile import ScenesTile
from studio.ui.sound.card import SoundCard
from studio.ui.sound.level_bar import HEIGHT as BAR_HEIGHT
from studio.ui.sound.level_bar import LevelBar
from studio.ui.sound.mic_tile import MicTile
from studio.ui.widgets.tile import IconButton

MARGIN = 14
#: Between picture and tiles, with the level bar in it.
_GAP = 26


class PreviewPanel(QWidget):
    """Picture and tiles. The picture keeps the canvas's shape and takes what the column has; tiles lie right
    below it, as wide as it is or as they need.
    """

    def __init__(self, services: Services, *, on_air: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._broadcast = services, services.broadcast
        self.view = PreviewView(services, on_air=on_air, parent=self)
        self.view.demo_wanted.connect(services.broadcast.source.choose_demo)
        self._tiles = TileRows(self)
        self._tiles.reshaped.connect(self._arrange)
        self.sources = SourceMenu(services.broadcast, services.tasks, self)
        self.camera = IconButton("Camera", "camera")
        self.camera.set_menu(self.sources)
        self.sources.stand_on(self.camera)
        self.camera.setAccessibleDescription("Choose where the picture comes from")
        self.mirror = IconButton("Mirror", "mirror", parent=self)
        self.mirror.setCheckable(True)
        self.mirror.setToolTip("Mirrors your own preview; viewers are not mirrored")
        self.mirror.setAccessibleDescription(self.mirror.toolTip())
        self.mirror.setChecked(services.broadcast.mirrored)
        self.mirror.toggled.connect(self._mirror)
        self.overlays = IconButton("Overlays", "layers")
        self.overlays.setAccessibleDescription("Choose what viewers see over the picture")
        self.overlays.clicked.connect(self.open_overlays)
        self.level = LevelBar(services.sound, self)
        self.level.clicked.connect(self.open_sound)
        self.mic = MicTile(services.sound)
        self.mic.settings_wanted.connect(self.open_sound)
        self.add_tile(self.camera)
        self.add_tile(self.mic)
        if on_air:
            self.mirror.hide()  # set before; on air the palette and its key do it, and marks need the room
        else:
            self.add_tile(self.mirror)
        self.scenes = ScenesTile(services.scenes)
        self.scenes.clicked.connect(self.open_scenes)
        self.add_tile(self.scenes)
        self.add_tile(self.overlays)
        self.look = LookTile(services.look)
        self.look.clicked.connect(self.open_look)
        self.add_tile(self.look)
        services.broadcast.source.changed.connect(self._source_changed)
        services.broadcast.video.canvas_changed.connect(self._arrange)
        self._source_changed()

    def add_tile(self, tile: IconButton) -> None:
        """Puts a further tile at the end of the row."""
        self._tiles.add(tile)

    # Cards are made when first asked for: most are not opened in a LIVE, and there are two panels.

    @cached_property
    def overlays_card(self) -> OverlaysCard:
        card = OverlaysCard(self._services.overlays, self)
        card.reactions_wanted.connect(self.open_reactions)
        return card

    @cached_property
    def reactions_card(self) -> ReactionsCard:
        return ReactionsCard(self._services, self)

    @cached_property
    def sound_card(self) -> SoundCard:
        return SoundCard(self._services.sound, self)

    @cached_property
    def scenes_card(self) -> ScenesCard:
        services = self._services
        card = ScenesCard(services.scenes, services.live, services.tasks, self)
        card.edit_wanted.connect(self.editor.begin)
        return card

    @cached_property
    def editor(self) -> SceneEditor:
        return SceneEditor(self._services, self.view, self)

    @cached_property
    def look_card(self) -> LookCard:
        card = LookCard(self._services.look, self)
        card.eyedropper_wanted.connect(self.eyedropper.begin)
        return card

    @cached_property
    def eyedropper(self) -> Eyedropper:
        dropper = Eyedropper(self._services.look, self.view)
        dropper.done.connect(self.open_look)
        return dropper

    def open_scenes(self) -> None:
        """Shows the card of the scenes."""
        self.scenes_card.open_at(self.scenes)

    def open_overlays(self) -> None:
        """Shows the card of what lies over the picture."""
        self.overlays_card.open_at(self.overlays)

    def open_reactions(self) -> None:
        """Shows the card of what is heard and seen when a gift comes."""
        self.reactions_card.open_at(self.overlays)

    def open_look(self) -> None:
        """Shows the card of the picture's look."""
        if self.isVisible():
            self.look_card.open_beside(self.view)

    def open_sound(self) -> None:
        """Shows the card of the sound."""
        self.sound_card.open_at(self.level)

    def ideal_width(self, height: int) -> int:
        """How wide the column must be for the picture to use all of ``height``."""
        width, tall = self._broadcast.canvas
        picture = height - 2 * MARGIN - _GAP - self._tiles.height_for(self.width() - 2 * MARGIN)
        return round(picture * width / tall) + 2 * MARGIN

    def minimumSizeHint(self) -> QSize:
        return QSize(230, 360)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        canvas_width, canvas_height = self._broadcast.canvas
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        tiles_height = self._tiles.height_for(room.width())
        height_left = max(60, room.height() - tiles_height - _GAP)
        width = min(room.width(), round(height_left * canvas_width / canvas_height))
        height = min(height_left, round(width * canvas_height / canvas_width))
        left = room.left() + (room.width() - width) // 2
        self.view.setGeometry(QRect(left, room.top(), width, height))
        self.level.setGeometry(left, room.top() + height + (_GAP - BAR_HEIGHT) // 2, width, BAR_HEIGHT)
        self._tiles.setGeometry(room.left(), room.top() + height + _GAP, room.width(), tiles_height)

    def _mirror(self, on: bool) -> None:
        if on != self._broadcast.mirrored:
            self._broadcast.mirrored = on

    def _source_changed(self) -> None:
        lost = self._broadcast.source.state in (SourceState.NONE, SourceState.LOST)
        self.camera.set_icon("camera-off" if lost else "camera")
        if self.mirror.isChecked() != self._broadcast.mirrored:
            self.mirror.setChecked(self._broadcast.mirrored)
        self._arrange()
