"""One scene in the card: its number, its name, how many layers; a press puts it on. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from studio.model.scene import NAME_MAX, Scene
from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton
from studio.ui.widgets.pill_button import PillButton
from studio.ui.widgets.popup import Menu

_HEIGHT, _RADIUS = 40, 9
_BADGE = 22
#: Scenes beyond have no key of their own.
KEYS = 9


class SceneRow(PaintedButton):
    """``renamed(name)``: the person typed another. F2 or a double click renames, the menu does the rest."""

    renamed = Signal(str)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._place = place
        self._words, self._on = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.menu = Menu(self)
        self.more = PillButton("", "more", self)
        self.more.setToolTip("Rename, copy, move or remove")
        self.more.clicked.connect(self._open_menu)
        self.line = QLineEdit(self)
        self.line.setMaxLength(NAME_MAX)
        self.line.setAccessibleName("Name of the scene")
        self.line.hide()
        self.line.installEventFilter(self)
        self.line.editingFinished.connect(self._typed)

    def show_scene(self, scene: Scene, on: bool) -> None:
        """Shows this one; ``on``: viewers see it."""
        count = len(scene.layers)
        self._words = f"{count} layer{'' if count == 1 else 's'}" if count else "empty"
        self._on = on
        self.setText(scene.name)
        key = f", Ctrl+{self._place + 1}" if self._place < KEYS else ""
        self.setAccessibleName(f"{scene.name}, {self._words}{', is on' if on else ''}{key}")
        self.setToolTip("" if on else f"Shows “{scene.name}”{key.replace(', ', ' · ')}")
        self.more.setAccessibleName(f"{scene.name}: more")
        self.update()

    def rename(self) -> None:
        """The name can be typed now; Enter keeps it, Escape does not."""
        self.line.setText(self.text())
        self.line.show()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        if not self.line.isHidden():
            self.line.hide()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            name = self.line.text().strip()
            if name and name != self.text():
                self.renamed.emit(name)

    def _open_menu(self) -> None:
        corner = self.more.mapToGlobal(self.more.rect().bottomRight())
        corner.setX(corner.x() - self.menu.sizeHint().width())
        self.menu.popup(corner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape in the name gives up the name, not the card."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.line.hide()
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(260, _HEIGHT + 2 * (fonts.px(13) - 13))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.more.sizeHint()
        self.more.setGeometry(
            self.width() - size.width() - 6, (self.height() - size.height()) // 2, size.width(), size.height()
        )
        left = 10 + _BADGE + 4
        self.line.setGeometry(left, 1, self.more.x() - left - 6, self.height() - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        ground = t.raised if t.dark else t.surface
        fill = mixed(ground, t.teal, 0.12) if self._on else ground
        if self.underMouse() or self.isDown():
            fill = mixed(fill, t.text, 0.10 if self.isDown() else 0.05)
        edge = mixed(ground, t.teal, 0.45) if self._on else t.line
        box(painter, rect, _RADIUS, fill, edge)
        badge = QRectF(10, (rect.height() - _BADGE) / 2, _BADGE, _BADGE)
        box(painter, badge, 6, t.teal if self._on else t.control)
        painter.setFont(fonts.font(11.5, 700, figures=True))
        painter.setPen(t.bg if self._on else t.text2)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._place + 1))
        right = self.more.x() - 10.0
        painter.setFont(fonts.font(12))
        painter.setPen(t.teal if self._on else t.text3)
        words = f"On · {self._words}" if self._on else self._words
        wide = painter.fontMetrics().horizontalAdvance(words)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(right - wide, 0, wide + 2, rect.height()), flags, words)
        painter.setFont(fonts.font(13.5, 600))
        painter.setPen(t.text)
        left = badge.right() + 10
        room = right - wide - 12 - left
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, round(room))
        painter.drawText(QRectF(left, 0, room + 2, rect.height()), flags, name)
        if self.ring:
            focus_ring(painter, rect, _RADIUS)
