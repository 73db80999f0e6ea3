"""A tile of the control row under the preview: icon above a word. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import faded, mixed
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_HEIGHT, _ICON, _RADIUS = 56, 19, 10


class IconButton(PaintedButton):
    """``tone``: token name when it means danger or is switched on; with a menu it opens above the tile."""

    def __init__(self, text: str, icon: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon, self._tone = icon, tone
        self._menu: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def set_menu(self, menu: QMenu) -> None:
        """Pressing the tile opens ``menu`` instead."""
        self._menu = menu
        self.clicked.connect(self.open_menu)

    def open_menu(self) -> None:
        """Shows the menu above the tile (below when there is no room); never modal."""
        if self._menu is not None:
            above = self.mapToGlobal(QPoint(0, -self._menu.sizeHint().height() - 6))
            self._menu.popup(above if above.y() > 0 else self.mapToGlobal(QPoint(0, self.height() + 6)))

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(11, 400)).horizontalAdvance(self.text())
        return QSize(max(66, words + 18), _HEIGHT + fonts.px(11) - 11)

    def minimumSizeHint(self) -> QSize:
        return QSize(54, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        on = self.isChecked() or (bool(self._tone) and not self.isCheckable())
        ink = token(self._tone or "blue") if on else t.text
        ground = t.raised if t.dark else t.surface
        fill = mixed(ground, ink, 0.10) if on else ground
        if not self.isEnabled():
            ink = t.text3
        elif self.isDown():
            fill = mixed(fill, t.text, 0.12)
        elif self.underMouse():
            fill = mixed(fill, t.text, 0.05)
        rect = QRectF(self.rect())
        edge = t.line if t.name == "contrast" or not (t.dark or on) else faded(ink, 0.30) if on else None
        box(painter, rect, _RADIUS, fill, edge)
        words_height = painter.fontMetrics().height()
        top = (rect.height() - _ICON - 5 - words_height) / 2
        mark = icons.pixmap(self._icon, ink, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.center().x() - _ICON / 2, top), mark)
        painter.setFont(fonts.font(11, 500 if on else 400))
        painter.setPen(ink if on or not self.isEnabled() else t.text2)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        below = QRectF(4, top + _ICON + 4, rect.width() - 8, words_height)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, words)
        if self.ring:
            focus_ring(painter, rect, _RADIUS)
