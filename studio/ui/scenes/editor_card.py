"""The editor's card beside the picture: add layers, order them, and set what the selected one is like.

A child of the window, not a popup: the picture beside it is worked on meanwhile, and the LIVE goes on.
GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.model.scene import MAX_LAYERS
from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui import theme
from studio.ui.scenes.add_menu import AddLayerMenu
from studio.ui.scenes.layer_list import LayerList
from studio.ui.scenes.layer_part import LayerPart
from studio.ui.scenes.new_layer import NewLayers
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.fitted_scroll import FittedScroll
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.pill_button import PillButton

_WIDTH = 348
_GAP = 10
_EMPTY = "This scene has no layers yet: viewers see the dark ground. Add a camera, a picture, a text…"
_NONE = "Click on a layer in the picture or in the list to change it."


class EditorCard(Card):
    """``done``: the person is ready. Stands right of the picture it was opened beside."""

    done = Signal()

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("Edit scene", "", parent)
        self._scenes, self._live = services.scenes, services.live
        self._picture: QWidget | None = None
        self.add = Button("Add layer", ButtonKind.COMPACT, "plus")
        new = NewLayers(services.scenes, services.broadcast, self)
        self.menu = AddLayerMenu(new, services.scenes.sources, services.broadcast, services.tasks, self.add)
        self.undo = _tool("undo", "Undo · Ctrl+Z")
        self.redo = _tool("redo", "Redo · Ctrl+Y")
        self.copy = _tool("copy", "Duplicate the layer · Ctrl+D")
        self.remove = _tool("trash", "Remove the layer · Delete")
        self.list = LayerList(services.scenes)
        self.words = Label("", Role.SMALL, wrap=True)
        self.part = LayerPart(services.scenes, services.broadcast)
        self.problem = ErrorLine()
        self.ready = Button("Done", ButtonKind.COMPACT, "check")
        self._lay_out()
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self.add)
        tools.addStretch(1)
        for tool in (self.undo, self.redo, self.copy, self.remove):
            tools.addWidget(tool)
        self.body.addLayout(tools)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.list)
        self.body.addWidget(self.words)
        self.settings = FittedScroll(self.part)
        self.body.addWidget(self.settings, 1)
        last = QHBoxLayout()
        self.hint = Label("Alt crops · Shift frees · Ctrl does not snap", Role.HINT)
        last.addWidget(self.hint, 1)
        last.addWidget(self.ready)
        self.body.addLayout(last)

    def _connect(self) -> None:
        scenes = self._scenes
        self.add.clicked.connect(self.open_menu)
        self.menu.typed.connect(self._type_text)
        self.undo.clicked.connect(scenes.undo)
        self.redo.clicked.connect(scenes.redo)
        self.copy.clicked.connect(lambda: scenes.duplicate_layer(scenes.selected))
        self.remove.clicked.connect(lambda: scenes.remove_layer(scenes.selected))
        self.ready.clicked.connect(self.done)
        self.list.done.connect(self.done)
        self.part.resized.connect(self._place)
        scenes.changed.connect(self._show)
        scenes.failed.connect(self._failed)
        self._live.phase_changed.connect(self._show)

    def open_beside(self, picture: QWidget) -> None:
        """Shows the card right of ``picture``, over what lies there."""
        self._picture = picture
        window = picture.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        window.installEventFilter(self)
        picture.installEventFilter(self)
        self.problem.clear()
        self._show()
        self.show()
        self._place()
        self.raise_()

    def open_menu(self) -> None:
        """Shows what can be added."""
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 4)))

    def _place(self) -> None:
        picture, window = self._picture, self.parentWidget()
        if picture is None or window is None or not self.isVisible():
            return
        corner = picture.mapTo(window, QPoint(picture.width() + _GAP, 0))
        left = max(_GAP, min(corner.x(), window.width() - _WIDTH - _GAP))
        most = window.height() - corner.y() - _GAP
        layout = self.layout()
        assert layout is not None, "a card has a layout"
        self.part.adjustSize()
        self.settings.updateGeometry()
        self.resize(_WIDTH, self.height())
        layout.activate()
        wanted = (
            layout.totalHeightForWidth(_WIDTH) if layout.hasHeightForWidth() else self.sizeHint().height()
        )
        self.setGeometry(left, corner.y(), _WIDTH, min(max(wanted, self.sizeHint().height()), most))

    def _show(self) -> None:
        scenes = self._scenes
        layers = scenes.scene.layers
        self.set_title(f"Edit: {scenes.scene.name}")
        on_air = self._live.phase is Phase.LIVE
        self.set_note("On air: seen at once" if on_air else "", "live")
        self.add.setEnabled(len(layers) < MAX_LAYERS)
        self.undo.setEnabled(scenes.can_undo)
        self.redo.setEnabled(scenes.can_redo)
        layer = scenes.selected_layer
        self.copy.setEnabled(layer is not None and len(layers) < MAX_LAYERS)
        self.remove.setEnabled(layer is not None and not layer.locked)
        self.list.setVisible(bool(layers))
        self.words.setText("" if layer is not None else _NONE if layers else _EMPTY)
        self.words.setVisible(layer is None)
        self.settings.setVisible(layer is not None)
        self._place()

    def _failed(self, sentence: str) -> None:
        if self.isVisible():
            self.problem.show_problem(sentence, tone="gold")
            self._place()

    def _type_text(self) -> None:
        """The new text layer is empty talk until words are typed."""
        self.part.text.words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.part.text.words.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays at the picture when that moves or the window changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), self.rect(), RADIUS, t.raised if t.dark else t.surface, t.line)


def _tool(icon: str, words: str) -> PillButton:
    tool = PillButton("", icon)
    tool.setToolTip(words)
    tool.setAccessibleName(words.partition(" · ")[0])
    return tool
