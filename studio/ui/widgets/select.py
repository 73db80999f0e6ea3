"""A choice from a list, in the looks of a text field. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QStyledItemDelegate, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.popup import clip_popup, prepare_popup


class Select(QComboBox):
    """The wheel changes nothing unless the list has the keyboard: scrolling past must not edit."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setView(QListView(self))
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setMaxVisibleItems(12)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        prepare_popup(self.view().window())
        theme.notifier.changed.connect(self.update)

    def showPopup(self) -> None:
        super().showPopup()
        clip_popup(self.view().window(), 8)

    def sizeHint(self) -> QSize:
        return QSize(200, 38 + 2 * max(0, fonts.px(13) - 13))

    def minimumSizeHint(self) -> QSize:
        return QSize(90, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        edge = t.blue if self.hasFocus() else mixed(t.line, t.text, 0.2) if self.underMouse() else t.line
        box(painter, self.rect(), 8, t.raised, edge)
        painter.setFont(fonts.font(13))
        painter.setPen(t.text if self.isEnabled() else t.text3)
        room = self.width() - 14 - 36
        words = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(14, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        mark = icons.pixmap("chevron-down", t.text3, 15, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 27, (self.height() - 15) / 2), mark)
