"""The layers of the scene that is on, the topmost first: eye and lock, order by drag or Alt+Up/Down.

GUI thread. Shows what the service says; changes go through it alone.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from studio.model.scene import NAME_MAX, Layer
from studio.services.scenes.service import ScenesService
from studio.ui import theme
from studio.ui.scenes.keys import edit_by_key, is_editing_key
from studio.ui.scenes.kinds import NAMES
from studio.ui.scenes.layer_painting import LAYER, PROBLEM, LayerPainter, eye_area, lock_area, row_height

_SHOWN_ROWS = 6


class LayerList(QListWidget):
    """``done``: Escape was pressed. Space or H shows and hides, L locks, F2 renames, Delete removes."""

    done = Signal()

    def __init__(self, scenes: ScenesService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenes = scenes
        self._filling = False
        self.setAccessibleName("Layers, the topmost first")
        self.setAccessibleDescription(
            "Space shows or hides, L locks, Alt with Up or Down moves, F2 renames, Delete removes"
        )
        self.setItemDelegate(LayerPainter(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.currentItemChanged.connect(self._chosen)
        self.itemChanged.connect(self._renamed)
        theme.notifier.changed.connect(self._restyle)
        scenes.changed.connect(self.show_layers)
        self.show_layers()

    def show_layers(self) -> None:
        """Shows what the service says now."""
        layers = self._scenes.scene.layers[::-1]
        self._filling = True
        if [item.data(LAYER).id for item in self._items()] != [layer.id for layer in layers]:
            self.clear()
            for _ in layers:
                item = QListWidgetItem()
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                self.addItem(item)
        for item, layer in zip(self._items(), layers, strict=True):
            problem = self._scenes.problem(layer.id)
            item.setData(LAYER, layer)
            item.setData(PROBLEM, problem)
            item.setText(layer.name)
            item.setToolTip(problem)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(layer, problem))
            if layer.id == self._scenes.selected:
                self.setCurrentItem(item)
        if not self._scenes.selected:
            self.setCurrentRow(-1)
            self.clearSelection()
        self._filling = False
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(240, row_height() * min(_SHOWN_ROWS, max(2, self.count())) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, row_height() * min(3, max(2, self.count())) + 2)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.updateGeometry()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self._scenes.select(item.data(LAYER).id)

    def _renamed(self, item: QListWidgetItem) -> None:
        layer = item.data(LAYER)
        if not self._filling and item.text() != layer.name:
            name = item.text().strip()[:NAME_MAX]
            if name:
                self._scenes.rename_layer(layer.id, name)
            self.show_layers()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton:
            if item is None:
                self._scenes.select("")
            elif self._switched(item, event):
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second press on the eye is one on the eye, not on the name."""
        item = self.itemAt(event.position().toPoint())
        if item is None or not self._switched(item, event):
            super().mouseDoubleClickEvent(event)

    def _switched(self, item: QListWidgetItem, event: QMouseEvent) -> bool:
        layer: Layer = item.data(LAYER)
        area, at = self.visualItemRect(item), event.position().toPoint()
        if eye_area(area).contains(at):
            self._scenes.set_visible(layer.id, not layer.visible)
        elif lock_area(area).contains(at):
            self._scenes.set_locked(layer.id, not layer.locked)
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and is_editing_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layer = self._scenes.selected_layer
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        elif event.key() == Qt.Key.Key_Space and layer is not None:
            self._scenes.set_visible(layer.id, not layer.visible)
        elif not edit_by_key(self._scenes, event):
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The service moves the layer; Qt must not move the row as well."""
        item = self.item(self.currentRow())
        target = self.indexAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        where, before = self.dropIndicatorPosition(), self.currentRow()
        if before < 0:
            return
        row = target.row() if target.isValid() else self.count()
        if where == QAbstractItemView.DropIndicatorPosition.BelowItem:
            row += 1
        row -= 1 if row > before else 0  # it is not in its old place any more
        self.move_to_row(item.data(LAYER).id, row)

    def move_to_row(self, layer_id: str, row: int) -> None:
        """Puts the layer into that row, 0 is the topmost."""
        self._scenes.move_layer(layer_id, self.count() - 1 - row)

    def row_area(self, row: int) -> QRect:
        """Where that row is, in the viewport."""
        return self.visualItemRect(self.item(row))


def _spoken(layer: Layer, problem: str) -> str:
    words = [layer.name, NAMES[layer.source.kind], "shown" if layer.visible else "hidden"]
    words += ["locked"] if layer.locked else []
    return ", ".join([*words, problem] if problem else words)
