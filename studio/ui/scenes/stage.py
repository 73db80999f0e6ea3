"""The editor over the preview: layers are selected, moved, resized, cropped and turned by hand or by keys.

A widget over the whole preview while a scene is edited, and only then: painting it costs nothing otherwise.
GUI thread; the arithmetic is ``model/handles.py``'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.model import handles
from studio.model.handles import Dragged, Grip
from studio.model.placing import Point
from studio.model.scene import Layer, Placement
from studio.model.snapping import Catch, Guide, bounds
from studio.services.broadcast import BroadcastService
from studio.services.scenes.service import ScenesService
from studio.ui.preview.overlays import paint_pill
from studio.ui.scenes.handle_painting import ARM, REACH, paint_frame, paint_guides, paint_handles
from studio.ui.scenes.keys import edit_by_key, is_editing_key
from studio.ui.scenes.view_map import ViewMap
from studio.ui.widgets.paint import focus_ring, painter_for

#: In the view's pixels: how near a line must be to catch, and how far a press may slip without moving.
_CATCH, _SLIP = 7.0, 3.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_TURNS = {Qt.Key.Key_BracketLeft: -1, Qt.Key.Key_BracketRight: 1}
_SIZES = {Qt.Key.Key_Plus: 1.02, Qt.Key.Key_Equal: 1.02, Qt.Key.Key_Minus: 1 / 1.02}
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_KEYS = (
    "Tab goes through the layers, arrow keys move, with Shift by 10. Plus and minus resize, square brackets"
    " turn, Delete removes, Ctrl+Z undoes, Escape ends."
)


@dataclass(slots=True)
class _Drag:
    """What is held since the press."""

    layer: Layer
    grip: Grip
    at: Point
    moving: bool = False


class SceneStage(QWidget):
    """Lies over ``picture``. ``done``: the person ended editing here. Invariant: moves no locked layer."""

    done = Signal()

    def __init__(self, scenes: ScenesService, broadcast: BroadcastService, picture: QWidget) -> None:
        super().__init__(picture)
        self._scenes, self._broadcast, self._picture = scenes, broadcast, picture
        self._drag: _Drag | None = None
        self._hover: Grip | None = None
        self._guides: tuple[Guide, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(_KEYS)
        self.hide()
        picture.installEventFilter(self)
        scenes.changed.connect(self._changed)

    def begin(self) -> None:
        """Shows the handles; the keyboard is here."""
        self.setGeometry(self._picture.rect())
        self._changed()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def map(self) -> ViewMap:
        """Between what the host sees and the canvas."""
        return ViewMap(self._broadcast.canvas, (self.width(), self.height()), self._broadcast.mirrored)

    def _changed(self) -> None:
        layer = self._scenes.selected_layer
        words = f"Layer {layer.name}{', locked' if layer.locked else ''}" if layer else "No layer selected"
        self.setAccessibleName(f"Scene editor: {words}")
        if self.isVisible():
            self.update()

    def _grip_at(self, at: QPointF) -> Grip | None:
        """What of the selected layer is under the pointer."""
        layer = self._scenes.selected_layer
        if layer is None or layer.locked or not layer.visible:
            return None
        view = self.map
        reach, arm = REACH * view.scale, ARM * view.scale
        return handles.grip_at(layer.placement, view.canvas, view.to_canvas(at), reach, arm)

    def _layer_at(self, at: QPointF) -> str:
        layers = [(layer, self._scenes.layer_size(layer.id)) for layer in self._scenes.scene.layers]
        view = self.map
        return handles.layer_at(layers, view.canvas, view.to_canvas(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        grip = self._grip_at(event.position())
        if grip in (None, Grip.ALL):
            topmost = self._layer_at(event.position())
            self._scenes.select(topmost)
            grip = Grip.ALL if topmost else None
        layer = self._scenes.selected_layer
        if grip is not None and layer is not None and not layer.locked:
            self._drag = _Drag(layer, grip, self.map.to_canvas(event.position()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None:
            self._hover = self._grip_at(event.position())
            self._show_cursor()
            return
        at = self.map.to_canvas(event.position())
        if not drag.moving and math.dist(at, drag.at) < _SLIP * self.map.scale:
            return
        drag.moving = True
        made = self._dragged(drag, at, event.modifiers())
        self._guides = made.guides
        self._scenes.place(drag.layer.id, made.placement, "drag")
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._let_go()

    def _let_go(self) -> None:
        if self._drag is not None:
            self._drag, self._guides = None, ()
            self._scenes.settle()
            self.update()

    def _dragged(self, drag: _Drag, at: Point, keys: Qt.KeyboardModifier) -> Dragged:
        """From where it lay at the press: what was dragged too far comes back."""
        begin, canvas = drag.layer.placement, self.map.canvas
        by = (at[0] - drag.at[0], at[1] - drag.at[1])
        catch = self._catch(drag.layer.id, off=bool(keys & _CONTROL))
        if drag.grip is Grip.TURN:
            return handles.turned_to(begin, canvas, at, free=bool(keys & (_SHIFT | _CONTROL)))
        if drag.grip is Grip.ALL:
            if keys & _SHIFT:  # straight across or straight down
                by = (by[0], 0.0) if abs(by[0]) >= abs(by[1]) else (0.0, by[1])
            return handles.moved(begin, canvas, by, catch)
        if keys & _ALT:
            return handles.cropped(begin, drag.grip, canvas, self._scenes.layer_size(drag.layer.id), by)
        return handles.resized(begin, drag.grip, canvas, by, catch, keep_shape=not keys & _SHIFT)

    def _catch(self, layer_id: str, *, off: bool) -> Catch:
        others = [layer for layer in self._scenes.scene.shown if layer.id != layer_id]
        places = tuple(layer.placement for layer in others)
        return Catch(places, 0.0 if off else _CATCH * self.map.scale)

    def _show_cursor(self) -> None:
        self.setCursor(_cursor(self._hover, self._scenes.selected_layer, self.map.mirrored))
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and is_editing_key(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                back = event.key() == Qt.Key.Key_Backtab or bool(event.modifiers() & _SHIFT)
                if self._walk(-1 if back else 1):
                    return True
        return super().event(event)

    def _walk(self, step: int) -> bool:
        """Selects the next layer upwards; False past the last, so that the keyboard can leave."""
        ids = [layer.id for layer in self._scenes.scene.layers]
        here = (
            ids.index(self._scenes.selected) if self._scenes.selected in ids else -1 if step > 0 else len(ids)
        )
        if not 0 <= here + step < len(ids):
            return False
        self._scenes.select(ids[here + step])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._drag is not None and self._drag.moving:
                self._give_up_drag()
            else:
                self.done.emit()
        elif not self._place_by_key(event) and not edit_by_key(self._scenes, event):
            super().keyPressEvent(event)

    def _give_up_drag(self) -> None:
        assert self._drag is not None
        self._scenes.place(self._drag.layer.id, self._drag.layer.placement, "drag")
        self._let_go()

    def _place_by_key(self, event: QKeyEvent) -> bool:
        key, layer = Qt.Key(event.key()), self._scenes.selected_layer
        if layer is None or event.modifiers() & (_ALT | _CONTROL):
            return False
        made = self._placed_by(key, layer.placement, coarse=bool(event.modifiers() & _SHIFT))
        if made is not None and not layer.locked:
            self._scenes.place(layer.id, made, "keys")
        return made is not None

    def _placed_by(self, key: Qt.Key, placement: Placement, *, coarse: bool) -> Placement | None:
        if key in _ARROWS:
            step = 10 if coarse else 1
            across, down = _ARROWS[key]
            by = self.map.way(across * step, down * step)
            return handles.moved(placement, self.map.canvas, by).placement
        if key in _TURNS:
            turn = self.map.way(_TURNS[key] * (15 if coarse else 1), 0)[0]
            return handles.turned_by(placement, turn)
        return handles.scaled(placement, _SIZES[key]) if key in _SIZES else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps to the picture's size."""
        if watched is self._picture and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._picture.rect())
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._let_go()
        if not event.spontaneous():  # its screen went; a minimised window comes back
            self.done.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, view = painter_for(self), self.map
        paint_guides(painter, view, self._guides)
        layer = self._scenes.selected_layer
        if layer is not None:
            paint_frame(painter, view, layer.placement, dashed=layer.locked or not layer.visible)
            if not layer.locked and layer.visible:
                paint_handles(painter, view, layer.placement, self._drag.grip if self._drag else self._hover)
            self._paint_words(painter, layer)
        if self.hasFocus() and layer is None:
            focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 12)

    def _paint_words(self, painter: QPainter, layer: Layer) -> None:
        """While something is dragged: how large it is, or how far it is turned."""
        if self._drag is None or not self._drag.moving:
            return
        left, top, right, bottom = bounds(layer.placement, self.map.canvas)
        words = f"{right - left:.0f} × {bottom - top:.0f} px"
        if self._drag.grip is Grip.TURN:
            words = f"{layer.placement.rotation_deg:.0f}°"
        elif self._drag.grip is Grip.ALL:
            words = f"{left:.0f}, {top:.0f}"
        paint_pill(painter, QPointF(10, self.height() - 40.0), words)


def _cursor(grip: Grip | None, layer: Layer | None, mirrored: bool) -> Qt.CursorShape:
    """The arrow that points where the handle goes, as the layer is turned and the host sees it."""
    if grip is None or layer is None:
        return Qt.CursorShape.ArrowCursor
    if grip is Grip.ALL:
        return Qt.CursorShape.SizeAllCursor
    if grip is Grip.TURN:
        return Qt.CursorShape.CrossCursor
    across, down = grip.value
    angle = math.degrees(math.atan2(down, across)) + layer.placement.rotation_deg
    angle = -angle if mirrored else angle
    return (
        Qt.CursorShape.SizeHorCursor,
        Qt.CursorShape.SizeFDiagCursor,
        Qt.CursorShape.SizeVerCursor,
        Qt.CursorShape.SizeBDiagCursor,
    )[round(angle / 45) % 4]
