"""The card behind the Scenes tile: the scenes, how one follows another, and the way into the editor.

A popup like a menu: the LIVE goes on behind it; Escape or a press elsewhere closes it. GUI thread.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.model.scene import MAX_SCENES, Scene, Transition
from studio.services.live import LiveService, Phase
from studio.services.scenes.service import ScenesService
from studio.services.tasks import Tasks
from studio.ui import theme
from studio.ui.scenes.scene_row import SceneRow
from studio.ui.theme import icons
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.fitted_scroll import FittedScroll
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.popup import Menu
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select

_WIDTH = 400
_FILES = "Scenes (*.hoststudio-scenes)"
_FADES = ((200, "Fade, quick"), (300, "Fade"), (600, "Fade, slow"), (1_200, "Fade, very slow"))


class ScenesCard(PopupCard):
    """Opens above its tile. ``edit_wanted``: the person wants to change the scene that is on."""

    edit_wanted = Signal()

    def __init__(self, scenes: ScenesService, live: LiveService, tasks: Tasks, parent: QWidget) -> None:
        super().__init__("Scenes", _WIDTH, parent)
        self._scenes, self._live, self._tasks = scenes, live, tasks
        self.rows: list[SceneRow] = []
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        self._scroll = FittedScroll(inner)
        self._scroll.setMaximumHeight(8 * 46)
        self.body.addWidget(self._scroll)
        self.problem = ErrorLine()
        self.body.addWidget(self.problem)
        self.body.addSpacing(2)
        self.body.addLayout(self._change_row())
        self.body.addSpacing(2)
        self.body.addLayout(self._buttons())
        scenes.changed.connect(self._show)
        scenes.failed.connect(self._failed)
        live.phase_changed.connect(self._show)
        self._show()

    def _change_row(self) -> QHBoxLayout:
        self.transition = Select("How one scene follows another")
        self.transition.addItem("Cut: at once", (Transition.CUT, None))
        for fade_ms, words in _FADES:
            self.transition.addItem(f"{words} ({fade_ms / 1000:.1f} s)", (Transition.FADE, fade_ms))
        self.transition.activated.connect(self._transition_chosen)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label("Change with", Role.BODY))
        row.addWidget(self.transition, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.edit = Button("Edit this scene", ButtonKind.COMPACT, "pencil")
        self.edit.clicked.connect(self._edit_pressed)
        self.add = Button("New scene", ButtonKind.COMPACT, "plus")
        self.add.clicked.connect(lambda: self._scenes.add_scene())
        self.files = Button("Files…", ButtonKind.COMPACT, "folder")
        self.files.setAccessibleName("Save or open scene files")
        self.file_menu = Menu(self.files)
        self.file_menu.addAction(_icon("export"), "Save all scenes as a file…", self.export_scenes)
        self.file_menu.addAction(_icon("folder"), "Add the scenes of a file…", self.import_scenes)
        self.files.clicked.connect(self._open_files)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.edit, self.add, self.files):
            row.addWidget(button, 1)
        return row

    def open_at(self, tile: QWidget) -> None:
        self.problem.clear()
        self._show()
        super().open_at(tile)
        on = self._scenes.book.scenes.index(self._scenes.scene)
        self.rows[on].setFocus(Qt.FocusReason.PopupFocusReason)

    def export_scenes(self) -> None:
        """Asks where all scenes go; not modal, so the LIVE goes on behind it."""
        dialog = FileDialog("Save all scenes", _FILES, self.parentWidget())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix("hoststudio-scenes")
        dialog.selectFile("My scenes")
        dialog.fileSelected.connect(lambda path: self._tasks.start(self._scenes.export_to(Path(path))))
        self.hide()
        dialog.show()

    def import_scenes(self) -> None:
        """Asks for a scene file, and adds what is in it."""
        dialog = FileDialog("Add the scenes of a file", _FILES + ";;All files (*)", self.parentWidget())
        dialog.fileSelected.connect(lambda path: self._tasks.start(self._scenes.import_from(Path(path))))
        self.hide()
        dialog.show()

    def _open_files(self) -> None:
        corner = self.files.mapToGlobal(self.files.rect().topLeft())
        corner.setY(corner.y() - self.file_menu.sizeHint().height() - 4)
        self.file_menu.popup(corner)

    def _edit_pressed(self) -> None:
        self.hide()
        self.edit_wanted.emit()

    def _transition_chosen(self) -> None:
        transition, fade_ms = self.transition.currentData()
        self._scenes.set_transition(transition, fade_ms)

    def _failed(self, sentence: str) -> None:
        if self.isVisible():
            self.problem.show_problem(sentence)

    def _show(self) -> None:
        book = self._scenes.book
        on_air = self._live.phase is Phase.LIVE
        self.set_note("On air: viewers see the switch" if on_air else "", "live")
        if len(self.rows) != len(book.scenes):
            self._fill(len(book.scenes))
        for row, scene in zip(self.rows, book.scenes, strict=True):
            row.show_scene(scene, scene.id == book.current)
        self.add.setEnabled(len(book.scenes) < MAX_SCENES)
        self.transition.setCurrentIndex(self._transition_index())

    def _transition_index(self) -> int:
        book = self._scenes.book
        if book.transition is Transition.CUT:
            return 0
        return 1 + min(range(len(_FADES)), key=lambda place: abs(_FADES[place][0] - book.fade_ms))

    def _fill(self, count: int) -> None:
        """As many rows as scenes; a row belongs to a place, not to a scene."""
        while len(self.rows) > count:
            row = self.rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < count:
            place = len(self.rows)
            row = SceneRow(place)
            row.clicked.connect(partial(self._switch, place))
            row.renamed.connect(partial(self._rename, place))
            row.menu.aboutToShow.connect(partial(self._fill_menu, place))
            self.rows.append(row)
            self._list.addWidget(row)

    def _scene(self, place: int) -> Scene:
        return self._scenes.book.scenes[place]

    def _switch(self, place: int) -> None:
        self._scenes.switch(self._scene(place).id)

    def _rename(self, place: int, name: str) -> None:
        self._scenes.rename_scene(self._scene(place).id, name)

    def _fill_menu(self, place: int) -> None:
        scenes, scene, row = self._scenes, self._scene(place), self.rows[place]
        menu, count = row.menu, len(self.rows)
        menu.clear()
        menu.addAction(_icon("pencil"), "Rename…", row.rename)
        copy = menu.addAction(_icon("copy"), "Duplicate", lambda: scenes.duplicate_scene(scene.id))
        copy.setEnabled(count < MAX_SCENES)
        up = menu.addAction(_icon("chevron-up"), "Move up", lambda: scenes.move_scene(scene.id, place - 1))
        up.setEnabled(place > 0)
        down = menu.addAction(
            _icon("chevron-down"), "Move down", lambda: scenes.move_scene(scene.id, place + 1)
        )
        down.setEnabled(place < count - 1)
        menu.addSeparator()
        gone = menu.addAction(_icon("trash"), "Remove", lambda: scenes.remove_scene(scene.id))
        gone.setEnabled(count > 1)


def _icon(name: str) -> QIcon:
    t = theme.current()
    return icons.icon(name, t.text2, 16, disabled=t.text3)
