"""A small button that is only an icon. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import icons, mixed
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton


class MarkButton(PaintedButton):
    """``name`` is for tooltips and screen readers; ``tone`` the icon's colour by token name."""

    def __init__(
        self, icon: str, name: str, tone: str = "text2", size: int = 28, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._icon, self._tone, self._size = icon, tone, size
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect())
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            box(painter, rect, 7, mixed(t.raised, t.text, 0.16 if self.isDown() else 0.09))
        mark = round(self._size * 0.6)
        ink = token(self._tone) if self.isEnabled() else t.text3
        at = QPointF((rect.width() - mark) / 2, (rect.height() - mark) / 2)
        painter.drawPixmap(at, icons.pixmap(self._icon, ink, mark, self.devicePixelRatioF()))
        if self.ring:
            focus_ring(painter, rect, 7)
