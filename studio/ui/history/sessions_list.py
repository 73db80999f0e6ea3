"""The LIVEs that were, one below the other. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.journal.index import Session
from studio.model.money import format_count
from studio.model.text import clean_line
from studio.ui import theme
from studio.ui.history.words import about_words
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, focus_ring

Index = QModelIndex | QPersistentModelIndex
_ROW, _PAD = 60, 12


class _Sessions(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sessions: Sequence[Session] = ()

    def show_sessions(self, sessions: Sequence[Session]) -> None:
        self.beginResetModel()
        self.sessions = sessions
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.sessions)

    def data(self, index: Index, role: int = 0) -> object:
        session = self.sessions[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            title = clean_line(session.title) or "Untitled"
            return f"{title}, {about_words(session)}, {format_count(session.diamonds)} diamonds"
        return None


class _Painter(QStyledItemDelegate):
    """Title and diamonds, the day and how long below."""

    def __init__(self, model: _Sessions) -> None:
        super().__init__(model)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, fonts.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, session = theme.current(), self._model.sessions[index.row()]
        area = QRectF(option.rect).adjusted(0, 1, 0, -3)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            box(painter, area, 10, t.control, t.line if t.name == "contrast" else None)
        elif state & QStyle.StateFlag.State_MouseOver:
            box(painter, area, 10, mixed(t.bg, t.text, 0.05))
        inner = area.adjusted(_PAD, 9, -_PAD, -9)
        half = inner.height() / 2
        figure, bold = format_count(session.diamonds), fonts.font(13.5, 700, figures=True)
        wide = QFontMetricsF(bold).horizontalAdvance(figure)
        painter.setFont(bold)
        painter.setPen(t.gold)
        right = QRectF(inner.left(), inner.top(), inner.width() - 17, half)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        ratio = painter.device().devicePixelRatio()
        mark = icons.pixmap("diamond", t.gold, 12, ratio)
        painter.drawPixmap(QPointF(inner.right() - 12, inner.top() + half / 2 - 6), mark)
        name = fonts.font(13.5, 600)
        painter.setFont(name)
        painter.setPen(t.text)
        room = max(20.0, inner.width() - wide - 28)
        title = clean_line(session.title) or "Untitled"
        shown = QFontMetricsF(name).elidedText(title, Qt.TextElideMode.ElideRight, room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(inner.left(), inner.top(), room, half), flags, shown)
        painter.setFont(fonts.font(12))
        painter.setPen(t.text2)
        below = QRectF(inner.left(), inner.top() + half, inner.width(), half)
        painter.drawText(below, flags, about_words(session))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            focus_ring(painter, area, 10)
        painter.restore()


class SessionsList(QListView):
    """``chosen(Session)``: by click or arrow keys."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sessions = _Sessions(self)
        self.setModel(self._sessions)
        self.setItemDelegate(_Painter(self._sessions))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Your LIVEs")
        self.setObjectName("plain")
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.notifier.changed.connect(self.viewport().update)

    def show_sessions(self, sessions: Sequence[Session], selected: Session | None) -> None:
        """All of them, and which one is looked at."""
        model = self.selectionModel()
        model.blockSignals(True)
        if sessions != self._sessions.sessions:
            self._sessions.show_sessions(sessions)
        place = next(
            (row for row, one in enumerate(sessions) if selected and one.room_id == selected.room_id), -1
        )
        if place >= 0 and self.currentIndex().row() != place:
            self.setCurrentIndex(self._sessions.index(place))
        model.blockSignals(False)
        self.viewport().update()

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self._sessions.sessions[now.row()])
