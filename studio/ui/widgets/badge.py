"""A small rounded word beside a name ("Host", "Mod"). GUI thread; knows the theme only."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import fonts
from studio.ui.widgets.label import token
from studio.ui.widgets.paint import box, painter_for


class Badge(QWidget):
    """One or two words; ``tone`` colours them by token name."""

    def __init__(self, text: str, tone: str = "text2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier.changed.connect(self.update)

    def set_text(self, text: str, tone: str = "") -> None:
        """Changes the words, and the tone when one is given."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(fonts.font(10.5, 600)).horizontalAdvance(self._text)
        return QSize(words + 13, fonts.px(11) + 7)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = painter_for(self)
        box(painter, self.rect(), 4, theme.current().control)
        painter.setFont(fonts.font(10.5, 600))
        painter.setPen(token(self._tone))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
