"""A pill that can be pressed: quiet commands of the top bar. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton
from studio.ui.widgets.pill import HEIGHT

_PADDING, _ICON, _GAP = 11, 15, 7


class PillButton(PaintedButton):
    """Words with an optional icon; with a menu it opens below."""

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon = icon
        self._tone = "text2"
        self._menu: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, icon: str, tone: str) -> None:
        """Another icon, and the token name of its colour and the words'."""
        self._icon, self._tone = icon, tone
        self.update()

    def set_menu(self, menu: QMenu) -> None:
        """Pressing it opens ``menu``, right edges together."""
        self._menu = menu
        self.clicked.connect(self.open_menu)

    def open_menu(self) -> None:
        if self._menu is not None:
            left = self.width() - self._menu.sizeHint().width()
            self._menu.popup(self.mapToGlobal(QPoint(left, self.height() + 6)))

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(12.5)).horizontalAdvance(self.text())
        lead = _ICON + (_GAP if self.text() else 0) if self._icon else 0
        return QSize(words + lead + 2 * _PADDING, HEIGHT + 2 * max(0, fonts.px(12.5) - 12))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        toward = 0.14 if self.isDown() else 0.07 if self.underMouse() and self.isEnabled() else 0.0
        edge = t.line if t.name == "contrast" else None
        box(painter, rect, rect.height() / 2, mixed(t.raised, t.text, toward), edge)
        x = float(_PADDING)
        ink = token(self._tone) if self.isEnabled() else t.text3
        if self._icon:
            mark = icons.pixmap(self._icon, ink, _ICON, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, (rect.height() - _ICON) / 2), mark)
            x += _ICON + _GAP
        painter.setFont(fonts.font(12.5))
        painter.setPen(ink)
        painter.drawText(
            QRectF(x, 0, rect.width(), rect.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self.ring:
            focus_ring(painter, rect, rect.height() / 2)
