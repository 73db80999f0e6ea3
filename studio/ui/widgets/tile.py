"""A tile of the control row under the preview: icon above a word. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.theme.tokens import faded, mixed
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_HEIGHT, _ICON, _RADIUS = 56, 19, 10
#: A small tile has its icon beside the word.
_SMALL_HEIGHT, _SMALL_ICON, _SMALL_RADIUS, _SMALL_PAD = 34, 15, 8, 6


class IconButton(PaintedButton):
    """``tone``: token name when it means danger or is switched on; with a menu it opens above the tile."""

    def __init__(self, text: str, icon: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon, self._tone = icon, tone
        self._menu: QMenu | None = None
        self._small = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def small(self) -> bool:
        """Whether its icon stands beside the word, for want of room."""
        return self._small

    @property
    def small_height(self) -> int:
        return _SMALL_HEIGHT + fonts.px(11) - 11

    def set_small(self, small: bool) -> None:
        if small != self._small:
            self._small = small
            self.update()

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
        radius = _SMALL_RADIUS if self._small else _RADIUS
        box(painter, rect, radius, fill, edge)
        words_ink = ink if on or not self.isEnabled() else t.text2
        painter.setFont(fonts.font(11, 500 if on else 400))
        if self._small:
            self._paint_beside(painter, ink, words_ink)
        else:
            self._paint_above(painter, ink, words_ink)
        if self.ring:
            focus_ring(painter, rect, radius)

    def _paint_beside(self, painter: QPainter, ink: QColor, words_ink: QColor) -> None:
        rect, gap = QRectF(self.rect()), 5
        room = self.width() - 2 * _SMALL_PAD - _SMALL_ICON - gap
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(words)
        left = (rect.width() - _SMALL_ICON - gap - width) / 2
        mark = icons.pixmap(self._icon, ink, _SMALL_ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left, (rect.height() - _SMALL_ICON) / 2), mark)
        painter.setPen(words_ink)
        spot = QRectF(left + _SMALL_ICON + gap, 0, width + 2, rect.height())
        painter.drawText(spot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_above(self, painter: QPainter, ink: QColor, words_ink: QColor) -> None:
        rect = QRectF(self.rect())
        words_height = painter.fontMetrics().height()
        top = (rect.height() - _ICON - 5 - words_height) / 2
        mark = icons.pixmap(self._icon, ink, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.center().x() - _ICON / 2, top), mark)
        painter.setPen(words_ink)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        below = QRectF(4, top + _ICON + 4, rect.width() - 8, words_height)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, words)
