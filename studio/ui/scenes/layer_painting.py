"""How a layer looks in the list: what it is, its name, its eye and its lock. GUI thread; theme and model."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.model.scene import NAME_MAX, Layer
from studio.ui import theme
from studio.ui.scenes.kinds import ICONS
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box

LAYER = int(Qt.ItemDataRole.UserRole) + 1
PROBLEM = LAYER + 1
_ROW, _ICON, _PRESS = 36, 16, 30
_Index = QModelIndex | QPersistentModelIndex


def row_height() -> int:
    """Of one layer, at the present text size."""
    return _ROW + 2 * (fonts.px(13) - 13)


def lock_area(row: QRect) -> QRect:
    """Where a press locks."""
    return QRect(row.right() - _PRESS - 1, row.top(), _PRESS, row.height())


def eye_area(row: QRect) -> QRect:
    """Where a press shows or hides."""
    return lock_area(row).translated(-_PRESS, 0)


class LayerPainter(QStyledItemDelegate):
    """Paints a row, and lets its name be typed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, row_height())

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        line = QLineEdit(parent)
        line.setMaxLength(NAME_MAX)
        line.setAccessibleName("Name of the layer")
        return line

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        area: QRect = option.rect
        editor.setGeometry(area.adjusted(34, 0, -2 * _PRESS - 4, 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        t = theme.current()
        layer: Layer = index.data(LAYER)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.raised if t.dark else t.surface
        row = QRectF(area).adjusted(1, 1, -1, -1)
        if state & QStyle.StateFlag.State_Selected:
            box(painter, row, 7, mixed(ground, t.blue, 0.16), mixed(ground, t.blue, 0.55))
        elif over:
            box(painter, row, 7, mixed(ground, t.text, 0.05))
        problem = bool(index.data(PROBLEM))
        ink = t.gold if problem else t.text2 if layer.visible else t.text3
        _mark(painter, QRect(area.left(), area.top(), 36, area.height()), _icon(layer, problem), ink)
        self._paint_name(painter, area, layer)
        _mark(
            painter,
            eye_area(area),
            "eye" if layer.visible else "eye-off",
            t.text2 if layer.visible else t.text3,
        )
        if layer.locked or over or state & QStyle.StateFlag.State_Selected:
            ink = t.text if layer.locked else t.text3
            _mark(painter, lock_area(area), "lock" if layer.locked else "lock-open", ink)
        painter.restore()

    def _paint_name(self, painter: QPainter, area: QRect, layer: Layer) -> None:
        t = theme.current()
        painter.setFont(fonts.font(13, 500))
        painter.setPen(t.text if layer.visible else t.text3)
        left, right = area.left() + 36, eye_area(area).left()
        name = painter.fontMetrics().elidedText(layer.name, Qt.TextElideMode.ElideRight, right - left - 6)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRect(left, area.top(), right - left, area.height()), flags, name)


def _icon(layer: Layer, problem: bool) -> str:
    return "warning" if problem else ICONS[layer.source.kind]


def _mark(painter: QPainter, area: QRect, name: str, ink: QColor) -> None:
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    picture = icons.pixmap(name, ink, _ICON, ratio)
    middle = QRectF(area).center()
    painter.drawPixmap(QPointF(round(middle.x() - _ICON / 2), round(middle.y() - _ICON / 2)), picture)
