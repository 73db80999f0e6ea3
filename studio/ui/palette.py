"""The command palette: everything the studio can do, found by a few letters. GUI thread; not a dialog."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.actions import Actions, Command
from studio.ui.fuzzy import score
from studio.ui.theme import fonts
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, painter_for

_WIDTH, _ROW, _SHOWN_ROWS = 560, 40, 9
_ACTION = Qt.ItemDataRole.UserRole


class _RowDelegate(QStyledItemDelegate):
    """One command: its name, and its shortcut at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_WIDTH - 20, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        t = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            box(painter, rect, 8, t.control, t.blue if t.name == "contrast" else None)
        action: QAction = index.data(_ACTION)
        painter.setFont(fonts.font(13.5))
        painter.setPen(t.text)
        inner = rect.adjusted(12, 0, -12, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, action.text())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        painter.setFont(fonts.font(12, 500))
        painter.setPen(t.text3)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
        painter.restore()


class CommandPalette(QWidget):
    """Covers ``window`` while open. Esc or a press beside it closes it; the focus goes back where it was."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window
        self._before: QWidget | None = None
        self._frame = QWidget(self)
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        self.search = QLineEdit()
        self.search.setPlaceholderText("What do you want to do?")
        self.search.setAccessibleName("Search commands")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.itemClicked.connect(self._run_item)
        column.addWidget(self.search)
        column.addWidget(self.list)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Shows it with everything that can be done now."""
        self._before = self._window.focusWidget()
        self.search.clear()
        self._filter("")
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Closes it; nothing happens."""
        if self.isVisible():
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self, query: str) -> None:
        self.list.clear()
        for command in _matches(query, self._useful()):
            item = QListWidgetItem(command.action.text())
            item.setData(_ACTION, command.action)
            self.list.addItem(item)
        if self.list.count() == 0:
            item = QListWidgetItem("")
            nothing = QAction(f"No command matches “{query[:40]}”", self.list)
            nothing.setEnabled(False)
            item.setData(_ACTION, nothing)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        else:
            self.list.setCurrentRow(0)
        self._arrange()

    def _useful(self) -> list[Command]:
        """Everything that can be done now, but for opening what is open."""
        return [command for command in self._actions.usable() if command.action.objectName() != "commands"]

    def _arrange(self) -> None:
        rows = min(_SHOWN_ROWS, max(1, self.list.count()))
        width = min(_WIDTH, self._window.width() - 32)
        height = 10 + self.search.sizeHint().height() + 8 + rows * _ROW + 14
        self._frame.setGeometry((self._window.width() - width) // 2, 84, width, height)
        self.update()

    def _run_item(self, item: QListWidgetItem) -> None:
        action: QAction = item.data(_ACTION)
        if action.isEnabled():
            self.dismiss()
            action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
            self._arrange()
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        row, count = self.list.currentRow(), self.list.count()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if item is not None:
                self._run_item(item)
        elif event.key() in steps:
            step = steps[Qt.Key(event.key())]
            wrap = (row + step) % count if abs(step) == 1 else min(count - 1, max(0, row + step))
            self.list.setCurrentRow(wrap)
        elif event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._frame.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 120 if t.dark else 70))
        frame = QRect(self._frame.geometry())
        for spread in (14, 9, 5, 2):
            box(
                painter,
                frame.adjusted(-spread, -spread + 6, spread, spread + 6),
                14 + spread,
                QColor(0, 0, 0, 18),
            )
        box(painter, frame, 14, mixed(t.surface, t.raised, 0.6), t.line)


def _matches(query: str, commands: list[Command]) -> list[Command]:
    """Best first; without a query in the order of registration. The words after the name count half."""
    if not query.strip():
        return commands
    scored = []
    for place, command in enumerate(commands):
        by_name = score(query, command.action.text())
        by_words = score(query, command.words) if command.words else None
        best = max(by_name if by_name is not None else -1, by_words // 2 if by_words is not None else -1)
        if best >= 0:
            scored.append((-best, place, command))
    return [command for _score, _place, command in sorted(scored, key=lambda entry: entry[:2])]
