"""The mark and name at the start of the top bar. GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts, icons
from studio.ui.widgets.paint import painter_for

NAME = "Host Studio"


class Logo(QWidget):
    """``size``: of the words, in px."""

    def __init__(self, size: float = 15.5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setAccessibleName(NAME)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self._theme_changed)

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _mark(self) -> int:
        return round(fonts.px(self._size) * 1.25)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(self._size, 700, tracking=-0.1)).horizontalAdvance(NAME)
        return QSize(self._mark() + 6 + words + 2, round(self._mark() * 1.4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = painter_for(self)
        mark = self._mark()
        picture = icons.pixmap("logo", t.text, mark, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (self.height() - mark) / 2), picture)
        painter.setFont(fonts.font(self._size, 700, tracking=-0.1))
        painter.setPen(t.text)
        words = QRectF(mark + 6, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, NAME)
