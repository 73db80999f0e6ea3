"""The floating button that says how much is new below, and leads there. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.theme import faded, fonts, icons, ink_on, mixed
from studio.ui.widgets.paint import box, focus_ring, painter_for
from studio.ui.widgets.painted_button import PaintedButton

_HEIGHT, _MARK, _SHADOW = 32, 15, 3


class NewBelowButton(PaintedButton):
    """Hidden while the feed follows; sized by its words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.hide()

    def show_unseen(self, unseen: int) -> None:
        """``unseen`` rows came below; 0: only that there is a way back down."""
        words = f"{unseen:,} new below" if unseen else "Newest"
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(f"{words}, go to the newest")
            self.updateGeometry()
            self.resize(self.sizeHint())
            self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(fonts.font(12.5, 600, figures=True)).horizontalAdvance(self.text())
        return QSize(round(words) + _MARK + 7 + 30 + 2 * _SHADOW, fonts.px(_HEIGHT) + 2 * _SHADOW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        rect = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        radius = rect.height() / 2
        for step in range(_SHADOW, 0, -1):  # a soft edge, so that the rows below do not touch it
            box(painter, rect.adjusted(-step, -step, step, step), radius + step, faded(t.bg, 0.28))
        fill = mixed(t.blue, t.text, 0.12) if self.underMouse() else t.blue
        ink = ink_on(fill)
        box(painter, rect, radius, fill)
        x = rect.left() + 14
        mark = icons.pixmap("arrow-down", ink, _MARK, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, rect.center().y() - _MARK / 2 + 0.5), mark)
        painter.setFont(fonts.font(12.5, 600, figures=True))
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        words = rect.adjusted(14 + _MARK + 7, 0, 0, 0)
        painter.drawText(words, flags, self.text())
        if self.ring:
            focus_ring(painter, rect, radius)
