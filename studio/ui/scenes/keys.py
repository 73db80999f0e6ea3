"""The keys of the editor, the same in the picture and in the list of layers. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from studio.services.scenes.service import ScenesService

_ALT, _CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
#: Without Alt and Ctrl; all others stay with the window: F8 must step away, M must mute.
_PLAIN = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_H,
    Qt.Key.Key_L,
)


def is_editing_key(event: QKeyEvent) -> bool:
    """Whether the editor wants it, although a command of the window has it too."""
    copies = event.key() == Qt.Key.Key_D and event.modifiers() == _CONTROL
    plain = event.key() in _PLAIN and not event.modifiers() & (_ALT | _CONTROL)
    return copies or plain or _undoes(event) or _redoes(event)


def edit_by_key(scenes: ScenesService, event: QKeyEvent) -> bool:
    """Does what the key means for the selected layer; False when it means nothing here."""
    layer = scenes.selected_layer
    if _undoes(event):
        scenes.undo()
    elif _redoes(event):
        scenes.redo()
    elif layer is None:
        return False
    elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        if not layer.locked:
            scenes.remove_layer(layer.id)
    elif event.key() == Qt.Key.Key_D and event.modifiers() == _CONTROL:
        scenes.duplicate_layer(layer.id)
    elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & _ALT:
        place = scenes.scene.layers.index(layer)
        scenes.move_layer(layer.id, place + (1 if event.key() == Qt.Key.Key_Up else -1))
    elif event.key() == Qt.Key.Key_L and not event.modifiers():
        scenes.set_locked(layer.id, not layer.locked)
    elif event.key() == Qt.Key.Key_H and not event.modifiers():
        scenes.set_visible(layer.id, not layer.visible)
    else:
        return False
    return True


def _undoes(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)


def _redoes(event: QKeyEvent) -> bool:
    again = event.key() == Qt.Key.Key_Z and event.modifiers() == _CONTROL | _SHIFT
    return again or event.matches(QKeySequence.StandardKey.Redo) or _control_y(event)


def _control_y(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Y and event.modifiers() == _CONTROL
