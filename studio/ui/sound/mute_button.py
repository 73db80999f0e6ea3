"""A small round button that mutes one strip. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import icons
from studio.ui.theme.tokens import mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_SIZE, _ICON = 30, 16


class MuteButton(PaintedButton):
    """Checked means muted."""

    def __init__(self, name: str, open_icon: str, muted_icon: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icons = (open_icon, muted_icon)
        self.setCheckable(True)
        self.setAccessibleName(f"Mute {name}")
        self.setToolTip(f"Mute {name}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        muted = self.isChecked()
        ink = t.live if muted else t.text2 if self.isEnabled() else t.text3
        fill = mixed(t.raised if t.dark else t.surface, ink, 0.14 if muted else 0.0)
        if self.underMouse() and self.isEnabled():
            fill = mixed(fill, t.text, 0.08)
        edge = t.line if t.name == "contrast" else None
        box(painter, QRectF(self.rect()), 8, fill, edge)
        mark = icons.pixmap(self._icons[muted], ink, _ICON, self.devicePixelRatioF())
        place = (_SIZE - _ICON) / 2
        painter.drawPixmap(QPointF(place, place), mark)
        if self.ring:
            focus_ring(painter, QRectF(self.rect()), 8)
